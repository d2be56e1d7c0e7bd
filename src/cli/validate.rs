//! `jackfield validate PATH…`: errors as `file:line:column: what, and what to do`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::sources;
use crate::manifest::{self, ManifestError, ValidateOnly, catalogue};

#[derive(Args)]
pub struct Validate {
    /// Files or folders; `-` is standard input
    #[arg(required = true)]
    paths: Vec<String>,
    /// Errors as a JSON array on standard output
    #[arg(long)]
    json: bool,
}

impl Validate {
    pub fn run(&self) -> Result<ExitCode> {
        let found = sources::read(&self.paths)?;
        let (documents, errors) = match manifest::read(&found, &ValidateOnly, &catalogue::known()) {
            Ok(documents) => (documents, Vec::new()),
            Err(errors) => (Vec::new(), errors),
        };
        if self.json {
            println!("{}", serde_json::to_string_pretty(&errors)?);
        } else if errors.is_empty() {
            println!("{}", summary(&documents));
        } else {
            print_errors(&errors);
        }
        Ok(if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn summary(documents: &[manifest::Document]) -> String {
    let of = |kind: manifest::Kind| documents.iter().filter(move |d| d.kind == kind);
    let types: usize = of(manifest::Kind::Connector).map(|d| d.body["connection_types"].as_array().map_or(0, Vec::len)).sum();
    format!(
        "{types} connection types of {} connectors, {} integrations, {} presets, {} reusable connections, 0 errors",
        of(manifest::Kind::Connector).count(),
        of(manifest::Kind::Integration).count(),
        of(manifest::Kind::Preset).count(),
        of(manifest::Kind::ReusableConnection).count(),
    )
}

pub fn print_errors(errors: &[ManifestError]) {
    for error in errors {
        eprintln!("{error}");
    }
    eprintln!("{} {}", errors.len(), if errors.len() == 1 { "error" } else { "errors" });
}
