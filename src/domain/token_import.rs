//! A token that another system obtained, as an API caller gives it: read field by field, each with its own mistake.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde_json::Value as Json;

use super::{
    capture::{Captures, bounded},
    credential::{Token, TokenMeta},
    time::Timestamp,
    validation::{FIELD_MAX_BYTES, FieldError},
};

/// By the names of RFC 6749 §5.1, and `expires_at`, `context`.
pub type Members = BTreeMap<String, Json>;

/// Where no access token came: the first read refreshes it, on a machine whose clock is behind too.
const LONG_ENDED_SECONDS: i64 = -24 * 3600;

pub struct TokenImport {
    pub token: Token,
    /// Under declared names alone.
    pub context: BTreeMap<String, Json>,
}

impl TokenImport {
    /// Only a refresh token came: an access token has yet to be obtained with it.
    pub fn waits_for_refresh(&self) -> bool {
        use secrecy::ExposeSecret;
        self.token.access_token.expose_secret().is_empty()
    }
}

struct Fields<'m> {
    members: &'m Members,
    errors: BTreeMap<String, FieldError>,
}

/// The errors by field, as `token.access_token`.
pub fn read(members: &Members, captures: &Captures, now: Timestamp) -> Result<TokenImport, BTreeMap<String, FieldError>> {
    const KNOWN: [&str; 9] = [
        "access_token",
        "refresh_token",
        "token_secret",
        "expires_at",
        "expires_in",
        "refresh_expires_at",
        "token_type",
        "scope",
        "context",
    ];
    let mut fields = Fields { members, errors: BTreeMap::new() };
    for name in members.keys().filter(|name| !KNOWN.contains(&name.as_str())) {
        fields.refuse(name, FieldError::UnknownInput);
    }
    let access_token = fields.text("access_token").map(SecretString::from);
    let refresh_token = fields.text("refresh_token").map(SecretString::from);
    if access_token.is_none() && refresh_token.is_none() {
        fields.refuse("access_token", FieldError::Required);
    }
    // Of OAuth 1.0a.
    let token_secret = fields.text("token_secret").map(SecretString::from);
    let expires_at = fields.end(now);
    let refresh_expires_at = fields.time("refresh_expires_at");
    let token_type = fields.text("token_type").unwrap_or_else(|| "Bearer".into());
    let scope = fields.text("scope").unwrap_or_default();
    let context = fields.context(captures);
    if !fields.errors.is_empty() {
        return Err(fields.errors);
    }
    let meta = TokenMeta {
        token_type,
        expires_at: if access_token.is_some() { expires_at } else { Some(now.plus_seconds(LONG_ENDED_SECONDS)) },
        obtained_at: now,
        scopes: scope.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        has_refresh_token: refresh_token.is_some(),
        registration: None,
        refresh_expires_at,
        is_free_to_renew: false,
        given_by: Default::default(),
    };
    let token = Token { access_token: access_token.unwrap_or_else(|| SecretString::from("")), refresh_token, token_secret, meta };
    Ok(TokenImport { token, context })
}

impl Fields<'_> {
    fn refuse(&mut self, name: &str, error: FieldError) {
        self.errors.entry(format!("token.{name}")).or_insert(error);
    }

    /// `null` is the same as not there.
    fn given(&self, name: &str) -> Option<&Json> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &str) -> Option<String> {
        let error = match self.given(name)? {
            Json::String(text) if text.trim().is_empty() => FieldError::Required,
            Json::String(text) if text.len() > FIELD_MAX_BYTES => FieldError::TooLong { max: FIELD_MAX_BYTES },
            // A token goes into a header: one with a line break would write headers of its own.
            Json::String(text) if text.chars().any(char::is_control) => FieldError::ControlCharacter,
            Json::String(text) => return Some(text.clone()),
            _ => FieldError::WrongShape,
        };
        self.refuse(name, error);
        None
    }

    /// `expires_at`, or `expires_in` seconds from now; of both the point in time counts.
    fn end(&mut self, now: Timestamp) -> Option<Timestamp> {
        let seconds = match self.given("expires_in").map(|value| value.as_i64().filter(|seconds| *seconds >= 0)) {
            Some(None) => {
                self.refuse("expires_in", FieldError::NotAnInteger);
                None
            }
            seconds => seconds.flatten(),
        };
        self.time("expires_at").or_else(|| seconds.map(|seconds| now.plus_seconds(seconds)))
    }

    fn time(&mut self, name: &str) -> Option<Timestamp> {
        let at = self.given(name)?.as_str().and_then(|text| text.parse::<Timestamp>().ok());
        if at.is_none() {
            self.refuse(name, FieldError::NotATime);
        }
        at
    }

    fn context(&mut self, captures: &Captures) -> BTreeMap<String, Json> {
        let given = match self.given("context") {
            None => return BTreeMap::new(),
            Some(Json::Object(given)) => given.clone(),
            Some(_) => {
                self.refuse("context", FieldError::WrongShape);
                return BTreeMap::new();
            }
        };
        for (name, value) in &given {
            if !captures.names().any(|declared| declared.as_str() == name) {
                self.refuse(&format!("context.{name}"), FieldError::UnknownInput);
            } else if bounded(value).is_none() {
                self.refuse(&format!("context.{name}"), FieldError::WrongShape);
            }
        }
        given.into_iter().collect()
    }
}
