//! The members of an answer, each found where the manifest or the standard says, and brought into the standard's shape.

use serde_json::{Map, Value};

use crate::{
    domain::auth::{ExpiresUnit, OAuth2},
    providers::oauth2::{refusal, scopes},
};

/// A hundred years: "for ever" as some providers write it, but still a date.
const LONGEST_LIFE_SECONDS: f64 = 3_155_760_000.0;

/// The refresh token's own life in seconds: no standard names it, so here it has one name for all that providers have.
pub(in crate::providers::oauth2) const REFRESH_EXPIRES_IN: &str = "refresh_token_expires_in";
const STANDARD: [&str; 7] = ["access_token", "refresh_token", "expires_in", REFRESH_EXPIRES_IN, "scope", "scopes", "token_type"];
const ALSO_REFRESH_EXPIRES_IN: [&str; 2] = ["refresh_expires_in", "x_refresh_token_expires_in"];

/// The member at the pointer; where it leads nowhere, the standard one.
fn find<'a>(answer: &'a Map<String, Value>, pointer: Option<&String>, standard: &str) -> Option<&'a Value> {
    let pointed = pointer.and_then(|pointer| {
        let (first, rest) = pointer.strip_prefix('/').map(|p| p.split_once('/').map_or((p, ""), |(first, rest)| (first, rest)))?;
        let member = answer.get(&first.replace("~1", "/").replace("~0", "~"))?;
        if rest.is_empty() { Some(member) } else { member.pointer(&format!("/{rest}")) }
    });
    pointed.or_else(|| answer.get(standard)).filter(|value| !value.is_null())
}

/// `None`: it says nothing of an error. One that is no plain code is `unknown`: a code is compared and shown, never a text.
pub(super) fn error_code(oauth2: &OAuth2, answer: &Map<String, Value>) -> Option<String> {
    match find(answer, oauth2.response.error.as_ref(), "error")? {
        Value::Bool(false) => None,
        Value::String(code) if code.is_empty() => None,
        Value::String(code) if refusal::is_code(code) => Some(code.clone()),
        Value::Number(number) if number.as_f64() == Some(0.0) => None,
        _ => Some(refusal::UNKNOWN.to_owned()),
    }
}

/// `None`: no token that could be used.
pub(super) fn token(oauth2: &OAuth2, mut answer: Map<String, Value>) -> Option<Map<String, Value>> {
    let at = &oauth2.response;
    let access_token = sendable(find(&answer, at.access_token.as_ref(), "access_token")?)?.to_owned();
    let refresh_token = match find(&answer, at.refresh_token.as_ref(), "refresh_token") {
        None => None,
        Some(Value::String(text)) if text.is_empty() => None,
        Some(value) => Some(sendable(value)?.to_owned()),
    };
    let expires_in = find(&answer, at.expires_in.as_ref(), "expires_in").and_then(|value| seconds(value, oauth2.expires_unit));
    let refresh_expires_in = find(&answer, at.refresh_expires_in.as_ref(), REFRESH_EXPIRES_IN)
        .or_else(|| ALSO_REFRESH_EXPIRES_IN.iter().find_map(|name| answer.get(*name)))
        .and_then(|value| seconds(value, oauth2.expires_unit));
    let scope = find(&answer, at.scope.as_ref(), "scope").or_else(|| answer.get("scopes")).and_then(scope_text);
    let token_type = token_type(find(&answer, at.token_type.as_ref(), "token_type")).to_owned();

    for name in STANDARD.iter().chain(&ALSO_REFRESH_EXPIRES_IN) {
        answer.remove(*name);
    }
    let mut members = Map::new();
    members.insert("access_token".to_owned(), access_token.into());
    members.insert("token_type".to_owned(), token_type.into());
    for (name, value) in [
        ("refresh_token", refresh_token.map(Value::from)),
        ("expires_in", expires_in.map(Value::from)),
        (REFRESH_EXPIRES_IN, refresh_expires_in.map(Value::from)),
        ("scope", scope.map(Value::from)),
    ] {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    }
    members.extend(answer);
    Some(members)
}

/// A token goes into a header: one with a line break would write headers of its own.
fn sendable(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty() && !text.chars().any(char::is_control))
}

/// Whole seconds. Nothing, nonsense, zero and less mean that no end is named (Mailchimp's "never" is 0).
fn seconds(value: &Value, unit: ExpiresUnit) -> Option<u64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        _ => return None,
    };
    let seconds = match unit {
        ExpiresUnit::Seconds => number,
        ExpiresUnit::Milliseconds => number / 1000.0,
    };
    // NaN is not above zero, and what is infinite has a minimum.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and LONGEST_LIFE_SECONDS")]
    (seconds > 0.0).then(|| seconds.min(LONGEST_LIFE_SECONDS).ceil() as u64)
}

fn scope_text(value: &Value) -> Option<String> {
    let words: Vec<&str> = match value {
        Value::String(text) => scopes::split(text).collect(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).flat_map(scopes::split).collect(),
        _ => return None,
    };
    Some(words.join(" "))
}

fn token_type(value: Option<&Value>) -> &str {
    match value.and_then(sendable) {
        Some(text) if !["bearer", "bearertoken", "bearer_token"].contains(&text.to_ascii_lowercase().as_str()) && text.len() <= 64 => text,
        _ => "Bearer",
    }
}
