//! Sources and lookups for the tests.

use std::{collections::BTreeMap, path::Path};

use crate::manifest::{Document, Lookup, ManifestError, NothingKnown, Source, read};

/// Every `${env:NAME}` in the map; no files but `/run/secret`.
pub struct Environment(pub BTreeMap<String, String>);

impl Environment {
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }
}

impl Lookup for Environment {
    fn env(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
    fn file(&self, path: &str) -> Result<String, String> {
        if path == "/run/secret" { Ok("from-a-file\n".into()) } else { Err("no such file".into()) }
    }
}

/// Answers every name with `sk-canary-NAME`.
pub struct Canaries;

impl Lookup for Canaries {
    fn env(&self, name: &str) -> Option<String> {
        Some(format!("sk-canary-{name}"))
    }
    fn file(&self, path: &str) -> Result<String, String> {
        Ok(format!("canary-{path}"))
    }
}

pub fn source(text: &str) -> Source {
    Source { name: "test.yaml".into(), text: text.into() }
}

pub fn files(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "yaml"));
    paths.sort();
    paths.iter().map(|path| Source { name: path.display().to_string(), text: std::fs::read_to_string(path).unwrap() }).collect()
}

pub fn shipped() -> Vec<Source> {
    [files("catalog"), files("examples/integrations")].concat()
}

pub fn read_texts(texts: &[&str], lookup: &dyn Lookup) -> Result<Vec<Document>, Vec<ManifestError>> {
    read(&texts.iter().map(|text| source(text)).collect::<Vec<_>>(), lookup, &NothingKnown)
}

/// The errors as their author sees them, without the file's name and the snippet.
pub fn errors(text: &str) -> Vec<String> {
    let errors = read_texts(&[text], &Canaries).expect_err("this has mistakes");
    errors.into_iter().map(|e| format!("{}:{}: {}", e.line, e.column, e.message)).collect()
}
