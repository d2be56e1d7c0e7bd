//! What the tests of this room share: a client that may reach loopback, and inputs made by hand.

use secrecy::SecretString;
use serde_json::Value as Json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use super::{AllowedPrivateHosts, GuardedClient};
use crate::domain::{
    key::Key,
    resolution::{Layer, Layered, Resolved},
    template::Template,
    value::{Given, Value},
};

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
