use super::*;
use crate::{
    domain::{
        resolution::{Layer, Layered},
        value::{Given, Value},
    },
    providers::testing::key,
};

async fn revoked(oauth2: &OAuth2, answer: ResponseTemplate) -> (Revocation, wiremock::Request) {
    let server = server_with(answer).await;
    let mut values = inputs(&server);
    let given = Given::Clear(Value::Text(format!("{}/revoke", server.uri())));
    values.values.insert(key("revoke_url"), Layered { given, layer: Layer::Preset });
    let revocation = revoke(&loopback_client(), oauth2, &values, (&secret("rt"), "refresh_token"), &STAMP).await;
    (revocation, server.received_requests().await.unwrap().remove(0))
}

#[tokio::test]
async fn a_token_is_revoked_with_the_clients_proof() {
    let (revocation, request) = revoked(&quirks(), ResponseTemplate::new(200)).await;
    assert_eq!((revocation, request.url.path()), (Revocation::Revoked, "/revoke"));
    assert_eq!(request.body, b"token=rt&token_type_hint=refresh_token&client_id=app+id&client_secret=s3cret%2F%2B+x");
    let mut basic = quirks();
    basic.client_auth = ClientAuth::Basic;
    let (_, request) = revoked(&basic, ResponseTemplate::new(200)).await;
    assert_eq!(request.body, b"token=rt&token_type_hint=refresh_token");
    assert_eq!(request.headers["authorization"], "Basic YXBwK2lkOnMzY3JldCUyRiUyQit4");
}

#[tokio::test]
async fn each_answer_of_a_revocation_has_its_meaning() {
    let table = [
        (answer(400, &json!({"error": "unsupported_token_type"})), Revocation::NotSupported),
        (answer(400, &json!({"error": "invalid_token"})), Revocation::Revoked),
        (answer(400, &json!({"error": "invalid_grant"})), Revocation::Revoked),
        (answer(401, &json!({"error": "invalid_client"})), Revocation::Failed(Reason::Configuration)),
        (text(400, "text/html", "<html>"), Revocation::Failed(Reason::ProviderUnexpected)),
        (ResponseTemplate::new(405), Revocation::NotSupported),
        (ResponseTemplate::new(302), Revocation::Failed(Reason::ProviderUnexpected)),
        (ResponseTemplate::new(429), Revocation::Failed(Reason::RateLimited)),
        (ResponseTemplate::new(503), Revocation::Failed(Reason::ProviderDown)),
    ];
    for (answer, wanted) in table {
        assert_eq!(revoked(&quirks(), answer).await.0, wanted);
    }
}

#[tokio::test]
async fn without_an_address_nothing_is_sent() {
    let server = server_with(ResponseTemplate::new(200)).await;
    let revocation = revoke(&loopback_client(), &quirks(), &inputs(&server), (&secret("at"), "access_token"), &STAMP).await;
    assert_eq!(revocation, Revocation::NotSupported);
    assert!(server.received_requests().await.unwrap().is_empty());
}
