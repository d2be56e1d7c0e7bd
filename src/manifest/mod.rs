//! Manifests: YAML and JSON documents ⇄ domain, with errors that say where, what, and what to do.
//!
//! `read` takes sources to documents (canonical body, secrets apart); `connector`, `integration`, `preset` and `reusable` take
//! stored bodies back to the domain. A new key: its reader, its writer in `body`, its line in `schema`.

mod assertion;
mod auth;
mod body;
mod captures;
pub mod catalogue;
mod check;
mod connector;
mod converts;
mod diff;
mod document;
pub mod echo;
mod error;
pub mod import;
mod input;
mod integration;
mod overrides;
mod parse;
mod placeholder;
mod preset;
mod read;
mod reader;
mod reference;
mod reusable;
mod schema;
mod secrets;
mod slot;
mod suggest;
mod tree;
mod types;
mod value;
mod yaml;

pub use diff::{DiffLine, diff};
pub use document::{Document, Kind, Origin, connector, integration, preset, reusable};
pub use error::{BodyError, ManifestError};
pub use placeholder::{Lookup, ValidateOnly};
pub use preset::Preset;
pub use read::{Source, read};
pub use reusable::{Activation, CustomersSee, InputScope, ReusableConnection, ReusableInput};
pub use schema::schema;
pub use types::{AppliedReusable, Known, NothingKnown, Users};
pub use yaml::to_yaml;

use std::collections::BTreeMap;

use crate::domain::{connection_type::TypeRef, integration::SlotSource, key::Key};

/// The slots of a stored integration, and where each takes its connection from.
pub fn slots(body: &serde_json::Value) -> BTreeMap<Key, SlotSource> {
    let elements = body["pages"].as_array().into_iter().flatten().filter_map(|page| page["elements"].as_array()).flatten();
    let slot = |element: &serde_json::Value| {
        let key = Key::parse(element["connection"].as_str()?).ok()?;
        let source = match element["reusable"].as_str() {
            Some(reusable) => SlotSource::Reusable(Key::parse(reusable).ok()?),
            None if element["per_user"] == true => SlotSource::PerUser(TypeRef::parse(element["type"].as_str()?)?),
            None => SlotSource::Type(TypeRef::parse(element["type"].as_str()?)?),
        };
        Some((key, source))
    };
    elements.filter_map(slot).collect()
}

/// The connectors that an integration's own slots refer to. What its reusable connections use is theirs to say.
pub fn connectors_used(body: &serde_json::Value) -> Vec<Key> {
    let elements = body["pages"].as_array().into_iter().flatten().filter_map(|page| page["elements"].as_array()).flatten();
    let types = elements.filter_map(|element| TypeRef::parse(element.get("connection").and(element["type"].as_str())?));
    let mut connectors: Vec<Key> = types.map(|type_ref| type_ref.connector).collect();
    connectors.sort();
    connectors.dedup();
    connectors
}

#[cfg(test)]
mod tests;
