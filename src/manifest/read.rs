//! All documents of all sources, checked each for itself, among each other and against what is applied.

use std::{collections::BTreeMap, sync::Arc};

use secrecy::SecretString;
use serde_json::Value as Json;

use super::{
    body,
    connector::connector,
    document::{Document, KINDS, Kind, Origin},
    error::{BodyError, ManifestError},
    integration::integration,
    parse,
    placeholder::Lookup,
    preset::preset,
    reader::{Object, Problem, Reading},
    reusable::reusable,
    secrets,
    tree::{Content, Node},
    types::{Known, Types},
};
use crate::domain::{connection_type::TypeRef, key::Key, value::Given};

/// The text of a file, or of what came in another way.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's path, or `-`.
    pub name: String,
    pub text: String,
}

/// A document whose kind is known, and what reading it has found so far.
struct Draft<'n> {
    source: usize,
    node: &'n Node,
    kind: Kind,
    key: Option<Key>,
    problems: Vec<Problem>,
    body: Option<(Json, BTreeMap<String, SecretString>)>,
}

/// Every document in the order of the sources, or every mistake in them. Two documents of one kind and key are one.
pub fn read(sources: &[Source], lookup: &dyn Lookup, known: &dyn Known) -> Result<Vec<Document>, Vec<ManifestError>> {
    let parsed: Vec<parse::Parsed> = sources.iter().map(|source| parse::documents(&source.text)).collect();
    let mut problems: Vec<(usize, Problem)> = Vec::new();
    for (source, parsed) in parsed.iter().enumerate() {
        problems.extend(parsed.problems.iter().map(|problem| (source, problem.clone())));
    }
    let mut types = Types::new(known, !problems.is_empty());
    let mut drafts = Vec::new();
    for (source, node) in parsed.iter().enumerate().flat_map(|(source, parsed)| parsed.documents.iter().map(move |node| (source, node))) {
        let mut reading = Reading::of_source(lookup);
        match kind(node, &mut reading) {
            Some(kind) => drafts.push(Draft { source, node, kind, key: None, problems: Vec::new(), body: None }),
            // Whatever it was meant to be, others may refer to it.
            None => types.incomplete |= !reading.problems.is_empty(),
        }
        problems.extend(reading.problems.into_iter().map(|problem| (source, problem)));
    }
    for stage in [Kind::Connector, Kind::Preset, Kind::ReusableConnection, Kind::Integration] {
        for draft in drafts.iter_mut().filter(|draft| draft.kind == stage) {
            draft.read(&mut types, lookup);
        }
    }
    duplicates(&mut drafts, sources);
    problems
        .extend(drafts.iter_mut().flat_map(|draft| std::mem::take(&mut draft.problems).into_iter().map(|problem| (draft.source, problem))));
    if problems.is_empty() {
        return Ok(drafts.into_iter().filter_map(|draft| draft.document(sources)).collect());
    }
    problems.sort_by_key(|(source, problem)| (*source, problem.at));
    problems.dedup();
    Err(problems.into_iter().map(|(source, problem)| ManifestError::new(&sources[source].name, &sources[source].text, problem)).collect())
}

/// `None` without a problem: nothing stands here (a file that ends with `---`).
fn kind(node: &Node, reading: &mut Reading<'_>) -> Option<Kind> {
    if node.is_null() {
        return None;
    }
    if !matches!(node.content, Content::Map(_)) {
        reading.problem(node.at, "a manifest is a mapping that begins with `kind:`");
        return None;
    }
    let mut object = Object::of(node, "a manifest", reading)?;
    object.need("kind", reading).and_then(|node| reading.word(node, "kind", &KINDS))
}

impl Draft<'_> {
    fn read(&mut self, types: &mut Types<'_>, lookup: &dyn Lookup) {
        let mut reading = Reading::of_source(lookup);
        let Some(mut object) = Object::of(self.node, article(self.kind), &mut reading) else { return };
        object.take("kind");
        self.key = self.node.get("key").and_then(node_key);
        match self.kind {
            Kind::Connector => self.connector(object, types, &mut reading),
            Kind::Preset => {
                if let Some(mut preset) = preset(object, Some(types), &mut reading) {
                    self.secrets(|take| secrets::preset_secrets(&mut preset, take));
                    self.body_is(body::preset(&preset));
                }
                types.presets.extend(self.key.clone().map(|key| (key, self.type_ref())));
            }
            Kind::ReusableConnection => {
                if let Some(mut reusable) = reusable(object, Some(types), &mut reading) {
                    types.activations.insert(reusable.key.clone(), reusable.activation);
                    self.secrets(|take| secrets::reusable_secrets(&mut reusable, take));
                    self.body_is(body::reusable(&reusable));
                }
                types.reusables.extend(self.key.clone().map(|key| (key, self.type_ref())));
            }
            Kind::Integration => {
                if let Some(mut integration) = integration(object, Some(types), &mut reading) {
                    self.secrets(|take| secrets::integration_secrets(&mut integration, take));
                    self.body_is(body::integration(&integration));
                }
            }
        }
        self.problems = reading.problems;
    }

    fn connector(&mut self, object: Object<'_>, types: &mut Types<'_>, reading: &mut Reading<'_>) {
        let connector = connector(object, reading);
        if !reading.problems.is_empty() {
            types.broken.extend(self.key.clone());
            types.incomplete |= self.key.is_none();
        }
        if let Some(connector) = connector {
            self.body_is(body::connector(&connector));
            types.connectors.entry(connector.key.clone()).or_insert_with(|| Arc::new(connector));
        }
    }

    fn type_ref(&self) -> Option<TypeRef> {
        match &self.node.get("type")?.content {
            Content::Scalar(scalar) => TypeRef::parse(&scalar.text),
            _ => None,
        }
    }

    fn body_is(&mut self, body: Json) {
        self.body.get_or_insert_with(Default::default).0 = body;
    }

    fn secrets(&mut self, visit: impl FnOnce(&mut dyn FnMut(&str, &mut Given) -> Result<(), BodyError>) -> Result<(), BodyError>) {
        let found = &mut self.body.get_or_insert_with(Default::default).1;
        // Taking a secret out cannot fail; putting it back can.
        let _ = visit(&mut |path, given| {
            if let Given::Secret(secret) = given {
                found.insert(path.to_owned(), secret.clone());
            }
            Ok(())
        });
    }

    fn document(self, sources: &[Source]) -> Option<Document> {
        let (body, secrets) = self.body?;
        let origin = Origin { file: sources[self.source].name.clone(), line: self.node.at.line };
        Some(Document { kind: self.kind, key: self.key?, body, secrets, origin })
    }
}

const fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::Connector => "a connector",
        Kind::Integration => "an integration",
        Kind::Preset => "a preset",
        Kind::ReusableConnection => "a reusable connection",
    }
}

fn node_key(node: &Node) -> Option<Key> {
    match &node.content {
        Content::Scalar(scalar) => Key::parse(scalar.text.as_str()).ok(),
        _ => None,
    }
}

fn duplicates(drafts: &mut [Draft<'_>], sources: &[Source]) {
    let mut first: BTreeMap<(Kind, Key), (usize, usize)> = BTreeMap::new();
    for draft in drafts {
        let Some(key) = draft.key.clone() else { continue };
        let at = draft.node.get("key").map_or(draft.node.at, |node| node.at);
        let (source, line) = *first.entry((draft.kind, key.clone())).or_insert((draft.source, at.line));
        if (source, line) != (draft.source, at.line) {
            let place = format!("{}:{line}", sources[source].name);
            draft.problems.push(Problem::new(at, format!("{} `{key}` stands already in {place}; keep one", article(draft.kind))));
        }
    }
}
