//! What the tests of this room share: a client that may reach loopback, and inputs made by hand.

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::SecretString;
use serde_json::Value as Json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use super::{AllowedPrivateHosts, GuardedClient, Stamp};
use crate::domain::{
    credential::{Token, TokenMeta},
    key::Key,
    resolution::{Layer, Layered, Resolved},
    template::Template,
    time::Timestamp,
    value::{Given, Value},
};

pub const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);
pub const STAMP: Stamp = Stamp { now: NOW, random: [7; 16] };

pub fn bearer_token() -> Token {
    let meta = TokenMeta {
        token_type: "Bearer".to_owned(),
        expires_at: None,
        obtained_at: NOW,
        scopes: Vec::new(),
        has_refresh_token: false,
        refresh_expires_at: None,
        is_free_to_renew: false,
        given_by: Default::default(),
        registration: None,
    };
    Token { access_token: secret("at"), refresh_token: None, token_secret: None, meta }
}

/// RFC 7468, on one line: what counts is what it holds.
pub fn pem(label: &str, der: impl AsRef<[u8]>) -> String {
    format!("-----BEGIN {label}-----{}-----END {label}-----", BASE64_STANDARD.encode(der))
}

pub fn loopback_client() -> GuardedClient {
    GuardedClient::new(AllowedPrivateHosts::parse("127.0.0.0/8,::1").unwrap()).unwrap()
}

pub async fn server_with(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

pub fn json(status: u16, body: &Json) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

pub fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

pub fn template(source: &str) -> Template {
    Template::parse(source).unwrap()
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// Clear values of the organization's; a key with `secret` in it holds a secret.
pub fn resolved(pairs: &[(&str, &str)]) -> Resolved {
    let mut resolved = Resolved::default();
    for (name, text) in pairs {
        let given = if name.contains("secret") { Given::secret(*text) } else { Given::Clear(Value::from(*text)) };
        resolved.values.insert(key(name), Layered { given, layer: Layer::Preset });
    }
    resolved
}
