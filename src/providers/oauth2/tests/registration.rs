use secrecy::ExposeSecret;

use super::*;
use crate::domain::{registration::RegistrationPlace, time::Timestamp};

async fn registered(answer: ResponseTemplate) -> Result<Registered, Reason> {
    let server = server_with(answer).await;
    let place = RegistrationPlace {
        registration_url: format!("{}/register", server.uri()),
        token_url: format!("{}/token", server.uri()),
        redirect_uri: REDIRECT_URI.to_owned(),
        scope: String::new(),
    };
    register(&loopback_client(), &quirks(), &place, "Acme", false).await
}

#[tokio::test]
async fn a_client_is_what_the_provider_made_of_it() {
    let made = json!({"client_id": "c", "client_secret": "s", "client_secret_expires_at": 1_800_000_000, "token_endpoint_auth_method": "client_secret_basic"});
    let made = registered(answer(201, &made)).await.unwrap_or_else(|reason| panic!("{reason}"));
    assert_eq!((made.client_id.as_str(), made.client_auth), ("c", Some(ClientAuth::Basic)));
    assert_eq!(made.client_secret.unwrap().expose_secret(), "s");
    assert_eq!(made.secret_expires_at, Some(Timestamp::from_millis(1_800_000_000_000)));
    let public = registered(answer(200, &json!({"client_id": "c", "token_endpoint_auth_method": "none"}))).await;
    assert!(public.is_ok_and(|made| made.client_secret.is_none() && made.secret_expires_at.is_none() && made.client_auth.is_none()));
}

#[tokio::test]
async fn what_is_no_client_has_its_reason() {
    let table = [
        (answer(400, &json!({"error": "invalid_client_metadata"})), Reason::Configuration),
        (answer(401, &json!({})), Reason::Configuration),
        (answer(503, &json!({})), Reason::ProviderDown),
        (answer(429, &json!({})), Reason::RateLimited),
        (answer(302, &json!({})), Reason::ProviderUnexpected),
        (answer(201, &json!({"client_id": ""})), Reason::ProviderUnexpected),
        (answer(201, &json!({"client_id": "c", "client_secret": "a\r\nb"})), Reason::ProviderUnexpected),
        (text(201, "text/html", "<html>"), Reason::ProviderUnexpected),
    ];
    for (answer, wanted) in table {
        assert_eq!(registered(answer).await.err(), Some(wanted));
    }
}
