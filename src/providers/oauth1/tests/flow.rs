use secrecy::ExposeSecret;
use serde_json::json;
use wiremock::{MockServer, Request, ResponseTemplate};

use crate::{
    domain::{
        auth::SignatureMethod,
        reason::Reason,
        resolution::{Layer, Resolved, SetBy},
    },
    providers::{
        oauth1::{Begun, Returned, begin, exchange},
        oauth2::{GrantError, Granted},
        testing::{NOW, STAMP, loopback_client, resolved, secret, server_with},
    },
};

const CALLBACK: &str = "https://jackfield.example/oauth/callback?state=st";
const KEPT: &str = "token=tt&secret=ts%26%2F";

fn inputs(server: &MockServer) -> Resolved {
    resolved(&[
        ("request_token_url", &format!("{}/initiate?scope=read+all", server.uri())),
        ("authorize_url", "https://provider.example/authorize?name=Acme"),
        ("access_token_url", &format!("{}/token", server.uri())),
        ("client_id", "app"),
        ("client_secret", "app secret"),
        ("realm", "Photos"),
    ])
}

fn form(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text, "text/html; charset=utf-8")
}

async fn begun(answer: ResponseTemplate) -> (Result<Begun, GrantError>, Request) {
    let server = server_with(answer).await;
    let begun = begin(&loopback_client(), SignatureMethod::HmacSha1, &inputs(&server), CALLBACK, &STAMP).await;
    (begun, server.received_requests().await.unwrap().remove(0))
}

async fn exchanged(answer: ResponseTemplate, token: &str) -> (Result<Granted, GrantError>, Vec<Request>) {
    let server = server_with(answer).await;
    let returned = Returned { token, verifier: &secret("v+f") };
    let granted = exchange(&loopback_client(), SignatureMethod::HmacSha256, &inputs(&server), &secret(KEPT), returned, &STAMP).await;
    (granted, server.received_requests().await.unwrap())
}

#[tokio::test]
async fn temporary_credentials_are_asked_for_with_the_callback_and_kept_sealed() {
    let (begun, request) = begun(form("oauth_token=t%2Bt&oauth_token_secret=ts%26%2F&oauth_callback_confirmed=true")).await;
    let begun = begun.unwrap();
    assert_eq!(begun.authorize_url, "https://provider.example/authorize?name=Acme&oauth_token=t%2Bt");
    assert_eq!(begun.secret.expose_secret(), "token=t%2Bt&secret=ts%26%2F");
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/initiate"));
    let header = request.headers["authorization"].to_str().unwrap();
    assert!(header.starts_with("OAuth realm=\"Photos\", "), "{header}");
    assert!(header.contains("oauth_callback=\"https%3A%2F%2Fjackfield.example%2Foauth%2Fcallback%3Fstate%3Dst\""), "{header}");
    assert!(!header.contains("oauth_token"), "{header}");
}

#[tokio::test]
async fn what_is_no_temporary_credential_begins_nothing() {
    for (answer, reason) in [
        (form("oauth_token=t&oauth_token_secret=s"), Reason::ProviderUnexpected),
        (form("oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=false"), Reason::ProviderUnexpected),
        (form("oauth_token=&oauth_token_secret=s&oauth_callback_confirmed=true"), Reason::ProviderUnexpected),
        (form("oauth_token=t%0D%0Ax&oauth_token_secret=s&oauth_callback_confirmed=true"), Reason::ProviderUnexpected),
        (form("<html>oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true"), Reason::ProviderUnexpected),
        (ResponseTemplate::new(200).set_body_json(json!({"oauth_token": "t"})), Reason::ProviderUnexpected),
        (ResponseTemplate::new(302), Reason::ProviderUnexpected),
        (ResponseTemplate::new(401), Reason::Configuration),
        (ResponseTemplate::new(429), Reason::RateLimited),
        (ResponseTemplate::new(503), Reason::ProviderDown),
    ] {
        let (begun, _) = begun(answer).await;
        assert_eq!(begun.err().map(|error| (error.reason, error.ends_the_grant)), Some((reason, false)));
    }
}

#[tokio::test]
async fn a_client_that_is_refused_is_mended_by_whoever_typed_it_in() {
    let server = server_with(ResponseTemplate::new(401)).await;
    let mut values = inputs(&server);
    values.values.get_mut("client_secret").unwrap().layer = Layer::Connection(SetBy::Customer);
    let refused = begin(&loopback_client(), SignatureMethod::Plaintext, &values, CALLBACK, &STAMP).await;
    assert_eq!(refused.err().map(|error| error.reason), Some(Reason::AuthRejected));
}

#[tokio::test]
async fn the_verifier_is_exchanged_for_token_credentials_that_never_end() {
    let answer = form("oauth_token=at&oauth_token_secret=as%2B&user_id=42&screen_name=ann&session_token=canary&echo=at");
    let (granted, requests) = exchanged(answer, "tt").await;
    let granted = granted.unwrap();
    let token = &granted.token;
    assert_eq!((token.access_token.expose_secret(), token.token_secret.as_ref().unwrap().expose_secret()), ("at", "as+"));
    assert_eq!((token.meta.token_type.as_str(), token.meta.expires_at, token.meta.obtained_at), ("OAuth1", None, NOW));
    assert_eq!(json!(granted.context), json!({"user_id": "42", "screen_name": "ann"}));
    let header = requests[0].headers["authorization"].to_str().unwrap();
    assert!(header.contains("oauth_token=\"tt\"") && header.contains("oauth_verifier=\"v%2Bf\""), "{header}");
    assert!(header.contains("oauth_signature_method=\"HMAC-SHA256\""), "{header}");
}

#[tokio::test]
async fn a_return_for_another_token_is_not_exchanged_and_a_refused_one_has_expired() {
    let (granted, requests) = exchanged(form("oauth_token=at&oauth_token_secret=as"), "other").await;
    assert_eq!((granted.unwrap_err().reason, requests.len()), (Reason::ProviderUnexpected, 0));
    let (granted, _) = exchanged(ResponseTemplate::new(401), "tt").await;
    assert_eq!(granted.unwrap_err().reason, Reason::AuthConsentExpired);
}
