use super::*;
use crate::domain::resolution::{Layer, SetBy};

fn refusal(code: &str) -> Json {
    json!({"error": code, "error_description": "canary: do not show"})
}

#[tokio::test]
async fn only_the_providers_own_word_ends_a_grant() {
    for status in [200, 400, 401, 403] {
        for code in ["invalid_grant", "token_revoked", "bad_refresh_token", "expired_token"] {
            let error = refreshed(answer(status, &refusal(code))).await.unwrap_err();
            let wanted = GrantError { ends_the_grant: true, provider_error: Some(code.to_owned()), ..Reason::AuthNeedsReconnect.into() };
            assert_eq!(error, wanted, "{status} {code}");
        }
    }
    for (status, reason) in [
        (408, Reason::Timeout),
        (429, Reason::RateLimited),
        (500, Reason::ProviderDown),
        (503, Reason::ProviderDown),
        (504, Reason::Timeout),
    ] {
        let error = refreshed(answer(status, &refusal("invalid_grant"))).await.unwrap_err();
        assert_eq!(error, reason.into(), "{status}");
    }
}

#[tokio::test]
async fn each_code_has_its_reason() {
    let table = [
        ("invalid_client", Reason::Configuration),
        ("unauthorized_client", Reason::Configuration),
        ("invalid_request", Reason::Configuration),
        ("unsupported_grant_type", Reason::Configuration),
        ("redirect_uri_mismatch", Reason::Configuration),
        ("invalid_scope", Reason::AuthInsufficientScope),
        ("access_denied", Reason::AuthRejected),
        ("server_error", Reason::ProviderDown),
        ("temporarily_unavailable", Reason::ProviderDown),
        ("slow_down", Reason::RateLimited),
        ("something_else", Reason::ProviderUnexpected),
    ];
    for (code, reason) in table {
        let error = refreshed(answer(400, &refusal(code))).await.unwrap_err();
        assert_eq!(error, GrantError { provider_error: Some(code.to_owned()), ..reason.into() }, "{code}");
    }
    let late = exchanged(&quirks(), answer(400, &refusal("invalid_grant"))).await.unwrap_err();
    assert_eq!(late.reason, Reason::AuthConsentExpired);
}

#[tokio::test]
async fn a_refusal_in_a_200_is_a_refusal() {
    let form = text(200, "application/x-www-form-urlencoded", "error=bad_verification_code&error_description=The+code");
    let error = exchanged(&quirks(), form).await.unwrap_err();
    assert_eq!((error.reason, error.ends_the_grant), (Reason::AuthConsentExpired, true));
    let mut nested = quirks();
    nested.response.error = Some("/errors/0/code".to_owned());
    let body = json!({"access_token": "at", "errors": [{"code": "invalid_client"}]});
    assert_eq!(exchanged(&nested, answer(200, &body)).await.unwrap_err().reason, Reason::Configuration);
}

#[tokio::test]
async fn an_error_that_is_no_code_is_neither_kept_nor_shown() {
    for error in
        [json!("Token at-canary is bad"), json!({"message": "canary"}), json!("x".repeat(65)), json!("a\r\nb"), json!(true), json!(190)]
    {
        let refused = refreshed(answer(400, &json!({"error": error}))).await.unwrap_err();
        assert_eq!(refused, Reason::ProviderUnexpected.into(), "{error}");
    }
    for none in [json!(null), json!(false), json!(""), json!(0)] {
        assert!(refreshed(answer(200, &json!({"error": none, "access_token": "at"}))).await.is_ok(), "{none}");
    }
}

#[tokio::test]
async fn a_client_that_is_not_known_is_mended_by_whoever_typed_it_in() {
    let server = server_with(answer(401, &json!({"message": "who are you"}))).await;
    let mut values = inputs(&server);
    let client = loopback_client();
    let ours = obtain(&client, &machine(), &values, &STAMP).await.unwrap_err();
    assert_eq!((ours.reason, ours.ends_the_grant), (Reason::Configuration, false));
    values.values.get_mut("client_secret").unwrap().layer = Layer::Connection(SetBy::Customer);
    let theirs = obtain(&client, &machine(), &values, &STAMP).await.unwrap_err();
    assert_eq!((theirs.reason, theirs.ends_the_grant), (Reason::AuthRejected, false));
}

#[tokio::test]
async fn retry_after_is_understood_and_bounded() {
    let later = jiff::Timestamp::from_millisecond(NOW.as_millis() + 90_000).unwrap();
    let date = later.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let table = [
        ("30", Some(30)),
        (" 0 ", Some(0)),
        ("-5", Some(0)),
        ("86400", Some(3600)),
        (date.as_str(), Some(90)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
        ("soon", None),
        ("99999999999999999999", None),
    ];
    for (value, wanted) in table {
        let error = refreshed(ResponseTemplate::new(429).insert_header("retry-after", value)).await.unwrap_err();
        assert_eq!((error.reason, error.retry_after_seconds), (Reason::RateLimited, wanted), "{value}");
    }
}

#[tokio::test]
async fn no_status_without_a_code_ends_a_grant() {
    for status in [302, 400, 401, 403, 404, 405, 410, 418, 429, 500, 502, 503] {
        let error = refreshed(text(status, "text/html", "<html>invalid_grant</html>")).await.unwrap_err();
        assert!(!error.ends_the_grant && error.reason.is_transient(), "{status}: {error:?}");
    }
}
