//! What an input holds. A clear value can be shown, stored and serialised; a secret can do none of these.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::key::Key;

/// A value that is not a secret. Its JSON is the plain one: `"eu"`, `true`, `8`, `["a"]`, `{"k": "v"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<String>),
    Map(BTreeMap<String, String>),
}

/// One input's value as a person or a manifest gave it.
#[derive(Clone, Debug)]
pub enum Given {
    Clear(Value),
    Secret(SecretString),
}

/// Values by input key, clear and secret together; only ever in memory.
pub type Values = BTreeMap<Key, Given>;

impl Value {
    /// The value as one line of text: what a template inserts. Lists are joined by commas; a map is its JSON.
    pub fn to_text(&self) -> String {
        match self {
            Self::Boolean(b) => b.to_string(),
            Self::Integer(i) => i.to_string(),
            Self::Number(n) => n.to_string(),
            Self::Text(t) => t.clone(),
            Self::List(l) => l.join(","),
            Self::Map(m) => serde_json::to_string(m).unwrap_or_default(),
        }
    }

    /// An empty text, list or map counts as no value.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(t) => t.is_empty(),
            Self::List(l) => l.is_empty(),
            Self::Map(m) => m.is_empty(),
            Self::Boolean(_) | Self::Integer(_) | Self::Number(_) => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Given {
    pub fn secret(text: impl Into<String>) -> Self {
        Self::Secret(SecretString::from(text.into()))
    }

    pub fn is_blank(&self) -> bool {
        match self {
            Self::Clear(value) => value.is_blank(),
            Self::Secret(secret) => secret.expose_secret().is_empty(),
        }
    }

    /// The text a template inserts; for a secret this opens it, so the result must go nowhere but to the provider.
    pub fn expose_text(&self) -> String {
        match self {
            Self::Clear(value) => value.to_text(),
            Self::Secret(secret) => secret.expose_secret().to_owned(),
        }
    }

    pub fn as_clear(&self) -> Option<&Value> {
        match self {
            Self::Clear(value) => Some(value),
            Self::Secret(_) => None,
        }
    }
}

impl From<Value> for Given {
    fn from(value: Value) -> Self {
        Self::Clear(value)
    }
}
