//! `jackfield schema`.

use std::process::ExitCode;

use anyhow::Result;

use crate::manifest;

pub fn run() -> Result<ExitCode> {
    println!("{}", serde_json::to_string_pretty(&manifest::schema())?);
    Ok(ExitCode::SUCCESS)
}
