//! Against wiremock through the real client, so that what is compared is what goes over the wire.

mod answers;
mod assertions;
mod authorize;
mod discovery;
mod refusals;
mod registration;
mod requests;
mod revoke;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use wiremock::{MockServer, ResponseTemplate};

use super::*;
use crate::{
    domain::{
        auth::{ClientAuth, ExpiresUnit, Grant, OAuth2, Pkce, ResponsePointers, SendHeader, SigningAlgorithm, TokenBody},
        capture::Captures,
        credential::TokenMeta,
        resolution::Resolved,
    },
    providers::testing::{NOW, STAMP, loopback_client, resolved, secret, server_with, template},
};

const REDIRECT_URI: &str = "https://jackfield.example/oauth/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// RFC 6749 without any.
pub(in crate::providers) fn quirks() -> OAuth2 {
    OAuth2 {
        grant: Grant::AuthorizationCode,
        pkce: Pkce::S256,
        client_auth: ClientAuth::Body,
        client_auth_algorithm: SigningAlgorithm::Rs256,
        assertion_audience: None,
        assertion: None,
        client_auth_is_declared: false,
        scope_separator: " ".to_owned(),
        scope_parameter: "scope".to_owned(),
        authorize_params: BTreeMap::new(),
        token_params: BTreeMap::new(),
        token_headers: BTreeMap::new(),
        token_body: TokenBody::Form,
        response: ResponsePointers::default(),
        expires_unit: ExpiresUnit::Seconds,
        send: SendHeader { name: "Authorization".to_owned(), value: template("Bearer {{access_token}}") },
        code_parameter: "code".to_owned(),
        registers: false,
        captures: Captures::default(),
    }
}

fn machine() -> OAuth2 {
    OAuth2 { grant: Grant::ClientCredentials, ..quirks() }
}

fn inputs(server: &MockServer) -> Resolved {
    resolved(&[
        ("authorize_url", "https://provider.example/authorize"),
        ("token_url", &format!("{}/token", server.uri())),
        ("scopes", "read write"),
        ("client_id", "app id"),
        ("client_secret", "s3cret/+ x"),
    ])
}

fn meta() -> TokenMeta {
    TokenMeta {
        token_type: "Bearer".to_owned(),
        expires_at: None,
        obtained_at: NOW,
        scopes: vec!["old".to_owned()],
        has_refresh_token: true,
        registration: None,
        refresh_expires_at: None,
        is_free_to_renew: false,
        given_by: Default::default(),
    }
}

async fn exchanged(oauth2: &OAuth2, answer: ResponseTemplate) -> Result<Granted, GrantError> {
    let server = server_with(answer).await;
    exchange(&loopback_client(), oauth2, &inputs(&server), &secret("the code"), REDIRECT_URI, Some(&secret(VERIFIER)), &STAMP).await
}

async fn refreshed(answer: ResponseTemplate) -> Result<Granted, GrantError> {
    let server = server_with(answer).await;
    refresh(&loopback_client(), &quirks(), &inputs(&server), &secret("rt"), &meta(), &STAMP).await
}

fn answer(status: u16, body: &Json) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, content_type)
}

#[test]
fn missing_scopes_are_those_asked_for_and_not_granted() {
    let granted = ["a".to_owned(), "b".to_owned()];
    assert_eq!(missing_scopes("a,b  c d", &granted), ["c", "d"]);
    assert!(missing_scopes("", &granted).is_empty());
}

#[test]
fn no_error_prints_more_than_its_reason() {
    let error = GrantError { provider_error: Some("invalid_grant".to_owned()), ..Reason::AuthNeedsReconnect.into() };
    assert_eq!(error.to_string(), "auth.needs_reconnect");
    assert_eq!(json!(SetupError::Missing("client_id").reason()), "configuration");
}
