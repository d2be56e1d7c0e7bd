//! Connectors, their auth and their checks as JSON.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{
    Object, head,
    input::{input, put},
};
use crate::{
    domain::{
        auth::{Assertion, Auth, ClientAuth, ExpiresUnit, Grant, OAuth2, ResponsePointers, SignatureMethod, SigningAlgorithm, TokenBody},
        check::{Check, Expect, Method},
        connection_type::ConnectionType,
        connector::Connector,
        template::Template,
    },
    manifest::{
        assertion::{ALGORITHMS, DEFAULT_LIFE_SECONDS},
        auth::{CLIENT_AUTHS, EXPIRES_UNITS, GRANTS, PKCES, SIGNATURE_METHODS, TOKEN_BODIES, bearer},
        check::every_in_words,
    },
};

pub fn connector(connector: &Connector) -> Json {
    let mut body = head("connector", &connector.key);
    body.insert("name".into(), json!(connector.name));
    put(&mut body, "icon", connector.icon.as_ref());
    put(&mut body, "docs_url", connector.docs_url.as_ref());
    body.insert("connection_types".into(), connector.connection_types.iter().map(connection_type).collect());
    Json::Object(body)
}

fn connection_type(connection_type: &ConnectionType) -> Json {
    let mut body = Object::new();
    body.insert("key".into(), json!(connection_type.key()));
    body.insert("name".into(), json!(connection_type.name()));
    body.insert("auth".into(), auth(connection_type.auth()));
    body.insert("inputs".into(), connection_type.inputs().iter().map(input).collect());
    put(&mut body, "check", connection_type.check().map(check));
    Json::Object(body)
}

fn auth(auth: &Auth) -> Json {
    match auth {
        Auth::None | Auth::Fields => json!({"kind": auth.kind()}),
        Auth::Basic { username, password } => {
            json!({"kind": auth.kind(), "username": username.as_str(), "password": password.as_str()})
        }
        Auth::Header { name, value } | Auth::Query { name, value } => {
            json!({"kind": auth.kind(), "name": name.as_str(), "value": value.as_str()})
        }
        Auth::OAuth1 { signature_method } => {
            let mut body = Object::from_iter([("kind".to_owned(), json!(auth.kind()))]);
            let method = Some(*signature_method).filter(|method| *method != SignatureMethod::HmacSha1);
            put(&mut body, "signature_method", method.map(|method| word(&SIGNATURE_METHODS, method)));
            Json::Object(body)
        }
        Auth::OAuth2(oauth2) => self::oauth2(oauth2),
    }
}

fn oauth2(oauth2: &OAuth2) -> Json {
    let mut body = Object::new();
    body.insert("kind".into(), json!("oauth2"));
    body.insert("grant".into(), json!(word(&GRANTS, oauth2.grant)));
    if oauth2.grant == Grant::AuthorizationCode {
        body.insert("pkce".into(), json!(word(&PKCES, oauth2.pkce)));
    }
    put(&mut body, "client_auth", Some(oauth2.client_auth).filter(|a| *a != ClientAuth::Body).map(|a| word(&CLIENT_AUTHS, a)));
    let algorithm = Some(oauth2.client_auth_algorithm).filter(|a| *a != SigningAlgorithm::Rs256);
    put(&mut body, "algorithm", algorithm.map(|a| word(&ALGORITHMS, a)));
    put(&mut body, "assertion_audience", oauth2.assertion_audience.as_ref().map(Template::as_str));
    put(&mut body, "assertion", oauth2.assertion.as_ref().map(assertion));
    put(&mut body, "scope_separator", Some(&oauth2.scope_separator).filter(|s| *s != " "));
    put(&mut body, "scope_parameter", Some(&oauth2.scope_parameter).filter(|s| *s != "scope"));
    put(&mut body, "authorize_params", templates(&oauth2.authorize_params));
    put(&mut body, "token_params", templates(&oauth2.token_params));
    put(&mut body, "token_headers", templates(&oauth2.token_headers));
    put(&mut body, "token_body", Some(oauth2.token_body).filter(|b| *b != TokenBody::Form).map(|b| word(&TOKEN_BODIES, b)));
    put(&mut body, "response", response(&oauth2.response));
    put(&mut body, "expires_unit", Some(oauth2.expires_unit).filter(|u| *u != ExpiresUnit::Seconds).map(|u| word(&EXPIRES_UNITS, u)));
    let standard = bearer();
    if oauth2.send.name != standard.name || oauth2.send.value != standard.value {
        body.insert("send".into(), json!({"name": oauth2.send.name, "value": oauth2.send.value.as_str()}));
    }
    Json::Object(body)
}

fn assertion(assertion: &Assertion) -> Json {
    let mut body = Object::new();
    body.insert("issuer".into(), json!(assertion.issuer.as_str()));
    put(&mut body, "subject", assertion.subject.as_ref().map(Template::as_str));
    body.insert("audience".into(), json!(assertion.audience.as_str()));
    put(&mut body, "expires_in", Some(assertion.expires_in_seconds).filter(|seconds| *seconds != DEFAULT_LIFE_SECONDS));
    let algorithm = Some(assertion.algorithm).filter(|a| *a != SigningAlgorithm::Rs256);
    put(&mut body, "algorithm", algorithm.map(|a| word(&ALGORITHMS, a)));
    body.insert("key".into(), json!(assertion.key.as_str()));
    put(&mut body, "key_id", assertion.key_id.as_ref().map(Template::as_str));
    put(&mut body, "claims", templates(&assertion.claims));
    Json::Object(body)
}

fn word<T: Copy + PartialEq>(words: &[(&'static str, T)], meaning: T) -> &'static str {
    words.iter().find(|(_, m)| *m == meaning).map_or("", |(word, _)| word)
}

fn templates(templates: &BTreeMap<String, Template>) -> Option<Json> {
    (!templates.is_empty()).then(|| templates.iter().map(|(key, template)| (key.clone(), json!(template.as_str()))).collect())
}

fn response(pointers: &ResponsePointers) -> Option<Json> {
    let mut body = Object::new();
    put(&mut body, "access_token", pointers.access_token.as_ref());
    put(&mut body, "refresh_token", pointers.refresh_token.as_ref());
    put(&mut body, "expires_in", pointers.expires_in.as_ref());
    put(&mut body, "refresh_expires_in", pointers.refresh_expires_in.as_ref());
    put(&mut body, "scope", pointers.scope.as_ref());
    put(&mut body, "token_type", pointers.token_type.as_ref());
    put(&mut body, "error", pointers.error.as_ref());
    put(&mut body, "error_description", pointers.error_description.as_ref());
    (!body.is_empty()).then_some(Json::Object(body))
}

fn check(check: &Check) -> Json {
    let mut body = Object::new();
    let method = match check.method {
        Method::Get => "get",
        Method::Post => "post",
    };
    body.insert(method.into(), json!(check.url.as_str()));
    put(&mut body, "headers", templates(&check.headers));
    put(&mut body, "body", check.body.as_ref());
    put(&mut body, "expect", expect(&check.expect));
    put(&mut body, "account", check.account.as_ref());
    put(&mut body, "every", check.every_seconds.map(every_in_words));
    Json::Object(body)
}

fn expect(expect: &Expect) -> Option<Json> {
    let mut body = Object::new();
    match expect.status.as_slice() {
        [] => {}
        [one] => drop(body.insert("status".into(), json!(one))),
        several => drop(body.insert("status".into(), json!(several))),
    }
    put(&mut body, "body", (!expect.body.is_empty()).then_some(&expect.body));
    (!body.is_empty()).then_some(Json::Object(body))
}
