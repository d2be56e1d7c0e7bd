use secrecy::ExposeSecret;

use super::*;

/// Access token, refresh token, seconds of life, scopes, type.
type Flat = (String, Option<String>, Option<i64>, Vec<String>, String);

fn flat(granted: Granted) -> Flat {
    let Token { access_token, refresh_token, meta, .. } = granted.token;
    assert_eq!(meta.has_refresh_token, refresh_token.is_some());
    assert_eq!(meta.obtained_at, NOW);
    (
        access_token.expose_secret().to_owned(),
        refresh_token.map(|token| token.expose_secret().to_owned()),
        meta.expires_at.map(|at| NOW.seconds_until(at)),
        meta.scopes,
        meta.token_type,
    )
}

fn expected(refresh_token: Option<&str>, life: Option<i64>, scopes: &[&str]) -> Flat {
    let scopes = scopes.iter().map(|s| (*s).to_owned()).collect();
    ("at".to_owned(), refresh_token.map(str::to_owned), life, scopes, "Bearer".to_owned())
}

async fn flattened(body: Json) -> Flat {
    flat(exchanged(&quirks(), answer(200, &body)).await.unwrap())
}

#[tokio::test]
async fn the_standard_answer_is_taken_as_it_is() {
    let body = json!({"access_token": "at", "refresh_token": "rt", "expires_in": 3599, "scope": "a b", "token_type": "Bearer"});
    assert_eq!(flattened(body).await, expected(Some("rt"), Some(3599), &["a", "b"]));
}

#[tokio::test]
async fn nested_tokens_are_found_by_their_pointers() {
    let mut slack = quirks();
    slack.response = ResponsePointers {
        access_token: Some("/authed_user/access_token".to_owned()),
        refresh_token: Some("/authed_user/refresh_token".to_owned()),
        scope: Some("/authed_user/scope".to_owned()),
        token_type: Some("/authed_user/token_type".to_owned()),
        expires_in: Some("/authed_user/expires_in".to_owned()),
        ..ResponsePointers::default()
    };
    let body = json!({
        "ok": true, "error": null, "access_token": "xoxb-bot", "team": {"id": "T1", "name": "Acme"}, "app_id": "A1", "id_token": "jwt",
        "authed_user": {"id": "U1", "access_token": "at", "refresh_token": "rt", "scope": "a,b", "token_type": "user", "expires_in": "43200"},
    });
    let granted = exchanged(&slack, answer(200, &body)).await.unwrap();
    assert_eq!(
        json!(granted.context),
        json!({"app_id": "A1", "authed_user": {"id": "U1", "scope": "a,b", "expires_in": "43200"}, "error": null, "ok": true, "team": {"id": "T1", "name": "Acme"}})
    );
    let mut wanted = expected(Some("rt"), Some(43200), &["a", "b"]);
    wanted.4 = "user".to_owned();
    assert_eq!(flat(granted), wanted);
    // A refresh at the same endpoint answers flat.
    let granted = exchanged(&slack, answer(200, &json!({"access_token": "at"}))).await.unwrap();
    assert_eq!(flat(granted), expected(None, None, &["read", "write"]));
}

#[tokio::test]
async fn a_form_encoded_answer_is_an_answer() {
    let body = "access_token=at&expires_in=28800&refresh_token=rt&scope=a%2Cb&token_type=bearer";
    for content_type in ["application/x-www-form-urlencoded; charset=utf-8", "text/plain"] {
        let granted = exchanged(&quirks(), text(200, content_type, body)).await.unwrap();
        assert_eq!(flat(granted), expected(Some("rt"), Some(28800), &["a", "b"]));
    }
}

#[tokio::test]
async fn json_is_json_under_any_content_type() {
    for content_type in ["text/plain", "text/html", "application/vnd.api+json", "text/javascript"] {
        let granted = exchanged(&quirks(), text(200, content_type, "\u{feff} {\"access_token\": \"at\"}")).await.unwrap();
        assert_eq!(flat(granted), expected(None, None, &["read", "write"]));
    }
}

#[tokio::test]
async fn scopes_come_in_every_shape() {
    for (scope, wanted) in [
        (json!({"scope": "a,b"}), vec!["a", "b"]),
        (json!({"scope": "a, b c"}), vec!["a", "b", "c"]),
        (json!({"scope": ["a", "b"]}), vec!["a", "b"]),
        (json!({"scopes": ["a"]}), vec!["a"]),
        (json!({"scopes": "a b"}), vec!["a", "b"]),
        (json!({"scope": null}), vec!["read", "write"]),
        (json!({"scope": ""}), vec![]),
    ] {
        let mut body = scope;
        body["access_token"] = json!("at");
        assert_eq!(flattened(body.clone()).await, expected(None, None, &wanted), "{body}");
    }
}

#[tokio::test]
async fn the_end_of_a_token_comes_in_every_shape() {
    let table = [
        (json!(3599), Some(3599)),
        (json!("3599"), Some(3599)),
        (json!(3599.5), Some(3600)),
        (json!("3.6e3"), Some(3600)),
        (json!(1e12), Some(3_155_760_000)),
        (json!("inf"), Some(3_155_760_000)),
        (json!(0), None),
        (json!(-1), None),
        (json!("NaN"), None),
        (json!("never"), None),
        (json!(null), None),
        (json!([]), None),
    ];
    for (expires_in, life) in table {
        assert_eq!(flattened(json!({"access_token": "at", "expires_in": expires_in})).await.2, life, "{expires_in}");
    }
    let mut millis = quirks();
    millis.expires_unit = ExpiresUnit::Milliseconds;
    let granted = exchanged(&millis, answer(200, &json!({"access_token": "at", "expires_in": 3_600_000}))).await.unwrap();
    assert_eq!(flat(granted).2, Some(3600));
}

#[tokio::test]
async fn token_types_and_empty_refresh_tokens_are_brought_into_order() {
    for token_type in [json!(null), json!("BearerToken"), json!("bearer"), json!("BEARER"), json!(7)] {
        for refresh_token in [json!(""), json!(null)] {
            let body = json!({"access_token": "at", "token_type": token_type, "refresh_token": refresh_token});
            assert_eq!(flattened(body).await, expected(None, None, &["read", "write"]));
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_of_a_token_endpoint_is_unexpected_and_ends_nothing() {
    let bodies: [(&str, &[u8]); 14] = [
        ("text/html", b"<html><a href='?a=b'>Sign in</a></html>"),
        ("application/json", b""),
        ("application/json", b"{\"access_token\": \"a"),
        ("application/json", b"[\"at\"]"),
        ("application/json", b"{}"),
        ("application/json", b"{\"access_token\": null}"),
        ("application/json", b"{\"access_token\": 42}"),
        ("application/json", b"{\"access_token\": \" \"}"),
        ("application/json", b"{\"access_token\": \"\xff\"}"),
        ("application/json", b"{\"access_token\": \"a\\r\\nx-evil: 1\"}"),
        ("application/json", b"{\"access_token\": \"at\", \"refresh_token\": \"a\\u0000\"}"),
        ("application/json", b"{\"access_token\": \"at\", \"refresh_token\": {}}"),
        ("application/json", b"\x1f\x8b\x08\x00\x00"),
        ("application/x-www-form-urlencoded", b"oops"),
    ];
    for (content_type, body) in bodies {
        let error = exchanged(&quirks(), text(200, content_type, body)).await.unwrap_err();
        assert_eq!(error, Reason::ProviderUnexpected.into(), "{:?}", String::from_utf8_lossy(body));
    }
}

#[tokio::test]
async fn context_keeps_what_is_told_and_no_secret() {
    let body = json!({
        "access_token": "at-canary", "refresh_token": "rt-canary", "id_token": "canary", "client_secret": "canary", "x": "bearer at-canary",
        "nested": [{"apiKey": "canary", "deep": {"Password": "canary", "name": "n"}}], "copy": ["rt-canary"],
        "instance_url": "https://eu.example.com", "big": "x".repeat(9000),
    });
    let granted = exchanged(&quirks(), answer(200, &body)).await.unwrap();
    assert_eq!(json!(granted.context), json!({"copy": [], "instance_url": "https://eu.example.com", "nested": [{"deep": {"name": "n"}}]}));
    assert!(!format!("{granted:?}").contains("canary"));
}

#[tokio::test]
async fn a_refresh_keeps_what_its_answer_does_not_name() {
    let granted = refreshed(answer(200, &json!({"access_token": "new", "expires_in": 60}))).await.unwrap();
    assert!(granted.token.refresh_token.is_none() && granted.token.meta.has_refresh_token);
    assert_eq!(granted.token.meta.scopes, ["old"]);
    let granted = refreshed(answer(200, &json!({"access_token": "new", "refresh_token": "rt2", "scope": "x"}))).await.unwrap();
    assert_eq!(granted.token.refresh_token.unwrap().expose_secret(), "rt2");
    assert_eq!(granted.token.meta.scopes, ["x"]);
}
