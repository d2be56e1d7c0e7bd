//! One document as it is stored, and what stored bodies become again.

use std::{collections::BTreeMap, fmt, str::FromStr};

use secrecy::SecretString;
use serde_json::Value as Json;

use super::{
    connector as connectors,
    error::BodyError,
    integration as integrations,
    preset::{self as presets, Preset},
    reader::{Object, Reading},
    reusable::{self as reusables, ReusableConnection},
    secrets as secrets_of,
    tree::Node,
};
use crate::domain::{connector::Connector, integration::Integration, key::Key, value::Given};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Connector,
    Integration,
    Preset,
    ReusableConnection,
}

pub const KINDS: [(&str, Kind); 4] = [
    ("connector", Kind::Connector),
    ("integration", Kind::Integration),
    ("preset", Kind::Preset),
    ("reusable_connection", Kind::ReusableConnection),
];

/// Where a document was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub file: String,
    pub line: usize,
}

/// `body` is canonical: the same manifest gives the same JSON, and no secret is in it. Where one belongs stands
/// `"secret": true`; the secrets themselves are apart, by path (`slots/{slot}/{input}`, `inputs/{input}`).
#[derive(Clone, Debug)]
pub struct Document {
    pub kind: Kind,
    pub key: Key,
    pub body: Json,
    pub secrets: BTreeMap<String, SecretString>,
    pub origin: Origin,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connector => "connector",
            Self::Integration => "integration",
            Self::Preset => "preset",
            Self::ReusableConnection => "reusable_connection",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = BodyError;
    fn from_str(text: &str) -> Result<Self, BodyError> {
        let found = KINDS.iter().find(|(word, _)| *word == text).map(|(_, kind)| *kind);
        found.ok_or_else(|| BodyError(format!("`{text}` is not a kind of manifest")))
    }
}

pub fn connector(body: &Json) -> Result<Connector, BodyError> {
    stored(body, Kind::Connector, |object, reading| connectors::connector(object, reading))
}

pub fn integration(body: &Json, version: i64, secrets: &BTreeMap<String, SecretString>) -> Result<Integration, BodyError> {
    let mut integration = stored(body, Kind::Integration, |object, reading| integrations::integration(object, None, reading))?;
    integration.version = version;
    secrets_of::integration_secrets(&mut integration, |path, given| put_back(path, given, secrets))?;
    Ok(integration)
}

pub fn preset(body: &Json, secrets: &BTreeMap<String, SecretString>) -> Result<Preset, BodyError> {
    let mut preset = stored(body, Kind::Preset, |object, reading| presets::preset(object, None, reading))?;
    secrets_of::preset_secrets(&mut preset, |path, given| put_back(path, given, secrets))?;
    Ok(preset)
}

pub fn reusable(body: &Json, secrets: &BTreeMap<String, SecretString>) -> Result<ReusableConnection, BodyError> {
    let mut reusable = stored(body, Kind::ReusableConnection, |object, reading| reusables::reusable(object, None, reading))?;
    secrets_of::reusable_secrets(&mut reusable, |path, given| put_back(path, given, secrets))?;
    Ok(reusable)
}

fn put_back(path: &str, given: &mut Given, secrets: &BTreeMap<String, SecretString>) -> Result<(), BodyError> {
    let secret = secrets.get(path).ok_or_else(|| BodyError(format!("the secret at `{path}` is missing")))?;
    *given = Given::Secret(secret.clone());
    Ok(())
}

fn stored<T>(body: &Json, kind: Kind, read: impl FnOnce(Object<'_>, &mut Reading<'_>) -> Option<T>) -> Result<T, BodyError> {
    let node = Node::from_json(body);
    let mut reading = Reading::of_stored();
    let read = Object::of(&node, kind.as_str(), &mut reading).and_then(|mut object| {
        let named = object.take("kind").and_then(|node| reading.text(node, "kind"));
        if named.as_deref() != Some(kind.as_str()) {
            reading.problem(node.at, format!("this is no {kind}"));
        }
        read(object, &mut reading)
    });
    match (read, reading.problems.into_iter().next()) {
        (Some(read), None) => Ok(read),
        (_, Some(problem)) => Err(BodyError(problem.message)),
        (None, None) => Err(BodyError(format!("this {kind} is not whole"))),
    }
}
