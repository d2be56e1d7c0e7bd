//! The connectors that ship with the binary.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use rust_embed::RustEmbed;

use crate::{
    domain::{connection_type::TypeRef, connector::Connector, key::Key},
    manifest::{self, Known, Source, ValidateOnly},
};

#[derive(RustEmbed)]
#[folder = "catalog/"]
#[include = "*.yaml"]
struct Files;

/// As manifests, so that whoever wants them applies them as their own.
pub fn sources() -> Vec<Source> {
    let text = |name: &Cow<'static, str>| Files::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    Files::iter().filter_map(|name| Some(Source { name: format!("catalog/{name}"), text: text(&name)? })).collect()
}

/// Lets an integration be validated that uses a connector of the catalogue without repeating it.
pub fn known() -> Catalogue {
    let documents = manifest::read(&sources(), &ValidateOnly, &manifest::NothingKnown).unwrap_or_default();
    let connectors = documents.iter().filter_map(|d| Some((d.key.clone(), Arc::new(manifest::connector(&d.body).ok()?))));
    Catalogue(connectors.collect())
}

pub struct Catalogue(BTreeMap<Key, Arc<Connector>>);

impl Known for Catalogue {
    fn connector(&self, key: &Key) -> Option<Arc<Connector>> {
        self.0.get(key).cloned()
    }
    fn reusable(&self, _: &Key) -> Option<TypeRef> {
        None
    }
    fn preset(&self, _: &Key) -> Option<TypeRef> {
        None
    }
}
