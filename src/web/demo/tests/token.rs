use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::cast::Person;
use super::*;

#[actix_web::test]
async fn a_code_buys_tokens_that_speak_for_whoever_consented() {
    let (world, _) = world();
    let app = app(&world).await;
    for (decision, email, scope) in [
        ("allow", "maya@northwind.example", SCOPE),
        ("another_account", "jonas@harborlane.example", SCOPE),
        ("fewer_scopes", "maya@northwind.example", "profile"),
    ] {
        let code = code(&app, decision, &[]).await;
        let (status, tokens) = token(&app, &world, &exchange(&code)).await;
        assert_eq!(status, 200, "{tokens}");
        assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&"Bearer".into(), &3600.into()));
        assert_eq!(tokens["scope"], scope);
        assert_eq!(me(&app, &tokens["access_token"]).await.1["user"]["email"], email);
    }
}

#[actix_web::test]
async fn a_code_without_pkce_is_redeemed_without_a_verifier_only() {
    let (world, _) = world();
    let app = app(&world).await;
    let no_pkce = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = code(&app, "allow", &no_pkce).await;
    assert_eq!(token(&app, &world, &exchange(&code)).await.1["error"], "invalid_grant");
    let mut plain = exchange(&code);
    plain.pop();
    assert_eq!(token(&app, &world, &plain).await.0, 200);
}

#[actix_web::test]
async fn a_code_is_refused_for_another_client_address_verifier_or_time() {
    let (world, clock) = world();
    let app = app(&world).await;
    let code = code(&app, "allow", &[]).await;
    for change in [
        ("client_id", "demo-crm"),
        ("redirect_uri", "http://127.0.0.1:8123/other"),
        ("redirect_uri", ""),
        ("code_verifier", "wrong"),
        ("code_verifier", ""),
        ("code", "unknown"),
    ] {
        let mut fields = exchange(&code);
        fields.retain(|(name, _)| *name != change.0);
        fields.push(change);
        let (status, body) = token(&app, &world, &fields).await;
        assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()), "{change:?}");
    }
    clock.fetch_add(60, Ordering::Relaxed);
    assert_eq!(token(&app, &world, &exchange(&code)).await.1["error"], "invalid_grant");
}

#[actix_web::test]
async fn a_second_use_of_a_code_is_refused_and_ends_the_tokens_of_the_first() {
    let (world, _) = world();
    let app = app(&world).await;
    let code = code(&app, "allow", &[]).await;
    let tokens = token(&app, &world, &exchange(&code)).await.1;
    assert_eq!(me(&app, &tokens["access_token"]).await.0, 200);
    assert_eq!(token(&app, &world, &exchange(&code)).await.1["error"], "invalid_grant");
    assert_eq!(me(&app, &tokens["access_token"]).await.0, 401);
}

#[actix_web::test]
#[expect(clippy::disallowed_methods, reason = "measures how long an answer takes")]
async fn the_chosen_trouble_happens() {
    let (world, _) = world();
    let app = app(&world).await;
    let expired = code(&app, "expired_code", &[]).await;
    assert_eq!(token(&app, &world, &exchange(&expired)).await.1["error"], "invalid_grant");
    let broken = code(&app, "error_500", &[]).await;
    assert_eq!(token(&app, &world, &exchange(&broken)).await.0, 500);
    let slow = code(&app, "slow", &[]).await;
    let began = Instant::now();
    assert_eq!(token(&app, &world, &exchange(&slow)).await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(40));
}

#[actix_web::test]
async fn a_refresh_token_works_once() {
    let (world, _) = world();
    let app = app(&world).await;
    let first = world.issue_tokens("demo-chat", Person::Maya, SCOPE);
    let old = Value::from(first.refresh_token.unwrap());
    let (status, second) = token(&app, &world, &refresh(&old)).await;
    assert_eq!((status, &second["scope"]), (200, &SCOPE.into()));
    assert_eq!(token(&app, &world, &refresh(&old)).await.1["error"], "invalid_grant");
    assert_eq!(token(&app, &world, &refresh(&second["refresh_token"])).await.0, 200);
}

#[actix_web::test]
async fn a_refresh_may_narrow_the_scope_and_never_widen_it() {
    let (world, _) = world();
    let app = app(&world).await;
    let tokens = world.issue_tokens("demo-chat", Person::Maya, SCOPE);
    let token_value = Value::from(tokens.refresh_token.unwrap());
    let mut wider = refresh(&token_value);
    wider.push(("scope", "profile chat:write"));
    assert_eq!(token(&app, &world, &wider).await.1["error"], "invalid_scope");
    let mut narrower = refresh(&token_value);
    narrower.push(("scope", "profile"));
    assert_eq!(token(&app, &world, &narrower).await.1["scope"], "profile");
}

#[actix_web::test]
async fn an_access_token_is_no_refresh_token_nor_the_other_way_round() {
    let (world, _) = world();
    let app = app(&world).await;
    let tokens = world.issue_tokens("demo-chat", Person::Maya, SCOPE);
    assert_eq!(token(&app, &world, &refresh(&tokens.access_token.into())).await.1["error"], "invalid_grant");
    assert_eq!(me(&app, &tokens.refresh_token.into()).await.0, 401);
}

#[actix_web::test]
async fn tokens_outlive_a_restart_but_not_another_key() {
    let tokens = world().0.issue_tokens("demo-chat", Person::Maya, SCOPE);
    let (access, old) = (Value::from(tokens.access_token), Value::from(tokens.refresh_token));
    let restarted = world().0;
    assert_eq!(me(&app(&restarted).await, &access).await.0, 200);
    assert_eq!(token(&app(&restarted).await, &restarted, &refresh(&old)).await.0, 200);
    let other = world_with_key([8; 32]).0;
    assert_eq!(me(&app(&other).await, &access).await.0, 401);
    assert_ne!(other.client_secret(), restarted.client_secret());
}

#[actix_web::test]
async fn a_short_client_gets_thirty_seconds() {
    let (world, clock) = world();
    let app = app(&world).await;
    let tokens = world.issue_tokens("demo-short", Person::Maya, SCOPE);
    assert_eq!(tokens.expires_in, 30);
    let access = Value::from(tokens.access_token);
    clock.fetch_add(29, Ordering::Relaxed);
    assert_eq!(me(&app, &access).await.0, 200);
    clock.fetch_add(1, Ordering::Relaxed);
    assert_eq!(me(&app, &access).await.0, 401);
}

#[actix_web::test]
async fn client_credentials_speak_for_the_app_and_bring_no_refresh_token() {
    let (world, _) = world();
    let app = app(&world).await;
    let fields = [("grant_type", "client_credentials"), ("scope", "contacts:read")];
    let (status, tokens) = token(&app, &world, &fields).await;
    assert_eq!((status, tokens.get("refresh_token"), &tokens["scope"]), (200, None, &"contacts:read".into()));
    assert_eq!(me(&app, &tokens["access_token"]).await.1["user"]["email"], "app@umbrella.example");
}

#[actix_web::test]
async fn requests_that_make_no_sense_get_the_error_of_the_standard() {
    let (world, _) = world();
    let app = app(&world).await;
    for (fields, error) in [
        (vec![], "invalid_request"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (vec![("grant_type", "authorization_code")], "invalid_request"),
        (vec![("grant_type", "refresh_token")], "invalid_request"),
        (vec![("grant_type", "refresh_token"), ("grant_type", "refresh_token")], "invalid_request"),
    ] {
        let (status, body) = token(&app, &world, &fields).await;
        assert_eq!((status, &body["error"]), (400, &error.into()), "{fields:?}");
    }
    let json_body = TestRequest::post().uri("/demo-provider/token").set_json(["x"]);
    assert_eq!(json(app.send(json_body).await).await.1["error"], "invalid_request");
}

#[actix_web::test]
async fn a_client_proves_itself_by_header_or_body_but_not_both() {
    let (world, _) = world();
    let app = app(&world).await;
    let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("demo%2Dchat:{secret}")));
    let (right, wrong) = (basic(world.client_secret()), basic("wrong"));
    let in_body = [("client_id", "demo-chat"), ("client_secret", world.client_secret())];
    for (proof, body, status) in [
        (Some(&right), &in_body[..0], 200),
        (Some(&right), &in_body[..1], 200),
        (Some(&wrong), &in_body[..0], 401),
        (Some(&right), &in_body[..], 400),
        (None, &in_body[..], 200),
        (None, &in_body[..1], 401),
    ] {
        let mut fields = vec![("grant_type", "client_credentials")];
        fields.extend_from_slice(body);
        let mut call = TestRequest::post().uri("/demo-provider/token").set_form(fields);
        if let Some(proof) = proof {
            call = call.insert_header(("Authorization", proof.as_str()));
        }
        let response = app.send(call).await;
        assert_eq!(response.status(), status, "{proof:?} {body:?}");
        assert_eq!(!header(&response, "www-authenticate").is_empty(), status == 401);
    }
}

#[actix_web::test]
async fn revoking_an_access_token_spares_the_grant_and_revoking_a_refresh_token_ends_it() {
    let (world, _) = world();
    let app = app(&world).await;
    let tokens = world.issue_tokens("demo-chat", Person::Maya, SCOPE);
    let (access, old) = (Value::from(tokens.access_token), Value::from(tokens.refresh_token));
    let revoke = |client: &'static str, value: String| {
        let (app, secret) = (&app, world.client_secret().to_owned());
        async move {
            let fields = [("client_id", client), ("client_secret", secret.as_str()), ("token", value.as_str())];
            post(app, "/demo-provider/revoke", &fields).await.status().as_u16()
        }
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert_eq!(revoke("demo-crm", text(&access)).await, 400);
    assert_eq!(revoke("demo-chat", "unknown".to_owned()).await, 200);
    assert_eq!(me(&app, &access).await.0, 200);
    assert_eq!(revoke("demo-chat", text(&access)).await, 200);
    assert_eq!(me(&app, &access).await.0, 401);
    let next = token(&app, &world, &refresh(&old)).await.1;
    assert_eq!(revoke("demo-chat", text(&next["refresh_token"])).await, 200);
    assert_eq!(me(&app, &next["access_token"]).await.0, 401);
    assert_eq!(token(&app, &world, &refresh(&next["refresh_token"])).await.1["error"], "invalid_grant");
}

#[actix_web::test]
async fn a_tampered_token_is_refused() {
    let (world, _) = world();
    let app = app(&world).await;
    let token = world.issue_tokens("demo-chat", Person::Maya, SCOPE).access_token;
    let (payload, tag) = token.split_once('.').unwrap();
    for bad in [format!("{payload}A.{tag}"), format!("{payload}."), payload.to_owned(), "umb_.".to_owned()] {
        assert_eq!(me(&app, &bad.into()).await.0, 401);
    }
}
