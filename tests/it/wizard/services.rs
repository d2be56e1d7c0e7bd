use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

use super::{again, at_the_wizard, path};

fn checked(service: &str) -> String {
    format!(
        r#"
kind: connector
key: tasks
name: Tasks
connection_types:
  - key: login
    name: Login
    auth: {{kind: header, name: X-Api-Key, value: "{{{{key}}}}"}}
    inputs: [{{key: host, label: Host, format: url}}, {{key: key, label: Key, type: password}}]
    check: {{get: "{{{{host}}}}/me", expect: {{status: 200}}}}
  - key: robot
    name: Robot
    auth: {{kind: oauth2, grant: client_credentials}}
    inputs:
      - {{key: token_url, default: "{service}/token", visibility: organization}}
      - {{key: client_id, label: Client ID}}
      - {{key: client_secret, label: Client secret, type: password}}
---
kind: integration
key: sync
name: Sync
pages: [{{key: connections, title: Connect Tasks, elements: [{{connection: tasks, type: tasks.login}}]}}]
"#
    )
}

async fn service() -> MockServer {
    let service = MockServer::start().await;
    let answer = |key: &'static str, status| Mock::given(matchers::header("x-api-key", key)).respond_with(ResponseTemplate::new(status));
    for mock in [answer("good", 200), answer("bad", 401), answer("down", 503), answer("often", 429)] {
        mock.mount(&service).await;
    }
    service
}

#[tokio::test]
async fn a_secret_that_the_service_rejected_is_not_kept() {
    let service = service().await;
    let (product, mut person) = at_the_wizard(&checked(&service.uri())).await;
    person.fill("Host", &service.uri()).fill("Key", "bad").press("Save and continue").await;
    assert_eq!(person.status, 422);
    assert!(person.html.contains("Tasks did not accept this") && !person.html.contains("Save anyway"), "{}", person.html);
    assert!(!person.html.contains("Saved. Leave blank"), "{}", person.html);
    person.set("save_anyway", &["tasks"]).fill("Key", "bad").press("Save and continue").await;
    assert_eq!(person.status, 422, "saving anyway is no way around a no");
    let mut later = again(&product).await;
    assert!(later.html.contains(&service.uri()), "what was good is still there");
    later.press("Save and continue").await;
    assert!(later.html.contains("Enter Key"), "{}", later.html);
    later.fill("Key", "good").press("Save and continue").await;
    assert!(later.title().contains("Check your answers"));
}

#[tokio::test]
async fn a_service_that_is_down_lets_people_save_anyway() {
    let service = service().await;
    for key in ["down", "often"] {
        let (product, mut person) = at_the_wizard(&checked(&service.uri())).await;
        person.fill("Host", &service.uri()).fill("Key", key).press("Save and continue").await;
        assert_eq!(person.status, 422);
        assert!(!person.html.contains(&format!("\"{key}\"")));
        person.press("Save anyway").await;
        assert!(person.title().contains("Check your answers"), "{}", person.html);
        let connection = product.ok("GET", &format!("{}/connections/tasks", path(&product).await), None).await;
        assert_eq!((&connection["status"], &connection["checked_at"]), (&json!("connected"), &json!(null)));
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_lets_people_save_anyway_too() {
    let (product, mut person) = at_the_wizard(&checked("http://127.0.0.1:1")).await;
    person.fill("Host", "http://127.0.0.1:1").fill("Key", "k").press("Save and continue").await;
    assert!(person.html.contains("Tasks refused the connection"), "{}", person.html);
    person.press("Save anyway").await;
    assert!(person.title().contains("Check your answers"));
    let credential = product.ok("GET", &format!("{}/connections/tasks/credentials", path(&product).await), None).await;
    assert_eq!(credential["inputs"]["key"], "k", "the secret of the first try, which nobody typed again");
}

#[tokio::test]
async fn client_credentials_are_proven_by_a_token_when_they_are_saved() {
    let service = MockServer::start().await;
    let token = json!({"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600});
    Mock::given(matchers::body_string_contains("client_secret=right"))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(&service)
        .await;
    Mock::given(matchers::path("/token"))
        .respond_with(ResponseTemplate::new(401).set_body_json(json!({"error": "invalid_client"})))
        .mount(&service)
        .await;
    let (product, mut person) = at_the_wizard(&checked(&service.uri()).replace("type: tasks.login}]", "type: tasks.robot}]")).await;
    person.fill("Client ID", "me").fill("Client secret", "wrong").press("Save and continue").await;
    assert_eq!(person.status, 422);
    assert!(person.html.contains("Tasks did not accept this"), "{}", person.html);
    person.fill("Client secret", "right").press("Save and continue").await;
    assert!(person.title().contains("Check your answers"), "{}", person.html);
    let credential = product.ok("GET", &format!("{}/connections/tasks/credentials", path(&product).await), None).await;
    assert_eq!(credential["token"]["access_token"], "t0ken");
}
