//! Values that a provider gives besides the token, by name. Templates of the same type use them: `{{context.realmId}}`.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{key::Key, value::Value};

/// Of one type, from the callback and from the token answer together.
pub const CAPTURES_MAX: usize = 20;
pub const NAME_MAX_CHARS: usize = 64;
/// Of one captured text: a name, an id or an address, no document.
pub const VALUE_MAX_BYTES: usize = 2048;

/// In a member's name, whatever its case: context is stored and told in clear.
const LOOKS_SECRET: [&str; 8] = ["token", "secret", "password", "credential", "api_key", "apikey", "private_key", "assertion"];

/// What a manifest declares as `auth.context`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captures {
    pub from_callback: Vec<Capture>,
    pub from_token: Vec<Capture>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    pub name: Key,
    /// The callback's parameter, or a JSON pointer (RFC 6901) into the token answer.
    pub at: String,
}

impl Captures {
    pub fn names(&self) -> impl Iterator<Item = &Key> {
        self.from_callback.iter().chain(&self.from_token).map(|capture| &capture.name)
    }

    /// As templates name them.
    pub fn template_keys(&self) -> Vec<Key> {
        self.names().filter_map(template_key).collect()
    }

    pub fn in_callback(&self, parameter: impl Fn(&str) -> Option<String>) -> BTreeMap<String, Json> {
        let captured = |capture: &Capture| Some((capture.name.to_string(), bounded(&Json::String(parameter(&capture.at)?))?));
        self.from_callback.iter().filter_map(captured).collect()
    }

    pub fn in_token_answer(&self, members: &BTreeMap<String, Json>) -> BTreeMap<String, Json> {
        let captured = |capture: &Capture| Some((capture.name.to_string(), bounded(pointed(members, &capture.at)?)?));
        self.from_token.iter().filter_map(captured).collect()
    }

    /// A connection's context as templates see it: declared names alone.
    pub fn values(&self, context: &BTreeMap<String, Json>) -> BTreeMap<Key, Value> {
        self.names().filter_map(|name| Some((template_key(name)?, value(context.get(name.as_str())?)?))).collect()
    }
}

/// `None`: the name is too long to be one.
pub fn template_key(name: &Key) -> Option<Key> {
    Key::parse(format!("context.{name}")).ok()
}

pub fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    LOOKS_SECRET.iter().any(|word| name.contains(word))
}

/// A short text without control characters, a number or a boolean; nothing else can be captured.
pub fn bounded(value: &Json) -> Option<Json> {
    match value {
        Json::String(text) if text.is_empty() || text.len() > VALUE_MAX_BYTES || text.chars().any(char::is_control) => None,
        Json::String(_) | Json::Number(_) | Json::Bool(_) => Some(value.clone()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn value(json: &Json) -> Option<Value> {
    match bounded(json)? {
        Json::String(text) => Some(Value::Text(text)),
        Json::Bool(boolean) => Some(Value::Boolean(boolean)),
        number => Some(number.as_i64().map(Value::Integer).or_else(|| number.as_f64().map(Value::Number))?),
    }
}

fn pointed<'m>(members: &'m BTreeMap<String, Json>, pointer: &str) -> Option<&'m Json> {
    let (first, rest) = pointer.strip_prefix('/').map(|p| p.split_once('/').map_or((p, None), |(first, rest)| (first, Some(rest))))?;
    let member = members.get(&first.replace("~1", "/").replace("~0", "~"))?;
    rest.map_or(Some(member), |rest| member.pointer(&format!("/{rest}")))
}
