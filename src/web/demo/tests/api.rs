use std::time::Instant;

use actix_web::test::read_body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::cast::{API_KEYS, Person};
use super::*;

const ME: &str = "/demo-provider/api/me";

#[actix_web::test]
async fn a_key_is_taken_however_it_is_carried() {
    let (world, _) = world();
    let app = app(&world).await;
    let password = format!("Basic {}", STANDARD.encode("ops:tasks-demo-key"));
    let user = format!("Basic {}", STANDARD.encode("tasks-demo-key:"));
    for (path, sent) in [
        (ME, ("X-Api-Key", "tasks-demo-key")),
        (ME, ("Authorization", "Bearer tasks-demo-key")),
        (ME, ("Authorization", "bearer tasks-demo-key")),
        (ME, ("Authorization", password.as_str())),
        (ME, ("Authorization", user.as_str())),
        ("/demo-provider/api/me?api_key=tasks-demo-key", ("Accept", "*/*")),
    ] {
        let (status, body) = json(get(&app, path, &[sent]).await).await;
        assert_eq!(status, 200, "{sent:?}");
        let user = serde_json::json!({"email": "ops@northwind.example", "name": "Northwind Operations"});
        assert_eq!(body, serde_json::json!({"user": user, "workspace": "Northwind"}));
    }
}

#[actix_web::test]
#[expect(clippy::disallowed_methods, reason = "measures how long an answer takes")]
async fn each_key_does_what_its_row_says() {
    let (world, _) = world();
    let app = app(&world).await;
    let began = Instant::now();
    for (key, status) in [
        ("tasks-demo-key", 200),
        ("tasks-other-key", 200),
        ("forbidden-key", 403),
        ("limited-key", 429),
        ("down-key", 503),
        ("slow-key", 200),
        ("wrong", 401),
    ] {
        let response = get(&app, ME, &[("X-Api-Key", key)]).await;
        assert_eq!(response.status(), status, "{key}");
        assert_eq!(header(&response, "retry-after") == "30", status == 429);
        let (_, body) = json(response).await;
        assert_eq!(body.get("error").is_some(), status != 200, "{key}");
    }
    assert!(began.elapsed() >= Duration::from_millis(40));
}

#[actix_web::test]
async fn nothing_presented_is_a_401_with_a_challenge() {
    let (world, _) = world();
    let app = app(&world).await;
    for sent in [("Accept", "*/*"), ("Authorization", "Digest x"), ("Authorization", "Basic %%%"), ("X-Api-Key", "")] {
        let response = get(&app, ME, &[sent]).await;
        assert_eq!(response.status(), 401);
        assert_eq!(header(&response, "www-authenticate"), "Bearer");
    }
}

#[actix_web::test]
async fn a_missing_scope_is_named() {
    let (world, _) = world();
    let app = app(&world).await;
    let narrow = world.issue_tokens("demo-chat", Person::Maya, "profile").access_token;
    let whole = world.issue_tokens("demo-chat", Person::Maya, SCOPE).access_token;
    let (narrow, whole) = (format!("Bearer {narrow}"), format!("Bearer {whole}"));
    for path in ["/demo-provider/api/channels", "/demo-provider/api/me?needs=channels:read"] {
        let refused = get(&app, path, &[("Authorization", &narrow)]).await;
        assert_eq!(refused.status(), 403);
        let challenge = r#"Bearer error="insufficient_scope", scope="channels:read""#;
        assert_eq!(header(&refused, "www-authenticate"), challenge);
        assert_eq!(get(&app, path, &[("Authorization", &whole)]).await.status(), 200);
        assert_eq!(get(&app, path, &[("X-Api-Key", "tasks-demo-key")]).await.status(), 200);
    }
}

#[actix_web::test]
async fn a_scope_from_the_address_cannot_break_the_header() {
    let (world, _) = world();
    let narrow = format!("Bearer {}", world.issue_tokens("demo-chat", Person::Maya, "profile").access_token);
    let path = "/demo-provider/api/me?needs=a%22%0d%0aX:%20b";
    let refused = get(&app(&world).await, path, &[("Authorization", &narrow)]).await;
    assert_eq!(header(&refused, "www-authenticate"), r#"Bearer error="insufficient_scope""#);
}

#[actix_web::test]
async fn channels_are_a_list_of_ids_and_names() {
    let (world, _) = world();
    let path = "/demo-provider/api/channels";
    let (_, body) = json(get(&app(&world).await, path, &[("X-Api-Key", "tasks-demo-key")]).await).await;
    assert_eq!(body[0], serde_json::json!({"id": "c-general", "name": "General"}));
}

#[actix_web::test]
async fn the_guide_lists_every_key_and_the_stylesheet_is_there() {
    let (world, _) = world();
    let app = app(&world).await;
    for path in ["/demo-provider", "/demo-provider/"] {
        let html = String::from_utf8(read_body(get(&app, path, &[]).await).await.to_vec()).unwrap();
        assert!(API_KEYS.iter().all(|known| html.contains(known.key)));
    }
    let response = get(&app, "/demo-provider/demo.css", &[]).await;
    assert_eq!(header(&response, "content-type"), "text/css; charset=utf-8");
}
