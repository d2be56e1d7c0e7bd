//! What we sign for a token endpoint (RFC 7523): the client's proof of itself (§2.2), and the grant that is an assertion (§2.1).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::{Client, GrantError, SetupError};
use crate::{
    domain::{
        auth::{Assertion, ClientAuth},
        connection_type::standard,
        template::{RenderError, Template},
    },
    providers::{
        Stamp,
        jwt::{self, BadKey, Key},
    },
};

/// RFC 7523 §2.2.
pub(super) const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const PROOF_LIFE_SECONDS: i64 = 300;

/// `None`: the client proves itself in another way.
pub(super) fn proof(client: &Client<'_>, stamp: &Stamp) -> Result<Option<SecretString>, GrantError> {
    let key = match client.oauth2.client_auth {
        ClientAuth::Body | ClientAuth::Basic | ClientAuth::BasicRaw => return Ok(None),
        ClientAuth::ClientSecretJwt => client.secret(standard::CLIENT_SECRET)?,
        ClientAuth::PrivateKeyJwt => client.secret(standard::PRIVATE_KEY)?,
    };
    let audience = match &client.oauth2.assertion_audience {
        Some(template) => client.render(template)?,
        None => client.token_url()?.into(),
    };
    let mut claims = times(stamp, PROOF_LIFE_SECONDS);
    claims.extend([("iss".to_owned(), json!(client.client_id())), ("sub".to_owned(), json!(client.client_id()))]);
    claims.insert("aud".to_owned(), json!(audience));
    let key_id = client.optional(standard::KEY_ID)?;
    let signed = if client.oauth2.client_auth == ClientAuth::ClientSecretJwt {
        jwt::sign(&Key::Shared(&key), None, &claims)
    } else {
        jwt::sign(&Key::Private(client.oauth2.client_auth_algorithm, &key), key_id.as_deref(), &claims)
    };
    signed.map(Some).map_err(|BadKey| client.bad_key_reason([standard::PRIVATE_KEY]).into())
}

pub(super) fn grant(client: &Client<'_>, assertion: &Assertion, stamp: &Stamp) -> Result<SecretString, GrantError> {
    let mut claims = times(stamp, assertion.expires_in_seconds);
    claims.insert("iss".to_owned(), json!(client.render(&assertion.issuer)?));
    claims.insert("aud".to_owned(), json!(client.render(&assertion.audience)?));
    let more = assertion.subject.iter().map(|subject| ("sub", subject));
    for (name, template) in more.chain(assertion.claims.iter().map(|(name, template)| (name.as_str(), template))) {
        claims.extend(if_given(client, template)?.map(|text| (name.to_owned(), json!(text))));
    }
    let key_id = assertion.key_id.as_ref().map(|template| if_given(client, template)).transpose()?.flatten();
    let key = client.render_key(&assertion.key)?;
    jwt::sign(&Key::Private(assertion.algorithm, &key), key_id.as_deref(), &claims)
        .map_err(|BadKey| client.bad_key_reason(assertion.key.keys().map(|key| key.as_str())).into())
}

/// RFC 7519 §4.1; `jti` makes each one good for one use.
fn times(stamp: &Stamp, life_seconds: i64) -> Map<String, Value> {
    let seconds = stamp.now.as_millis().div_euclid(1000);
    Map::from_iter([
        ("iat".to_owned(), json!(seconds)),
        ("exp".to_owned(), json!(seconds + life_seconds)),
        ("jti".to_owned(), json!(BASE64_URL_SAFE_NO_PAD.encode(stamp.random))),
    ])
}

/// A claim whose input was left empty is left out.
fn if_given(client: &Client<'_>, template: &Template) -> Result<Option<String>, SetupError> {
    match client.render(template) {
        Ok(text) => Ok(Some(text)),
        Err(SetupError::Render(_, RenderError::Missing(_))) => Ok(None),
        Err(error) => Err(error),
    }
}
