//! The rules of the domain, each told by a sentence.

mod input;
mod journey;
mod refresh;
mod resolution;
mod soundness;

use super::{
    auth::{Auth, ClientAuth, ExpiresUnit, Grant, OAuth2, Pkce, ResponsePointers, SendHeader, SigningAlgorithm, TokenBody},
    connection_type::ConnectionType,
    input::{Input, InputType},
    key::Key,
    template::Template,
};

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

fn template(text: &str) -> Template {
    Template::parse(text).unwrap()
}

fn input(name: &str, input_type: InputType) -> Input {
    Input::new(key(name), name.to_owned(), input_type)
}

fn computed(name: &str, text: &str) -> Input {
    Input { template: Some(template(text)), ..input(name, InputType::String) }
}

fn fields(inputs: Vec<Input>) -> ConnectionType {
    ConnectionType::new(key("t"), "T".into(), Auth::Fields, inputs, None).unwrap()
}

fn code_grant() -> OAuth2 {
    OAuth2 {
        grant: Grant::AuthorizationCode,
        pkce: Pkce::S256,
        client_auth: ClientAuth::Body,
        client_auth_algorithm: SigningAlgorithm::Rs256,
        assertion_audience: None,
        assertion: None,
        scope_separator: " ".into(),
        scope_parameter: "scope".into(),
        authorize_params: Default::default(),
        token_params: Default::default(),
        token_headers: Default::default(),
        token_body: TokenBody::Form,
        response: ResponsePointers::default(),
        expires_unit: ExpiresUnit::Seconds,
        send: SendHeader { name: "Authorization".into(), value: template("Bearer {{access_token}}") },
    }
}
