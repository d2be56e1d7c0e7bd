//! Manifests from this machine: their files, and what their placeholders ask for.

use anyhow::Result;

use crate::{
    manifest::{Lookup, Source},
    settings,
};

/// `paths`: files, folders, or `-` for standard input.
pub fn read(paths: &[String]) -> Result<Vec<Source>> {
    let files = settings::read_files(paths)?;
    Ok(files.into_iter().map(|(name, text)| Source { name, text }).collect())
}

/// `${env:…}` and `${file:…}` as they are here.
pub struct Machine;

impl Lookup for Machine {
    fn env(&self, name: &str) -> Option<String> {
        settings::variable(name)
    }
    fn file(&self, path: &str) -> Result<String, String> {
        settings::file(path).map_err(|error| format!("{error:#}"))
    }
}
