//! `jackfield import SOURCE FILE`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use super::sources;
use crate::manifest::import;

#[derive(Args)]
pub struct Import {
    /// prismatic
    source: String,
    /// `-` is standard input
    file: String,
}

impl Import {
    pub fn run(&self) -> Result<ExitCode> {
        let found = sources::read(std::slice::from_ref(&self.file))?;
        let text = found.first().map_or("", |source| source.text.as_str());
        let imported = match self.source.as_str() {
            "prismatic" => import::prismatic(text).map_err(anyhow::Error::msg)?,
            other => bail!("{other:?} cannot be imported from: the one source so far is prismatic"),
        };
        print!("{}", imported.yaml);
        for line in &imported.not_expressed {
            eprintln!("not expressed: {line}");
        }
        eprintln!("{} not expressed", imported.not_expressed.len());
        Ok(ExitCode::SUCCESS)
    }
}
