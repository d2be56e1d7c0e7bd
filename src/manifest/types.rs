//! What a document may refer to: the connectors, presets and reusable connections of the same reading, and what is applied already.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use super::{reader::Reading, reusable::Activation, suggest::did_you_mean, tree::Node};
use crate::domain::{
    connection_type::{ConnectionType, TypeRef},
    connector::Connector,
    integration::SlotSource,
    key::Key,
};

/// What is already applied; documents may refer to it as to each other.
pub trait Known {
    fn connector(&self, key: &Key) -> Option<Arc<Connector>>;
    fn reusable(&self, key: &Key) -> Option<AppliedReusable>;
    /// The connection type of an applied preset.
    fn preset(&self, key: &Key) -> Option<TypeRef>;
    /// The slots of an applied integration. `None`: there is no such integration.
    fn slots(&self, integration: &Key) -> Option<BTreeMap<Key, SlotSource>>;
}

/// An applied reusable connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedReusable {
    pub type_ref: TypeRef,
    pub activation: Activation,
    pub users: Users,
}

/// For whom a definition cannot become another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Users {
    /// That are bound to a connection of it.
    pub instances: i64,
    /// Connections with something in them, bound or not; those of tests count too.
    pub connections: i64,
}

impl Users {
    pub const fn is_any(self) -> bool {
        self.instances > 0 || self.connections > 0
    }
}

impl fmt::Display for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: i64, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        write!(f, "{} and {}", counted(self.instances, "instance"), counted(self.connections, "saved connection"))
    }
}

/// Nothing is applied yet: for `validate` away from a database.
pub struct NothingKnown;

impl Known for NothingKnown {
    fn connector(&self, _: &Key) -> Option<Arc<Connector>> {
        None
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

/// The same reading's own documents go before what is applied.
pub struct Types<'a> {
    pub known: &'a dyn Known,
    pub connectors: BTreeMap<Key, Arc<Connector>>,
    /// `None`: it is there, but its type could not be read.
    pub presets: BTreeMap<Key, Option<TypeRef>>,
    pub reusables: BTreeMap<Key, Option<TypeRef>>,
    pub activations: BTreeMap<Key, Activation>,
    /// Connectors with mistakes: what they lack may only be unreadable, so nothing is said about it twice.
    pub broken: BTreeSet<Key>,
    /// Some document could not be parsed at all.
    pub incomplete: bool,
}

/// A reference that was found, or one that is certainly there but cannot be looked into.
pub enum Found<T> {
    Whole(T),
    Unreadable,
}

/// A connection type together with the connector that it is kept alive by.
#[derive(Clone)]
pub struct FoundType {
    pub type_ref: TypeRef,
    connector: Arc<Connector>,
}

impl FoundType {
    pub fn connection_type(&self) -> &ConnectionType {
        let found = self.connector.connection_type(self.type_ref.connection_type.as_str());
        found.expect("only `Types::named` makes this, after it has found the type")
    }
}

impl<'a> Types<'a> {
    pub fn new(known: &'a dyn Known, incomplete: bool) -> Self {
        let (connectors, presets, reusables) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { known, connectors, presets, reusables, activations: BTreeMap::new(), broken: BTreeSet::new(), incomplete }
    }

    fn connector(&self, key: &Key) -> Option<Arc<Connector>> {
        self.connectors.get(key).cloned().or_else(|| self.known.connector(key))
    }

    /// `type: connector.type`. Errors are told; `None` then.
    pub fn read(&self, node: &Node, reading: &mut Reading<'_>) -> Option<Found<FoundType>> {
        let text = reading.text(node, "type")?;
        let Some(type_ref) = TypeRef::parse(&text) else {
            reading.problem(node.at, format!("`{text}` does not name a connection type: write `connector.type`, like `zendesk.oauth2`"));
            return None;
        };
        match self.named(&type_ref) {
            Ok(found) => Some(found),
            Err(message) => {
                reading.problem(node.at, message);
                None
            }
        }
    }

    pub fn named(&self, type_ref: &TypeRef) -> Result<Found<FoundType>, String> {
        let Some(connector) = self.connector(&type_ref.connector) else {
            if self.incomplete || self.broken.contains(&type_ref.connector) {
                return Ok(Found::Unreadable);
            }
            let hint = did_you_mean(type_ref.connector.as_str(), self.connectors.keys().map(Key::as_str)).unwrap_or_default();
            return Err(format!(
                "there is no connector `{}`{hint}{}",
                type_ref.connector,
                if hint.is_empty() { "; apply it first, or name its file too" } else { "" }
            ));
        };
        if connector.connection_type(type_ref.connection_type.as_str()).is_some() {
            return Ok(Found::Whole(FoundType { type_ref: type_ref.clone(), connector }));
        }
        if self.broken.contains(&connector.key) {
            return Ok(Found::Unreadable);
        }
        let keys: Vec<&str> = connector.connection_types.iter().map(|t| t.key().as_str()).take(20).collect();
        let hint = did_you_mean(type_ref.connection_type.as_str(), keys.iter().copied())
            .unwrap_or_else(|| format!("; it has `{}`", keys.join("`, `")));
        Err(format!("the connector `{}` has no connection type `{}`{hint}", connector.key, type_ref.connection_type))
    }

    /// `reusable: key`, by the stable key.
    pub fn reusable(&self, node: &Node, key: &Key, reading: &mut Reading<'_>) -> Option<Found<FoundType>> {
        self.through(node, key, "reusable connection", &self.reusables, self.known.reusable(key).map(|applied| applied.type_ref), reading)
    }

    /// `None`: there is no such reusable connection, or its own document says what is wrong with it.
    pub fn activation(&self, key: &Key) -> Option<Activation> {
        match self.reusables.contains_key(key) {
            true => self.activations.get(key).copied(),
            false => self.known.reusable(key).map(|applied| applied.activation),
        }
    }

    pub fn preset(&self, node: &Node, key: &Key, reading: &mut Reading<'_>) -> Option<Found<TypeRef>> {
        let found = self.through(node, key, "preset", &self.presets, self.known.preset(key), reading)?;
        Some(match found {
            Found::Whole(found) => Found::Whole(found.type_ref),
            Found::Unreadable => Found::Unreadable,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "presets and reusable connections differ in just these")]
    fn through(
        &self,
        node: &Node,
        key: &Key,
        what: &str,
        own: &BTreeMap<Key, Option<TypeRef>>,
        applied: Option<TypeRef>,
        reading: &mut Reading<'_>,
    ) -> Option<Found<FoundType>> {
        let type_ref = match own.get(key) {
            Some(None) => return Some(Found::Unreadable),
            Some(Some(type_ref)) => type_ref.clone(),
            None => match applied {
                Some(type_ref) => type_ref,
                None if self.incomplete => return Some(Found::Unreadable),
                None => {
                    let hint = did_you_mean(key.as_str(), own.keys().map(Key::as_str))
                        .unwrap_or_else(|| "; apply it first, or name its file too".into());
                    reading.problem(node.at, format!("there is no {what} `{key}`{hint}"));
                    return None;
                }
            },
        };
        // Its own document says so if its type is wrong.
        Some(self.named(&type_ref).unwrap_or(Found::Unreadable))
    }
}
