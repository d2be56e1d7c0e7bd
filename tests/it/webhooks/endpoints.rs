//! Endpoints by the API: made, changed, refused, their secrets rotated, their subscriptions kept to.

use std::time::Duration;

use jackfield::providers::AllowedPrivateHosts;
use serde_json::json;

use super::Story;
use crate::support::{Product, Receiver};

#[tokio::test]
async fn an_endpoint_is_made_changed_and_deleted_and_its_secret_is_told_once() {
    let story = Story::new(json!({"description": "Ours", "events": ["instance.paused"]})).await;
    let (product, at) = (&story.product, format!("/webhook-endpoints/{}", story.endpoint));
    assert!(story.secret.starts_with("whsec_") && story.secret.len() == 50, "{}", story.secret);
    let found = product.ok("GET", &at, None).await;
    assert_eq!((&found["description"], &found["events"], &found["enabled"]), (&json!("Ours"), &json!(["instance.paused"]), &json!(true)));
    let listed = product.ok("GET", "/webhook-endpoints", None).await;
    assert!(!format!("{found}{listed}").contains("whsec_"), "{found} {listed}");
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let changed = product.ok("PATCH", &at, Some(json!({"events": [], "reconnect_links": true}))).await;
    assert_eq!((&changed["events"], &changed["description"], changed["revision"].as_i64()), (&json!([]), &json!("Ours"), Some(2)));
    for (body, code) in [
        (json!({"events": ["connection.exploded"]}), "unexpected_member"),
        (json!({"secret": "whsec_AAAA"}), "unexpected_member"),
        (json!({"url": "not an address"}), "fields_refused"),
        (json!({"description": "x".repeat(256)}), "fields_refused"),
    ] {
        let (status, problem) = product.api("PATCH", &at, Some(body)).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some(code)), "{problem}");
    }
    assert_eq!(product.api("POST", "/webhook-endpoints", Some(json!({}))).await.1["errors"][0]["field"], "url");
    assert_eq!(product.api("DELETE", &at, None).await.0, 204);
    for (method, path) in
        [("GET", at.clone()), ("DELETE", at.clone()), ("POST", format!("{at}/tests")), ("GET", format!("{at}/deliveries"))]
    {
        assert_eq!(product.api(method, &path, None).await.0, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn an_endpoint_gets_what_it_subscribed_to_and_nothing_while_it_is_disabled() {
    let story = Story::new(json!({"events": ["connection.disconnected"]})).await;
    let tasks = story.path("/connections/tasks");
    story.fill_tasks().await;
    story.product.ok("DELETE", &format!("{tasks}/authorization"), None).await;
    assert_eq!(story.receiver.wait_for(1).await[0].kind(), "connection.disconnected");
    let at = format!("/webhook-endpoints/{}", story.endpoint);
    story.product.ok("PATCH", &at, Some(json!({"enabled": false}))).await;
    story.fill_tasks().await;
    story.product.ok("DELETE", &format!("{tasks}/authorization"), None).await;
    story.product.ok("PATCH", &at, Some(json!({"enabled": true}))).await;
    assert_eq!(story.receiver.after_a_while().await.len(), 1);
}

#[tokio::test]
async fn for_a_day_after_a_rotation_both_secrets_sign() {
    let story = Story::new(json!({})).await;
    let at = format!("/webhook-endpoints/{}", story.endpoint);
    let (status, rotated) = story.product.api("POST", &format!("{at}/secret-rotations"), None).await;
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert_eq!((status, new != story.secret), (201, true), "{rotated}");
    for (seconds, before_signs) in [(0, true), (86_390, true), (20, false)] {
        story.product.ahead_seconds.fetch_add(seconds, std::sync::atomic::Ordering::Relaxed);
        let seen = story.receiver.messages().len();
        story.product.ok("POST", &format!("{at}/tests"), None).await;
        let message = story.receiver.wait_for(seen + 1).await[seen].clone();
        assert_eq!((message.is_signed_with(&new), message.is_signed_with(&story.secret)), (true, before_signs), "{message:?}");
        assert_eq!(message.signatures.split(' ').count(), 1 + usize::from(before_signs));
    }
}

#[tokio::test]
async fn an_address_that_is_not_public_is_refused() {
    let nothing_private = Product::with(|config| config.allowed_private_hosts = AllowedPrivateHosts::default()).await;
    for host in [
        "http://example.com/",
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        "http://localhost/",
        "https://user:secret@example.com/",
        "ftp://example.com/",
        "example.com",
    ] {
        let (status, problem) = nothing_private.api("POST", "/webhook-endpoints", Some(json!({"url": host}))).await;
        assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some("url")), "{host}: {problem}");
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }
    assert!(nothing_private.ok("GET", "/webhook-endpoints", None).await["items"].as_array().unwrap().is_empty());
    // A name leads where it leads only when it is looked up.
    let receiver = Receiver::start().await;
    let port = receiver.url().rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
    let url = format!("https://localhost:{port}/");
    let made = nothing_private.ok("POST", "/webhook-endpoints", Some(json!({"url": url}))).await;
    let at = format!("/webhook-endpoints/{}", made["id"].as_str().unwrap());
    let delivery = nothing_private.ok("POST", &format!("{at}/tests"), None).await;
    let path = format!("/webhook-deliveries/{}", delivery["id"].as_str().unwrap());
    for _ in 0..200 {
        let delivery = nothing_private.ok("GET", &path, None).await;
        if delivery["status"] == "retrying" {
            assert_eq!(delivery["tries"][0]["failure"], "host.blocked", "{delivery}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it was never tried");
}
