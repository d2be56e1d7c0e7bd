//! OpenID Connect Core §3.1.3.7: what an ID token must be before it says who somebody is.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::Jwk};
use serde::Deserialize;

use super::{SsoClient, SsoError};
use crate::domain::time::Timestamp;

/// Who somebody is to the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub subject: String,
    pub email: Option<String>,
    /// `None`: the provider does not say.
    pub email_verified: Option<bool>,
    pub name: Option<String>,
    /// When they last proved to the provider who they are; `None`: it does not say.
    pub signed_on_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Body {
    sub: String,
    exp: i64,
    nonce: Option<String>,
    azp: Option<String>,
    aud: serde_json::Value,
    email: Option<String>,
    /// Some providers write it as text.
    email_verified: Option<serde_json::Value>,
    name: Option<String>,
    auth_time: Option<i64>,
}

/// Asymmetric ones alone: who knows the client's secret must not be able to write ID tokens.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

const LEEWAY_SECONDS: i64 = 60;

/// `keys`: the provider's, as it publishes them; those of kinds that nobody here knows are passed over.
pub(super) fn read(
    token: &str,
    keys: &[serde_json::Value],
    client: &SsoClient<'_>,
    nonce: &str,
    now: Timestamp,
) -> Result<Claims, SsoError> {
    let no = SsoError::Unbelievable;
    let header = decode_header(token).map_err(|_| no("it is no signed token"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(no("it is signed in a way that proves nothing"));
    }
    let mut validation = Validation::new(header.alg);
    // By our own clock, below.
    validation.validate_exp = false;
    validation.set_audience(&[client.client_id]);
    validation.set_issuer(&[client.issuer]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    let known = keys.iter().filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    let fits = |key: &Jwk| header.kid.is_none() || key.common.key_id == header.kid;
    let tried = known.filter(fits).filter_map(|key| DecodingKey::from_jwk(&key).ok());
    let body = tried.filter_map(|key| decode::<Body>(token, &key, &validation).ok()).next();
    let body = body.ok_or(no("its signature, issuer or audience is not the right one"))?.claims;
    if body.exp.saturating_add(LEEWAY_SECONDS) <= now.as_millis() / 1000 {
        return Err(no("it has ended"));
    }
    if body.nonce.as_deref() != Some(nonce) {
        return Err(no("it answers another question"));
    }
    let is_for_many = body.aud.as_array().is_some_and(|all| all.len() > 1);
    if body.azp.as_deref().map_or(is_for_many, |azp| azp != client.client_id) {
        return Err(no("it was made for another client"));
    }
    Ok(Claims {
        subject: body.sub,
        email: body.email,
        email_verified: body.email_verified.as_ref().map(is_true),
        name: body.name,
        signed_on_at: body.auth_time.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1000))),
    })
}

pub(super) fn is_true(value: &serde_json::Value) -> bool {
    value.as_bool().or_else(|| value.as_str().map(|text| text == "true")).unwrap_or(false)
}

#[cfg(test)]
mod tests;
