//! `GET …/credentials`: the one answer of the product that holds opened secrets, and its hottest path.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, HeaderValue},
    web,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value as Json, json};

use super::{instance_users::missing, parameters::At};
use crate::{
    domain::{
        access::Scope,
        connection::{ConnectionOwner, ConnectionRef},
        credential::Token,
        key::Key,
        reason::Reason,
        time::Timestamp,
        value::Given,
    },
    flows::{
        Context,
        credentials::{self, Opened, Read},
    },
    web::{access::ApiCaller, errors::Failure},
};

/// Writes a secret into the answer. Private to this file, so that no other answer can.
struct ExposedSecret<'o>(&'o SecretString);

impl Serialize for ExposedSecret<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

struct OpenedInputs<'o>(&'o BTreeMap<Key, Given>);

impl Serialize for OpenedInputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, given) in self.0 {
            match given {
                Given::Clear(value) => map.serialize_entry(key.as_str(), value)?,
                Given::Secret(secret) => map.serialize_entry(key.as_str(), &ExposedSecret(secret))?,
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct CredentialShape<'o> {
    /// The slot's; of a saved connection by itself, its definition's.
    key: &'o str,
    r#type: &'o str,
    inputs: OpenedInputs<'o>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenShape<'o>>,
    /// What a request carries to prove who asks; not for OAuth 1.0a, whose requests are signed one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<AuthShape<'o>>,
    context: &'o BTreeMap<String, Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'o str>,
}

#[derive(Serialize)]
struct AuthShape<'o> {
    headers: Parameters<'o>,
    query: Parameters<'o>,
}

struct Parameters<'o>(&'o [(String, SecretString)]);

impl Serialize for Parameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, ExposedSecret(value))))
    }
}

/// Without the refresh token: refreshing is our work, not a step's.
#[derive(Serialize)]
struct TokenShape<'o> {
    access_token: ExposedSecret<'o>,
    /// Of OAuth 1.0a, whose requests a step signs itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_secret: Option<ExposedSecret<'o>>,
    token_type: &'o str,
    expires_at: Option<Timestamp>,
    obtained_at: Timestamp,
    scope: String,
}

impl<'o> From<&'o Token> for TokenShape<'o> {
    fn from(Token { access_token, token_secret, meta, .. }: &'o Token) -> Self {
        Self {
            access_token: ExposedSecret(access_token),
            token_secret: token_secret.as_ref().map(ExposedSecret),
            token_type: &meta.token_type,
            expires_at: meta.expires_at,
            obtained_at: meta.obtained_at,
            scope: meta.scopes.join(" "),
        }
    }
}

impl<'o> From<&'o Opened> for CredentialShape<'o> {
    fn from(opened: &'o Opened) -> Self {
        Self {
            key: opened.slot.as_str(),
            r#type: &opened.type_ref,
            inputs: OpenedInputs(&opened.inputs),
            token: opened.token.as_ref().map(TokenShape::from),
            auth: opened.auth.as_ref().map(|auth| AuthShape { headers: Parameters(&auth.headers), query: Parameters(&auth.query) }),
            context: &opened.context,
            account: opened.account.as_deref(),
        }
    }
}

pub async fn show(context: web::Data<Context>, caller: ApiCaller, at: At) -> Result<HttpResponse, Failure> {
    let read = match &at.0 {
        ConnectionRef::Of(ConnectionOwner::Test { integration, slot }) => {
            credentials::read_test(&context, caller.key.id, integration, slot).await?
        }
        at => credentials::read(&context, Scope::Organization, caller.key.id, at).await?,
    };
    match read {
        Read::Credential(opened) => {
            let no_store = (CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(HttpResponse::Ok().insert_header(no_store).json(CredentialShape::from(&*opened)))
        }
        Read::NotConnected => Err(not_connected(&at.0)),
        Read::NeedsReconnect(reason) => Err(needs_reconnect(reason)),
        Read::ProviderUnavailable { reason, retry_after_seconds } => Err(provider_unavailable(reason, retry_after_seconds)),
        Read::Unsaved => Err(unsaved()),
        Read::NotFound => Err(missing(&context, &at.0).await),
    }
}

pub fn not_connected(at: &ConnectionRef) -> Failure {
    let detail = match at {
        ConnectionRef::OfUser { .. } => {
            "This user has not connected an account of their own yet. `POST /links` with the `instance` and this `user` makes a link to the page where they do."
        }
        _ => "Nobody has connected this yet.",
    };
    Failure::Conflict { code: "not_connected", detail: detail.into(), extra: json!({}) }
}

pub fn needs_reconnect(reason: Reason) -> Failure {
    let detail = "Only a person can make this connection work again: send a link.".into();
    Failure::Conflict { code: "needs_reconnect", detail, extra: json!({"reason": reason}) }
}

pub fn unsaved() -> Failure {
    Failure::Unavailable {
        code: "token_unsaved",
        detail: "The provider gave a new token, but the database does not take it just now. It is kept; try again soon.".into(),
        retry_after_seconds: 2,
    }
}

pub fn provider_unavailable(reason: Reason, retry_after_seconds: i64) -> Failure {
    Failure::Unavailable {
        code: "provider_unavailable",
        detail: format!("The provider could not renew the token just now ({reason}). Try again later."),
        retry_after_seconds: u64::try_from(retry_after_seconds).unwrap_or(1).max(1),
    }
}
