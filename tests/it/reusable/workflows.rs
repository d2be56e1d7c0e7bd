//! A builder of workflows: lists, picks and uses the connections of one customer that are enabled for it, and reaches nothing else.

use std::collections::BTreeSet;

use jackfield::web::{access::Who, routes};
use serde_json::json;

use super::*;
use crate::support::Browser;

const ENABLED: &str = "
kind: reusable_connection
key: for-workflows
name: Erp of your own
type: erp.key
activation: customer
workflows: true
inputs: {host: {value: \"https://erp.example\", scope: global}, api_key: {scope: customer}}
---
kind: reusable_connection
key: not-for-workflows
name: Erp for integrations
type: erp.key
activation: customer
inputs: {host: {value: \"https://erp.example\", scope: global}, api_key: {scope: customer}}
";

struct Builder {
    story: Story,
    enabled: Value,
    other: Value,
    foreign: Value,
}

impl Builder {
    async fn new() -> Self {
        let story = Story::new().await;
        story.apply(ENABLED).await;
        let enabled = Self::save(&story, "acme", "for-workflows", "acme-key").await;
        let other = Self::save(&story, "acme", "not-for-workflows", "other-key").await;
        let foreign = Self::save(&story, "beta", "for-workflows", "beta-key").await;
        Self { story, enabled, other, foreign }
    }

    async fn save(story: &Story, customer: &str, definition: &str, key: &str) -> Value {
        let body = json!({"reusable_connection": definition, "inputs": {"api_key": key}});
        story.product.ok("POST", &format!("/customers/external:{customer}/connections"), Some(body)).await
    }

    async fn token(&self, customer: &str, body: Value) -> String {
        let answer = self.story.product.ok("POST", &format!("/customers/external:{customer}/tokens"), Some(body)).await;
        answer["token"].as_str().unwrap().to_owned()
    }

    async fn call(&self, token: &str, method: &str, path: &str) -> (u16, Value) {
        self.send(token, method, path, None).await
    }

    async fn send(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let (status, _, answer) = self.story.product.api_as(token, method, path, body).await;
        (status, answer)
    }
}

fn credentials(connection: &Value) -> String {
    format!("/connections/{}/credentials", connection["id"].as_str().unwrap())
}

/// An answer without what differs in every one.
fn anonymous((status, mut answer): (u16, Value)) -> String {
    for member in ["request_id", "instance"] {
        answer.as_object_mut().unwrap().remove(member);
    }
    format!("{status} {answer}")
}

#[tokio::test]
async fn a_builder_lists_and_reads_the_enabled_connections_of_its_own_customer() {
    let builder = Builder::new().await;
    let token = builder.token("acme", json!({})).await;
    let (status, listed) = builder.call(&token, "GET", "/customers/external:acme/connections").await;
    assert_eq!(status, 200);
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, [&builder.enabled["id"]], "what is not enabled is not listed, asked for or not");
    assert!(!listed.to_string().contains("acme-key"));
    let (_, kinds) = builder.call(&token, "GET", "/reusable-connections").await;
    let keys: Vec<_> = kinds["items"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["for-workflows"], "nor are the kinds that are not enabled");

    let (status, read) = builder.call(&token, "GET", &credentials(&builder.enabled)).await;
    assert_eq!((status, &read["inputs"]["api_key"]), (200, &json!("acme-key")));
    assert_eq!(read["auth"]["headers"], json!({"Authorization": "Bearer acme-key"}));
    let path = format!("/connections/{}", builder.enabled["id"].as_str().unwrap());
    builder.story.product.ok("PATCH", &path, Some(json!({"inputs": {"api_key": "mended"}}))).await;
    let (_, read) = builder.call(&token, "GET", &credentials(&builder.enabled)).await;
    assert_eq!(read["inputs"]["api_key"], "mended", "the next read has it");
}

#[tokio::test]
async fn whatever_else_there_is_looks_to_a_builder_like_nothing() {
    let builder = Builder::new().await;
    let token = builder.token("acme", json!({})).await;
    let made_up = json!({"id": "0190b1a2-0000-7000-8000-000000000000"});
    let named = regex::Regex::new(r"\{\w+\}").unwrap();
    let rows: Vec<_> = routes::all().filter(|route| matches!(route.who, Who::Workflows(_))).collect();
    for row in rows.iter().filter(|row| row.path.contains("{connection}")) {
        let mut said = BTreeSet::new();
        for connection in [&builder.other, &builder.foreign, &made_up, &json!({"id": "what"})] {
            let path = row.path.trim_start_matches("/api/v1").replace("{connection}", connection["id"].as_str().unwrap());
            let body = path.ends_with("/failures").then(|| json!({"message": "x"}));
            said.insert(anonymous(builder.send(&token, row.method, &path, body).await));
        }
        assert!(said.len() == 1 && said.first().unwrap().starts_with("404"), "{} {}: {said:?}", row.method, row.path);
    }
    for row in rows.iter().filter(|row| row.path.contains("{customer}")) {
        let mut said = BTreeSet::new();
        for customer in ["external:beta", "external:nobody", "what"] {
            let path = row.path.trim_start_matches("/api/v1").replace("{customer}", customer);
            said.insert(anonymous(builder.call(&token, row.method, &path).await));
        }
        assert!(said.len() == 1 && said.first().unwrap().starts_with("404"), "{} {}: {said:?}", row.method, row.path);
    }
    for route in routes::all().filter(|route| matches!(route.who, Who::Api(_))) {
        let path = named.replace_all(route.path.trim_start_matches("/api/v1"), "external:acme").into_owned();
        assert_eq!(builder.call(&token, route.method, &path).await.0, 403, "{} {path}", route.method);
    }
}

#[tokio::test]
async fn a_token_does_what_it_was_made_for_until_its_end() {
    let builder = Builder::new().await;
    let looks = builder.token("acme", json!({"scopes": ["connections"], "expires_in_seconds": 60})).await;
    assert_eq!(builder.call(&looks, "GET", "/customers/external:acme/connections").await.0, 200);
    assert_eq!(builder.call(&looks, "GET", &credentials(&builder.enabled)).await.0, 403);
    builder.story.product.ahead_seconds.fetch_add(61, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(builder.call(&looks, "GET", "/customers/external:acme/connections").await.0, 401);
    for (wanted, code) in [
        (json!({"scopes": ["manage"]}), "bad_scope"),
        (json!({"scopes": []}), "bad_scope"),
        (json!({"expires_in_seconds": 0}), "bad_lifetime"),
        (json!({"expires_in_seconds": 86_401}), "bad_lifetime"),
    ] {
        assert_eq!(builder.story.refused("POST", "/customers/external:acme/tokens", Some(wanted)).await, (422, code.to_owned()));
    }
}

#[tokio::test]
async fn a_builder_makes_links_to_connect_another_account_of_its_own_customer_and_no_others() {
    let builder = Builder::new().await;
    let token = builder.token("acme", json!({})).await;
    let link = |customer: &str, target: Value| {
        let mut body = json!({"customer": customer, "expires_in_seconds": 600, "user": {"name": "Ada", "email": "ada@acme.test"}});
        body.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
        Some(body)
    };
    let (status, made) =
        builder.send(&token, "POST", "/links", link("external:acme", json!({"reusable_connection": "for-workflows"}))).await;
    assert_eq!(status, 201, "{made}");
    let mut person = Browser::new(&builder.story.product.base);
    person.open(made["url"].as_str().unwrap()).await;
    assert!(person.title().contains("Connect Erp of your own"), "{}", person.html);
    person.open("/connections").await;
    assert!(person.html.contains("There is nothing here yet"), "it reaches what it makes alone: {}", person.html);
    person.open("/home").await;
    assert!(person.url.ends_with("/session"), "a builder's link signs nobody in: {}", person.url);

    let instance = builder.story.instance("acme", "orders").await;
    let mut said = BTreeSet::new();
    for (customer, target) in [
        ("external:beta", json!({"reusable_connection": "for-workflows"})),
        ("external:nobody", json!({"reusable_connection": "for-workflows"})),
        ("what", json!({"reusable_connection": "for-workflows"})),
        ("external:acme", json!({"reusable_connection": "not-for-workflows"})),
        ("external:acme", json!({"reusable_connection": "mailer"})),
        ("external:acme", json!({"reusable_connection": "made-up"})),
        ("external:acme", json!({"reusable_connection": ""})),
        ("external:acme", json!({"connection": builder.enabled["id"]})),
        ("external:acme", json!({"instance": instance})),
        ("external:acme", json!({"integration": "orders"})),
        ("external:acme", json!({})),
    ] {
        said.insert(anonymous(builder.send(&token, "POST", "/links", link(customer, target)).await));
    }
    assert!(said.len() == 1 && said.first().unwrap().starts_with("404"), "{said:?}");
    let reads = builder.token("acme", json!({"scopes": ["credentials"]})).await;
    let body = link("external:acme", json!({"reusable_connection": "for-workflows"}));
    assert_eq!(builder.send(&reads, "POST", "/links", body).await.0, 403);
}
