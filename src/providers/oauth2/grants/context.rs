//! What a provider tells besides the token (`instance_url`, a team's name), with everything left out that may be a secret.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// In a member's name, whatever its case.
const LOOKS_SECRET: [&str; 8] = ["token", "secret", "password", "credential", "api_key", "apikey", "private_key", "assertion"];
/// Of one member, as JSON: context is for a name or an address, not for documents.
const MEMBER_MAX_BYTES: usize = 8 * 1024;

/// `tokens`: left out wherever they stand, under whatever name.
pub(in crate::providers) fn of<'a>(
    members: BTreeMap<String, Value>,
    tokens: impl Iterator<Item = &'a SecretString>,
) -> BTreeMap<String, Value> {
    let tokens: Vec<&str> = tokens.map(|token| token.expose_secret()).collect();
    let is_small = |value: &Value| value.to_string().len() <= MEMBER_MAX_BYTES;
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.clone(), harmless(&name, value, &tokens)?)))
        .filter(|(_, v)| is_small(v))
        .collect()
}

fn harmless(name: &str, value: Value, tokens: &[&str]) -> Option<Value> {
    let name = name.to_ascii_lowercase();
    if LOOKS_SECRET.iter().any(|word| name.contains(word)) {
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
