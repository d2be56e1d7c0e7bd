//! What an input holds. A clear value can be shown, stored and serialised; a secret can do none of these.

use std::{collections::BTreeMap, fmt};

use secrecy::{ExposeSecret, SecretString};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        Error, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

use super::key::Key;

/// A value that is not a secret. Its JSON is the plain one: `"eu"`, `true`, `8`, `["a"]`, `{"k": "v"}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
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

/// By what stands there. Derived, each variant would be tried in its turn: most of the time that it takes to read a row.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("true or false, a number, a text, a list of texts, or texts by name")
    }
    fn visit_bool<E: Error>(self, boolean: bool) -> Result<Value, E> {
        Ok(Value::Boolean(boolean))
    }
    fn visit_i64<E: Error>(self, integer: i64) -> Result<Value, E> {
        Ok(Value::Integer(integer))
    }
    fn visit_u64<E: Error>(self, integer: u64) -> Result<Value, E> {
        // What is too large for an integer is still a number.
        #[expect(clippy::cast_precision_loss, reason = "JSON has but one kind of number, and this is how it is read elsewhere")]
        Ok(i64::try_from(integer).map_or(Value::Number(integer as f64), Value::Integer))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }
    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Value, A::Error> {
        Deserialize::deserialize(SeqAccessDeserializer::new(list)).map(Value::List)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        Deserialize::deserialize(MapAccessDeserializer::new(map)).map(Value::Map)
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_read_by_what_stands_there_and_written_as_it_was() {
        let texts = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
        for (json, value) in [
            (json!(true), Value::Boolean(true)),
            (json!(-8), Value::Integer(-8)),
            (json!(i64::MAX), Value::Integer(i64::MAX)),
            (json!(u64::MAX), Value::Number(18_446_744_073_709_551_615.0)),
            (json!(0.5), Value::Number(0.5)),
            (json!("eu"), Value::Text("eu".into())),
            (json!([]), Value::List(Vec::new())),
            (json!(["a"]), Value::List(vec!["a".into()])),
            (json!({"k": "v"}), Value::Map(texts)),
        ] {
            assert_eq!(serde_json::from_value::<Value>(json.clone()).unwrap(), value);
            assert_eq!(serde_json::from_str::<Value>(&json.to_string()).unwrap(), value);
            if json.as_u64() != Some(u64::MAX) {
                assert_eq!(serde_json::to_value(&value).unwrap(), json);
            }
        }
        for wrong in [json!(null), json!([1]), json!({"k": 1}), json!([["a"]])] {
            assert!(serde_json::from_value::<Value>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
