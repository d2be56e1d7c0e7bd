//! The connectors that ship with the binary: data, as manifests, so that whoever wants one applies it as their own.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use rust_embed::RustEmbed;

use super::{AppliedReusable, Known, NothingKnown, Source, ValidateOnly, connector, read};
use crate::domain::{connection_type::TypeRef, connector::Connector, integration::SlotSource, key::Key};

#[derive(RustEmbed)]
#[folder = "catalog/"]
#[include = "*.yaml"]
struct Files;

pub fn sources() -> Vec<Source> {
    let text = |name: &Cow<'static, str>| Files::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    Files::iter().filter_map(|name| Some(Source { name: format!("catalog/{name}"), text: text(&name)? })).collect()
}

/// The source of one connector; nothing else is in it.
pub fn source(key: &Key) -> Option<Source> {
    let holds = |source: &Source| {
        let documents = read(std::slice::from_ref(source), &ValidateOnly, &NothingKnown).unwrap_or_default();
        documents.iter().any(|document| document.key == *key)
    };
    sources().into_iter().find(holds)
}

/// Each with its canonical body, by key.
pub fn connectors() -> Vec<(Arc<Connector>, serde_json::Value)> {
    let documents = read(&sources(), &ValidateOnly, &NothingKnown).unwrap_or_default();
    let mut found: Vec<_> = documents.into_iter().filter_map(|d| Some((Arc::new(connector(&d.body).ok()?), d.body))).collect();
    found.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    found
}

/// Lets an integration be validated that uses a connector of the catalogue without repeating it.
pub fn known() -> Catalogue {
    Catalogue(connectors().into_iter().map(|(connector, _)| (connector.key.clone(), connector)).collect())
}

pub struct Catalogue(BTreeMap<Key, Arc<Connector>>);

impl Known for Catalogue {
    fn connector(&self, key: &Key) -> Option<Arc<Connector>> {
        self.0.get(key).cloned()
    }
    fn reusable(&self, _: &Key) -> Option<AppliedReusable> {
        None
    }
    fn preset(&self, _: &Key) -> Option<TypeRef> {
        None
    }
    fn slots(&self, _: &Key) -> Option<BTreeMap<Key, SlotSource>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_catalogue_is_found_by_the_key_of_its_connector() {
        let connectors = connectors();
        assert!(connectors.len() > 15, "{}", connectors.len());
        for (connector, body) in connectors {
            assert_eq!(body["key"], connector.key.as_str());
            assert!(source(&connector.key).is_some(), "{}", connector.key);
        }
        assert!(source(&Key::parse("nothing-here").unwrap()).is_none());
    }
}
