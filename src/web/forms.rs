//! Form names and what comes back under them. The CSRF token is checked by the only way there is to read a form.

mod multipart;
mod upload;

pub use upload::Upload;

use std::collections::{BTreeMap, BTreeSet};

use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use futures_util::future::LocalBoxFuture;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use secrecy::SecretString;

use super::{errors::Failure, session};
use crate::{
    domain::{input::Raw, key::Key, validation::Field},
    flows::configure::{Pick, Snapshot, Submission},
};

/// Only what the names themselves use as punctuation.
const PUNCTUATION: &AsciiSet = &CONTROLS.add(b':').add(b'.').add(b'%');

/// `input:{slot}:{input}` or `variable:{key}`; a map's rows add `.key` and `.value`.
pub fn name(field: &Field) -> String {
    match field {
        Field::Input { slot, input } => format!("input:{}:{}", encode(slot), encode(input)),
        Field::Variable(key) => format!("variable:{}", encode(key)),
    }
}

const PICK: &str = "pick:";
const NEW: &str = "new";

/// `pick:{slot}`: which connection it shall use, by its id or as `new`.
pub fn pick_name(slot: &Key) -> String {
    format!("{PICK}{}", encode(slot))
}

fn pick(value: &str) -> Option<Pick> {
    if value == NEW { Some(Pick::New) } else { value.parse().ok().map(Pick::Saved) }
}

fn encode(key: &Key) -> String {
    utf8_percent_encode(key.as_str(), PUNCTUATION).to_string()
}

fn parse_key(text: &str) -> Option<Key> {
    Key::parse(percent_decode_str(text).decode_utf8().ok()?.into_owned()).ok()
}

/// `None`: no name that `name` gives.
pub fn parse_name(name: &str) -> Option<Field> {
    let key = parse_key;
    let mut parts = name.split(':');
    let field = match (parts.next()?, parts.next()?, parts.next()) {
        ("input", slot, Some(input)) => Field::Input { slot: key(slot)?, input: key(input)? },
        ("variable", variable, None) => Field::Variable(key(variable)?),
        _ => return None,
    };
    parts.next().is_none().then_some(field)
}

/// A posted form whose CSRF token was this session's.
pub struct Posted(Vec<(String, String)>);

impl Posted {
    fn of(session: &Session, fields: Vec<(String, String)>) -> Result<Self, Failure> {
        let posted = Self(fields);
        match (session::csrf(session), posted.get("csrf")) {
            (Some(expected), Some(sent)) if session::same(&expected, sent) => Ok(posted),
            (None, _) => Err(Failure::NoSession),
            _ => Err(Failure::Csrf),
        }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every value under a name, as of checkboxes.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// A password: never trimmed, never shown again.
    pub fn secret(&self, name: &str) -> SecretString {
        SecretString::from(self.get(name).unwrap_or_default())
    }

    /// A field that no page of this address sends is refused, whatever it is called.
    pub fn only(&self, names: &[&str]) -> Result<(), Failure> {
        let is_known = |name: &String| name == "csrf" || name == "version" || names.contains(&name.as_str());
        match self.0.iter().find(|(name, _)| !is_known(name)) {
            None => Ok(()),
            Some(_) => Err(Failure::Unprocessable {
                code: "unknown_field",
                detail: "The form holds a field that this page does not have.".into(),
                extra: serde_json::Value::Null,
            }),
        }
    }

    /// Names that no page of ours sends are kept as fields too where they look like one: the flow refuses them.
    pub fn submission(&self) -> Submission {
        let mut raw: BTreeMap<Field, Raw> = BTreeMap::new();
        let mut keys: BTreeMap<Field, Vec<String>> = BTreeMap::new();
        let mut values: BTreeMap<Field, Vec<String>> = BTreeMap::new();
        let (mut keep_saved, mut settled) = (BTreeSet::new(), BTreeSet::new());
        let mut picks = BTreeMap::new();
        for (name, value) in &self.0 {
            if let Some(slot) = name.strip_prefix(PICK).and_then(parse_key) {
                // A button's word, which comes last, goes before the one that is ticked.
                picks.extend(pick(value).map(|pick| (slot, pick)));
            } else if let Some(field) = name.strip_prefix("keep.").and_then(parse_name) {
                if value == "saved" {
                    keep_saved.insert(field.clone());
                }
                settled.insert(field);
            } else if let Some(field) = name.strip_suffix(".key").and_then(parse_name) {
                keys.entry(field).or_default().push(value.clone());
            } else if let Some(field) = name.strip_suffix(".value").and_then(parse_name) {
                values.entry(field).or_default().push(value.clone());
            } else if let Some(field) = parse_name(name)
                && let Raw::Texts(texts) = raw.entry(field).or_insert_with(|| Raw::Texts(Vec::new()))
            {
                texts.push(value.clone());
            }
        }
        for (field, keys) in keys {
            let mut values = values.remove(&field).unwrap_or_default();
            values.resize(keys.len(), String::new());
            raw.insert(field, Raw::Rows(keys.into_iter().zip(values).collect()));
        }
        Submission {
            base: Snapshot::parse(self.get("version").unwrap_or_default()),
            raw,
            save_anyway: self.get("save_anyway").and_then(|key| Key::parse(key).ok()),
            keep_saved,
            settled,
            picks,
        }
    }
}

impl FromRequest for Posted {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = request.get_session();
        let whole = multipart::is_meant(request).then(|| multipart::read(request.clone(), payload.take(), multipart::BODY_MAX_BYTES));
        let form = web::Form::<Vec<(String, String)>>::from_request(request, payload);
        Box::pin(async move {
            if let Some(whole) = whole {
                let fields = whole.await?.into_iter().map(multipart::Part::text).collect::<Result<_, _>>()?;
                return Self::of(&session, fields);
            }
            let form = form.await.map_err(|error| match error.as_response_error().status_code().as_u16() {
                413 => Failure::TooLarge,
                415 => Failure::UnsupportedMediaType,
                _ => Failure::BadRequest { code: "malformed_form", detail: "The form could not be read.".into() },
            })?;
            Self::of(&session, form.into_inner())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_as_the_field_it_was_made_for_whatever_the_key_holds() {
        for key in ["plain", "ocp-apim-subscription-key", "a:b", "a.key", "100 %", "ünï", "a[b]"] {
            let key = Key::parse(key).unwrap();
            for field in [Field::Variable(key.clone()), Field::Input { slot: key.clone(), input: key.clone() }] {
                assert_eq!(parse_name(&name(&field)), Some(field));
            }
        }
    }

    #[test]
    fn rows_of_a_map_are_put_together_in_order() {
        let field = Field::Variable(Key::parse("m").unwrap());
        let pairs = [("variable:m.key", "a"), ("variable:m.value", "1"), ("variable:m.key", "b"), ("variable:m.value", "2")];
        let posted = Posted(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
        let rows = vec![("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())];
        assert_eq!(posted.submission().raw.get(&field), Some(&Raw::Rows(rows)));
    }
}
