//! JSON as bytes in one way only: `jsonb` forgets the order of members, how a number was written, and what was escaped.

use serde::Deserialize;
use serde_json::{Number, Value};

use crate::store::columns::SealedColumn;

/// Text that is a JSON container or string; any other scalar is written in one way anyway.
pub(super) fn json(text: &str) -> Option<Value> {
    if text.starts_with(['{', '[', '"']) { serde_json::from_str(text).ok() } else { None }
}

/// A part behind its kind and length.
pub(in crate::store) fn part(bytes: &mut Vec<u8>, kind: u8, content: &[u8]) {
    bytes.push(kind);
    bytes.extend_from_slice(&(content.len() as u64).to_be_bytes());
    bytes.extend_from_slice(content);
}

pub(in crate::store) fn write(bytes: &mut Vec<u8>, json: &Value) {
    match json {
        Value::Null => bytes.push(b'0'),
        Value::Bool(is) => bytes.extend([b'?', u8::from(*is)]),
        Value::Number(written) => part(bytes, b'#', number(written).as_bytes()),
        Value::String(text) => part(bytes, b'"', text.as_bytes()),
        Value::Array(items) => {
            part(bytes, b'[', &[]);
            items.iter().for_each(|item| write(bytes, item));
            bytes.push(b']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            part(bytes, b'{', &[]);
            for (name, value) in sorted {
                part(bytes, b':', name.as_bytes());
                write(bytes, value);
            }
            bytes.push(b'}');
        }
    }
}

/// `1e3`, `1000.0` and `1000` are one number, and so are `0` and `-0.0`.
fn number(written: &Number) -> String {
    match written.as_f64() {
        Some(value) if written.is_f64() => format!("{}", if value == 0.0 { 0.0 } else { value }),
        _ => written.to_string(),
    }
}

/// How many sealed secrets are in it.
pub(super) fn sealed(json: &Value) -> u64 {
    match json {
        Value::Object(members) if members.len() == 2 && SealedColumn::deserialize(json).is_ok() => 1,
        Value::Object(members) => members.values().map(sealed).sum(),
        Value::Array(items) => items.iter().map(sealed).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, &json(text).unwrap());
        bytes
    }

    #[test]
    fn what_an_engine_rewrites_comes_to_the_same() {
        for (one, other) in [
            (r#"{"b":1,"a":{"d":2,"c":3}}"#, r#"{"a": {"c": 3, "d": 2}, "b": 1}"#),
            ("[1e3, 1e16, -0.0, 0.10]", "[1000, 10000000000000000, 0.0, 0.1]"),
            (r#""\u00e9\u001f""#, "\"é\\u001F\""),
        ] {
            assert_eq!(bytes(one), bytes(other), "{one}");
        }
    }

    #[test]
    fn what_is_different_stays_different() {
        let texts = [
            r#"{"a":[1,2]}"#,
            r#"{"a":[2,1]}"#,
            r#"{"a":[1],"b":2}"#,
            r#"{"a":"12"}"#,
            r#"{"a":[12]}"#,
            r#"["a","12"]"#,
            r#"[["a"],"12"]"#,
        ];
        let mut all: Vec<_> = texts.iter().map(|text| bytes(text)).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), texts.len());
        assert_ne!(bytes("[9007199254740993]"), bytes("[9007199254740992]"));
    }
}
