//! What a provider tells besides the token (`instance_url`, a team's name), with everything left out that may be a secret.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::domain::capture::{Captures, looks_secret};

/// Of one member, as JSON: context is for a name or an address, not for documents.
const MEMBER_MAX_BYTES: usize = 8 * 1024;

/// `tokens`: left out wherever they stand, under whatever name. A declared name holds what was captured for it, or nothing.
pub(in crate::providers) fn of<'a>(
    captures: &Captures,
    members: BTreeMap<String, Value>,
    tokens: impl Iterator<Item = &'a SecretString>,
) -> BTreeMap<String, Value> {
    let tokens: Vec<&str> = tokens.map(|token| token.expose_secret()).collect();
    let is_small = |value: &Value| value.to_string().len() <= MEMBER_MAX_BYTES;
    let captured = captures.in_token_answer(&members);
    let is_declared = |name: &str| captures.names().any(|declared| declared.as_str() == name);
    let undeclared = members.into_iter().filter(|(name, _)| !is_declared(name));
    undeclared
        .chain(captured)
        .filter_map(|(name, value)| Some((name.clone(), harmless(&name, value, &tokens)?)))
        .filter(|(_, v)| is_small(v))
        .collect()
}

fn harmless(name: &str, value: Value, tokens: &[&str]) -> Option<Value> {
    if looks_secret(name) {
        return None;
    }
    match value {
        Value::String(text) => (!tokens.iter().any(|token| text.contains(token))).then_some(Value::String(text)),
        Value::Array(items) => Some(items.into_iter().filter_map(|item| harmless("", item, tokens)).collect()),
        Value::Object(members) => Some(Value::Object(
            members.into_iter().filter_map(|(name, value)| Some((name.clone(), harmless(&name, value, tokens)?))).collect(),
        )),
        plain => Some(plain),
    }
}
