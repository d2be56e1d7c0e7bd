//! OpenID Connect Core 1.0: where a person signs on, and who they are to the provider. Code flow with PKCE; the ID token's
//! signature, issuer, audience, end and nonce are checked before a word of it is believed.

mod id_token;

use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

pub use id_token::Claims;

use super::{
    Outbound, OutboundBody, OutboundRequest, OutboundResponse,
    oauth2::{DiscoveryError, Metadata},
};
use crate::domain::{check::Method, reason::Reason, time::Timestamp};

/// Ourselves, at the provider.
pub struct SsoClient<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub client_secret: &'a SecretString,
    pub redirect_uri: &'a str,
}

/// What ties an answer to its question. Secret until it is back.
pub struct Ties {
    pub state: SecretString,
    pub nonce: String,
    /// RFC 7636 §4.1.
    pub verifier: SecretString,
}

/// Says nothing that a provider or a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SsoError {
    #[error("{0}")]
    Discovery(#[from] DiscoveryError),
    #[error("the provider does not publish what single sign-on needs")]
    NoOpenIdProvider,
    #[error("the provider could not be asked: {0}")]
    Unreachable(Reason),
    #[error("the provider refused the code")]
    CodeRefused,
    #[error("the provider's answer holds no ID token")]
    NoIdToken,
    #[error("the ID token is not to be believed: {0}")]
    Unbelievable(&'static str),
}

/// Where the person is sent. `again`: they sign on once more even where the provider knows them still.
pub fn authorize_url(
    metadata: &Metadata,
    client: &SsoClient<'_>,
    ties: &Ties,
    challenge: &[u8; 32],
    again: bool,
) -> Result<String, SsoError> {
    let (authorize, ..) = metadata.sign_on().ok_or(SsoError::NoOpenIdProvider)?;
    let mut url = Url::parse(authorize).map_err(|_| SsoError::NoOpenIdProvider)?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client.client_id)
        .append_pair("redirect_uri", client.redirect_uri)
        .append_pair("scope", "openid email profile")
        .append_pair("state", ties.state.expose_secret())
        .append_pair("nonce", &ties.nonce)
        .append_pair("code_challenge", &BASE64_URL_SAFE_NO_PAD.encode(challenge))
        .append_pair("code_challenge_method", "S256");
    if again {
        url.query_pairs_mut().append_pair("prompt", "login").append_pair("max_age", "0");
    }
    Ok(url.into())
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: Option<String>,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    email: Option<String>,
    email_verified: Option<serde_json::Value>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct KeySet {
    #[serde(default)]
    keys: Vec<serde_json::Value>,
}

/// Exchanges the code, and reads who it is of.
pub async fn identify(
    out: &dyn Outbound,
    metadata: &Metadata,
    client: &SsoClient<'_>,
    code: &str,
    ties: &Ties,
    now: Timestamp,
) -> Result<Claims, SsoError> {
    let (_, token, keys) = metadata.sign_on().ok_or(SsoError::NoOpenIdProvider)?;
    let answer = send(out, exchange(token, client, code, ties, metadata.wants_basic())).await?;
    if answer.status != 200 {
        return Err(if answer.status >= 500 { SsoError::Unreachable(Reason::ProviderDown) } else { SsoError::CodeRefused });
    }
    let answer: TokenAnswer = serde_json::from_slice(&answer.body).map_err(|_| SsoError::NoIdToken)?;
    let (id_token, answer_token) = (answer.id_token.ok_or(SsoError::NoIdToken)?, answer.access_token.map(SecretString::from));
    let request = OutboundRequest { method: Method::Get, url: keys.to_owned(), headers: accept_json(), body: None };
    let answer = send(out, request).await?;
    let set: KeySet = serde_json::from_slice(&answer.body).map_err(|_| SsoError::Unreachable(Reason::ProviderUnexpected))?;
    let claims = id_token::read(&id_token, &set.keys, client, &ties.nonce, now)?;
    match (&claims.email, metadata.userinfo(), answer_token) {
        (None, Some(userinfo), Some(token)) => with_userinfo(out, userinfo, &token, claims).await,
        _ => Ok(claims),
    }
}

/// Only of the same subject: the access token could be somebody else's (OpenID Connect Core §5.3.2).
async fn with_userinfo(out: &dyn Outbound, userinfo: &str, token: &SecretString, claims: Claims) -> Result<Claims, SsoError> {
    let mut headers = accept_json();
    headers.push(("authorization".to_owned(), SecretString::from(format!("Bearer {}", token.expose_secret()))));
    let request = OutboundRequest { method: Method::Get, url: userinfo.to_owned(), headers, body: None };
    let answer = send(out, request).await?;
    let info: UserInfo = serde_json::from_slice(&answer.body).map_err(|_| SsoError::Unreachable(Reason::ProviderUnexpected))?;
    if info.sub != claims.subject {
        return Err(SsoError::Unbelievable("the user info is of somebody else"));
    }
    let email_verified = info.email_verified.as_ref().map(id_token::is_true);
    Ok(Claims { email: info.email, email_verified, name: claims.name.or(info.name), ..claims })
}

async fn send(out: &dyn Outbound, request: OutboundRequest) -> Result<OutboundResponse, SsoError> {
    out.send(request).await.map_err(|error| SsoError::Unreachable(error.reason()))
}

fn accept_json() -> Vec<(String, SecretString)> {
    vec![("accept".to_owned(), "application/json".into())]
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn exchange(token_url: &str, client: &SsoClient<'_>, code: &str, ties: &Ties, basic: bool) -> OutboundRequest {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code").append_pair("code", code).append_pair("redirect_uri", client.redirect_uri);
    form.append_pair("code_verifier", ties.verifier.expose_secret());
    let mut headers = accept_json();
    if basic {
        // RFC 6749 §2.3.1: each part is form-encoded first.
        let pair = format!("{}:{}", encoded(client.client_id), encoded(client.client_secret.expose_secret()));
        headers.push(("authorization".to_owned(), SecretString::from(format!("Basic {}", BASE64_STANDARD.encode(pair)))));
    } else {
        form.append_pair("client_id", client.client_id).append_pair("client_secret", client.client_secret.expose_secret());
    }
    let body = OutboundBody { content_type: "application/x-www-form-urlencoded".into(), content: SecretString::from(form.finish()) };
    OutboundRequest { method: Method::Post, url: token_url.to_owned(), headers, body: Some(body) }
}
