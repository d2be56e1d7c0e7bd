use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use wiremock::{MockServer, Request, ResponseTemplate};

use super::*;
use crate::{
    domain::{
        auth::Auth,
        check::{Check, Expect, Method},
        connection_type::ConnectionType,
        input::{Input, InputType},
    },
    providers::testing::{self, STAMP, bearer_token, key, loopback_client, resolved, server_with, template},
};

fn check(server: &MockServer) -> Check {
    Check {
        method: Method::Get,
        url: template(&format!("{}/me", server.uri())),
        headers: BTreeMap::new(),
        body: None,
        expect: Expect { status: Vec::new(), body: BTreeMap::new() },
        account: None,
        every_seconds: None,
    }
}

fn connection_type(auth: Auth, check: Check) -> ConnectionType {
    let inputs = ["user", "secret", "host"].map(|name| Input::new(key(name), name, InputType::String)).to_vec();
    ConnectionType::new(key("t"), "T".to_owned(), auth, inputs, Some(check)).unwrap()
}

async fn outcome(answer: ResponseTemplate, change: impl FnOnce(&mut Check)) -> CheckOutcome {
    let server = server_with(answer).await;
    let mut check = check(&server);
    change(&mut check);
    run(&loopback_client(), &connection_type(Auth::None, check), &resolved(&[]), None, &STAMP).await
}

async fn sent(auth: Auth, change: impl FnOnce(&mut Check), token: Option<&Token>) -> Request {
    let server = server_with(ResponseTemplate::new(200)).await;
    let mut check = check(&server);
    change(&mut check);
    let values = resolved(&[("user", "jane@example.com"), ("secret", "s3cret/+ x&=é")]);
    let outcome = run(&loopback_client(), &connection_type(auth, check), &values, token, &STAMP).await;
    assert_eq!(outcome, CheckOutcome::Passed { account: None });
    server.received_requests().await.unwrap().remove(0)
}

fn passed(account: &str) -> CheckOutcome {
    CheckOutcome::Passed { account: Some(account.to_owned()) }
}

#[tokio::test]
async fn each_kind_of_auth_proves_itself_in_its_place() {
    let basic = Auth::Basic { username: template("{{user}}/token"), password: template("{{secret}}") };
    // printf 'jane@example.com/token:s3cret/+ x&=é' | base64
    let expected = "Basic amFuZUBleGFtcGxlLmNvbS90b2tlbjpzM2NyZXQvKyB4Jj3DqQ==";
    assert_eq!(sent(basic, |_| {}, None).await.headers["authorization"], expected);

    let header = Auth::Header { name: template("X-Api-Key"), value: template("Key {{secret}}") };
    assert_eq!(sent(header, |_| {}, None).await.headers["x-api-key"].as_bytes(), "Key s3cret/+ x&=é".as_bytes());

    let query = Auth::Query { name: template("api key"), value: template("{{secret}}") };
    let request = sent(query, |check| check.url = template(&format!("{}?v=1", check.url)), None).await;
    assert_eq!(
        request.url.query_pairs().into_owned().collect::<Vec<_>>(),
        [("v".to_owned(), "1".to_owned()), ("api key".to_owned(), "s3cret/+ x&=é".to_owned())]
    );
}

#[tokio::test]
async fn a_token_goes_where_the_manifest_sends_it() {
    let mut quirks = crate::providers::oauth2::tests::quirks();
    quirks.grant = crate::domain::auth::Grant::ClientCredentials;
    quirks.send.value = template("OAuth {{access_token}}");
    let inputs = ["token_url", "client_id"].map(|name| Input::new(key(name), name, InputType::String)).to_vec();
    let server = server_with(ResponseTemplate::new(200)).await;
    let auth = Auth::OAuth2(Box::new(quirks));
    let connection_type = ConnectionType::new(key("t"), "T".to_owned(), auth, inputs, Some(check(&server))).unwrap();
    let client = loopback_client();
    let without = run(&client, &connection_type, &resolved(&[]), None, &STAMP).await;
    assert_eq!(without, CheckOutcome::Failed { reason: Reason::AuthNeedsReconnect });
    run(&client, &connection_type, &resolved(&[]), Some(&bearer_token()), &STAMP).await;
    let requests = server.received_requests().await.unwrap();
    assert_eq!((requests.len(), &requests[0].headers["authorization"]), (1, &"OAuth at".parse().unwrap()));
}

#[tokio::test]
async fn a_posted_body_is_json_whose_strings_are_templates() {
    let with_body = |check: &mut Check| {
        check.method = Method::Post;
        check.headers.insert("X-Version".to_owned(), template("2022-06-28"));
        check.body = Some(json!({"query": "{ me { id } }", "to": ["{{user}}"], "n": 1}));
    };
    let request = sent(Auth::None, with_body, None).await;
    assert_eq!(request.body_json::<Json>().unwrap(), json!({"query": "{ me { id } }", "to": ["jane@example.com"], "n": 1}));
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(request.headers["x-version"], "2022-06-28");
}

#[tokio::test]
async fn each_status_has_its_reason() {
    let table = [
        (302, Reason::ProviderUnexpected),
        (400, Reason::AuthRejected),
        (401, Reason::AuthRejected),
        (403, Reason::AuthInsufficientScope),
        (404, Reason::ProviderUnexpected),
        (407, Reason::ProviderUnexpected),
        (408, Reason::Timeout),
        (422, Reason::AuthRejected),
        (429, Reason::RateLimited),
        (500, Reason::ProviderDown),
        (503, Reason::ProviderDown),
        (504, Reason::Timeout),
    ];
    for (status, reason) in table {
        assert_eq!(outcome(ResponseTemplate::new(status), |_| {}).await, CheckOutcome::Failed { reason }, "{status}");
    }
    let scope = ResponseTemplate::new(401).insert_header("www-authenticate", "Bearer error=\"insufficient_scope\"");
    assert_eq!(outcome(scope, |_| {}).await, CheckOutcome::Failed { reason: Reason::AuthInsufficientScope });
}

#[tokio::test]
async fn what_is_expected_passes_whatever_it_would_mean_elsewhere() {
    assert_eq!(outcome(ResponseTemplate::new(403), |c| c.expect.status = vec![200, 403]).await, CheckOutcome::Passed { account: None });
    let unlisted = outcome(ResponseTemplate::new(204), |c| c.expect.status = vec![200]).await;
    assert_eq!(unlisted, CheckOutcome::Failed { reason: Reason::ProviderUnexpected });
}

#[tokio::test]
async fn a_refusal_inside_a_200_is_a_refusal() {
    let ok = |c: &mut Check| drop(c.expect.body.insert("/ok".to_owned(), json!(true)));
    assert_eq!(outcome(testing::json(200, &json!({"ok": true})), ok).await, CheckOutcome::Passed { account: None });
    for body in [json!({"ok": false, "error": "invalid_auth"}), json!({}), json!([])] {
        assert_eq!(outcome(testing::json(200, &body), ok).await, CheckOutcome::Failed { reason: Reason::AuthRejected }, "{body}");
    }
    for body in [&b"<html>Sign in</html>"[..], b"", b"\x1f\x8b\x08gzip", b"{\"ok\": tr"] {
        let page = ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(body);
        assert_eq!(outcome(page, ok).await, CheckOutcome::Failed { reason: Reason::ProviderUnexpected });
    }
}

#[tokio::test]
async fn the_account_is_one_short_line_of_text() {
    let account = |c: &mut Check| c.account = Some("/user/name".to_owned());
    let named = |name: Json| testing::json(200, &json!({"user": {"name": name}}));
    assert_eq!(outcome(named(json!("jane@example.com")), account).await, passed("jane@example.com"));
    assert_eq!(outcome(named(json!(42)), account).await, passed("42"));
    assert_eq!(outcome(named(json!("a\r\nb\u{7}")), account).await, passed("ab"));
    assert_eq!(outcome(named(json!("é".repeat(500))), account).await, passed(&"é".repeat(200)));
    for nothing in [json!(null), json!(["x"]), json!(" ")] {
        assert_eq!(outcome(named(nothing), account).await, CheckOutcome::Passed { account: None });
    }
}

#[tokio::test]
async fn a_template_without_its_value_is_never_sent() {
    let server = server_with(ResponseTemplate::new(200)).await;
    let auth = Auth::Header { name: template("x-key"), value: template("{{secret}}") };
    let connection_type = connection_type(auth, check(&server));
    for values in [resolved(&[]), resolved(&[("secret", "a\r\nb")])] {
        let outcome = run(&loopback_client(), &connection_type, &values, None, &STAMP).await;
        assert_eq!(outcome, CheckOutcome::Failed { reason: Reason::Configuration });
    }
    assert!(server.received_requests().await.unwrap().is_empty());
    let unchecked = ConnectionType::new(key("t"), "T".to_owned(), Auth::None, Vec::new(), None).unwrap();
    assert_eq!(run(&loopback_client(), &unchecked, &resolved(&[]), None, &STAMP).await, CheckOutcome::NotDeclared);
}
