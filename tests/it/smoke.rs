//! The shortest whole way: a key, the review, on, and the credential.

use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

use crate::support::{Browser, Product};

#[tokio::test]
async fn a_customer_connects_with_a_key_and_the_runtime_reads_it() {
    let service = MockServer::start().await;
    Mock::given(matchers::header("x-api-key", "good"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"user": {"email": "ops@example.com"}})))
        .mount(&service)
        .await;
    let product = Product::start().await;
    let yaml = format!(
        r#"
kind: connector
key: tasks
name: Tasks
connection_types:
  - key: api_key
    name: API key
    auth: {{kind: header, name: X-Api-Key, value: "{{{{api_key}}}}"}}
    inputs: [{{key: api_key, label: API key, type: password}}]
    check: {{get: "{}/me", expect: {{status: 200}}, account: /user/email}}
---
kind: integration
key: sync
name: Sync
pages: [{{key: connections, title: Connect Tasks, elements: [{{connection: tasks, type: tasks.api_key}}]}}]
"#,
        service.uri()
    );
    assert_eq!(product.apply(&yaml).await.0, 200);
    product.customer("acme").await;
    let mut person = Browser::new(&product.base);
    person.open(&product.link("acme", "sync").await).await;
    person.fill("API key", "bad").press("Save and continue").await;
    assert_eq!(person.status, 422, "{}", person.html);
    person.fill("API key", "good").press("Save and continue").await;
    assert!(person.title().contains("Check your answers"), "{}", person.title());
    person.press("Turn on Sync").await;
    assert!(person.title().contains("Sync is on"), "{}", person.title());
    let instances = product.ok("GET", "/instances?customer=external:acme", None).await;
    let id = instances["items"][0]["id"].as_str().unwrap();
    let credential = product.ok("GET", &format!("/instances/{id}/connections/tasks/credentials"), None).await;
    assert_eq!(credential["inputs"]["api_key"], "good");
    assert_eq!(credential["account"], "ops@example.com");
}
