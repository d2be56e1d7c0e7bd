//! What the organization activates: for each customer, and one for all.

use futures_util::future::join_all;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_global_value_is_changed_once_and_every_customer_reads_it() {
    let story = Story::new().await;
    let mut instances = Vec::new();
    for at in 0..12 {
        let customer = format!("c{at}");
        story.product.customer(&customer).await;
        let instance = story.instance(&customer, "files").await;
        let before = story.get(&format!("/instances/{instance}/connections/drop")).await;
        assert_eq!((&before["status"], &before["activation"]), (&json!("not_connected"), &json!("organization_customer")));
        let values = json!({"inputs": {"user": format!("u{at}"), "password": format!("p{at}")}});
        let path = format!("/reusable-connections/drop-off/customers/external:{customer}");
        assert_eq!(story.product.ok("PUT", &path, Some(values)).await["status"], "connected");
        instances.push(instance);
    }
    let hosts = async || join_all(instances.iter().map(|instance| story.read(instance, "drop"))).await;
    for (at, read) in hosts().await.iter().enumerate() {
        let inputs = &read["inputs"];
        let expected = json!({"host": "files.acme.example", "user": format!("u{at}"), "password": format!("p{at}")});
        assert_eq!(*inputs, expected);
    }
    let definition = story.get("/reusable-connections/drop-off").await;
    assert_eq!((&definition["used_in"], &definition["inputs"][0]["scope"]), (&json!(12), &json!("global")));
    let host = json!({"inputs": {"host": "new.acme.example"}});
    story.product.ok("PUT", "/reusable-connections/drop-off/organization", Some(host)).await;
    assert!(hosts().await.iter().all(|read| read["inputs"]["host"] == "new.acme.example"));
    let definition = story.get("/reusable-connections/drop-off").await;
    assert_eq!(definition["inputs"][0]["value"], "new.acme.example");
}

#[tokio::test]
async fn a_value_of_one_customer_is_never_another_ones() {
    let story = Story::new().await;
    let path = |customer: &str| format!("/reusable-connections/drop-off/customers/external:{customer}");
    let values = json!({"inputs": {"user": "acme", "password": "secret-of-acme"}});
    let first = story.product.ok("PUT", &path("acme"), Some(values)).await;
    assert!(!story.get(&path("acme")).await.to_string().contains("secret-of-acme"));
    assert_eq!(story.get(&path("beta")).await["inputs"]["user"], json!(null));
    assert_eq!(story.refused("GET", &path("nobody"), None).await.0, 404);
    let (status, headers, _) = story.product.api_with_headers("GET", &path("acme"), None).await;
    assert_eq!((status, headers.contains_key("etag")), (200, true));
    let instance = story.instance("acme", "files").await;
    let of_slot = story.get(&format!("/instances/{instance}/connections/drop")).await;
    assert_eq!(of_slot["id"], first["id"], "values that were there before the instance");
    let again = json!({"inputs": {"user": "acme-2"}});
    assert_eq!(story.product.ok("PUT", &path("acme"), Some(again)).await["id"], first["id"]);
    assert_eq!(story.read(&instance, "drop").await["inputs"]["password"], "secret-of-acme", "what is not named stays");
    let host = json!({"inputs": {"host": "mine.example"}});
    assert_eq!(story.refused("PUT", &path("acme"), Some(host)).await, (422, "fields_refused".into()));
}

#[tokio::test]
async fn one_grant_of_the_organizations_serves_a_hundred_instances() {
    let story = Story::new().await;
    story.provider.now().knows_refresh_token("refresh-0");
    let token = json!({"token": {"access_token": "old", "refresh_token": "refresh-0", "expires_at": "2026-01-01T00:00:00Z"}});
    story.product.ok("PUT", "/reusable-connections/all-desk/organization", Some(token)).await;
    let mut instances = Vec::new();
    for at in 0..100 {
        let customer = format!("c{at}");
        story.product.customer(&customer).await;
        instances.push(story.instance(&customer, "mails").await);
    }
    let reads = join_all(instances.iter().map(|instance| story.read(instance, "desk"))).await;
    assert!(reads.iter().all(|read| read["token"]["access_token"] == reads[0]["token"]["access_token"]));
    assert_eq!(story.provider.times_asked("refresh_token"), 1);
    let reads = join_all(instances.iter().map(|instance| story.read(instance, "mail"))).await;
    assert!(reads.iter().all(|read| read["token"]["access_token"] == reads[0]["token"]["access_token"]));
    assert_eq!(story.provider.times_asked("client_credentials"), 1);
    assert_eq!(story.get("/reusable-connections/all-desk").await["used_in"], 100);
}

#[tokio::test]
async fn the_organizations_connection_is_not_changed_through_one_customers_slot() {
    let story = Story::new().await;
    let instance = story.instance("acme", "mails").await;
    let body = json!({"inputs": {"client_id": "mine"}});
    let refused = story.refused("PUT", &format!("/instances/{instance}/connections/mail"), Some(body)).await;
    assert_eq!(refused, (422, "shared_connection".into()));
    let body = json!({"reusable_connection": "mailer", "inputs": {}});
    let refused = story.refused("POST", "/customers/external:acme/connections", Some(body)).await;
    assert_eq!(refused, (422, "one_for_all".into()));
}

#[tokio::test]
async fn an_instance_whose_connections_are_all_managed_is_turned_on_at_once() {
    let story = Story::new().await;
    let instance = story.instance("acme", "files").await;
    let deployments = format!("/instances/{instance}/deployments");
    assert_eq!(story.refused("POST", &deployments, None).await.0, 422);
    let values = json!({"inputs": {"user": "u", "password": "p"}});
    story.product.ok("PUT", "/reusable-connections/drop-off/customers/external:acme", Some(values)).await;
    assert_eq!(story.product.ok("POST", &deployments, None).await["status"], "active");
}
