//! Registering ourselves as a client (RFC 7591 §3).

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal;
use crate::{
    domain::{
        auth::{ClientAuth, OAuth2},
        check::Method,
        reason::Reason,
        registration::RegistrationPlace,
        time::Timestamp,
    },
    providers::{Outbound, OutboundBody, OutboundRequest},
};

/// Of an id or a secret that a provider gave us.
const TEXT_MAX_BYTES: usize = 8 * 1024;

/// A client as the provider made it.
pub struct Registered {
    pub client_id: String,
    /// `None`: a public client.
    pub client_secret: Option<SecretString>,
    pub client_auth: Option<ClientAuth>,
    pub secret_expires_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Answer {
    client_id: String,
    client_secret: Option<String>,
    /// Unix time in seconds; 0: never (RFC 7591 §3.2.1).
    #[serde(default)]
    client_secret_expires_at: i64,
    token_endpoint_auth_method: Option<String>,
}

/// `client_name`: what people read at the consent page. `is_public`: ask for a client without a secret.
pub async fn register(
    out: &dyn Outbound,
    oauth2: &OAuth2,
    place: &RegistrationPlace,
    client_name: &str,
    is_public: bool,
) -> Result<Registered, Reason> {
    let method = match oauth2.client_auth {
        _ if is_public => "none",
        ClientAuth::Body => "client_secret_post",
        ClientAuth::Basic | ClientAuth::BasicRaw => "client_secret_basic",
        ClientAuth::ClientSecretJwt => "client_secret_jwt",
        ClientAuth::PrivateKeyJwt => "private_key_jwt",
    };
    let mut asked = json!({
        "client_name": client_name,
        "redirect_uris": [place.redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
    });
    if !place.scope.is_empty() {
        asked["scope"] = Value::from(place.scope.as_str());
    }
    let body = OutboundBody { content_type: "application/json".to_owned(), content: SecretString::from(asked.to_string()) };
    let headers = vec![("accept".to_owned(), SecretString::from("application/json"))];
    let request = OutboundRequest { method: Method::Post, url: place.registration_url.clone(), headers, body: Some(body) };
    let response = out.send(request).await.map_err(|error| error.reason())?;
    match response.status {
        200 | 201 => read(&response.body),
        // RFC 7591 §3.2.2, or a server that wants an initial access token.
        400 | 401 | 403 | 404 | 405 | 422 => Err(Reason::Configuration),
        status => Err(refusal::of_status(status)),
    }
}

fn read(body: &[u8]) -> Result<Registered, Reason> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| Reason::ProviderUnexpected)?;
    let is_text = |text: &str| !text.is_empty() && text.len() <= TEXT_MAX_BYTES && !text.chars().any(char::is_control);
    let client_secret = answer.client_secret.filter(|secret| !secret.is_empty());
    if !is_text(&answer.client_id) || !client_secret.as_deref().is_none_or(is_text) {
        return Err(Reason::ProviderUnexpected);
    }
    let client_auth = match answer.token_endpoint_auth_method.as_deref() {
        Some("client_secret_basic") => Some(ClientAuth::Basic),
        Some("client_secret_post") => Some(ClientAuth::Body),
        _ => None,
    };
    let expires_at = answer.client_secret_expires_at;
    Ok(Registered {
        client_id: answer.client_id,
        secret_expires_at: (client_secret.is_some() && expires_at > 0).then(|| Timestamp::from_millis(expires_at.saturating_mul(1000))),
        client_secret: client_secret.map(SecretString::from),
        client_auth,
    })
}
