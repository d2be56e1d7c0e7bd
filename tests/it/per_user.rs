//! Slots that are each user's own: the runtime names the user, and each user sees theirs and nobody else's.

mod api;
mod pages;
mod removal;

use serde_json::{Value, json};

use crate::support::{Browser, Product, Provider};

/// Two users of one customer, one of another, and an integration that is turned on with two slots of each user's own.
struct Story {
    product: Product,
    provider: Provider,
    instance: String,
}

const OWN: &str = r#"
---
kind: integration
key: assistant
name: Assistant
pages:
  - key: accounts
    title: Connect your accounts
    elements:
      - {connection: tasks, type: tasks.api_key}
      - {connection: desk, type: desk.oauth2, per_user: true, inputs: {client_secret: {value: "desk-client-secret"}}}
      - {connection: notes, type: tasks.api_key, label: Notes, per_user: true}
"#;

impl Story {
    async fn new() -> Self {
        Self::with(Product::start().await).await
    }

    async fn with(product: Product) -> Self {
        let provider = Provider::start().await;
        let (status, said) = product.apply(&(provider.manifests("") + OWN)).await;
        assert_eq!(status, 200, "{said}");
        product.customer("acme").await;
        product.customer("beta").await;
        let instance = instance(&product, "acme").await;
        let story = Self { product, provider, instance };
        for (customer, user) in [("acme", "ann"), ("acme", "bob"), ("beta", "cid")] {
            story.user(customer, user).await;
        }
        story
    }

    async fn user(&self, customer: &str, user: &str) -> Value {
        let body = json!({"external_id": user, "email": format!("{user}@{customer}.test"), "name": user});
        self.product.ok("POST", &format!("/customers/external:{customer}/users"), Some(body)).await
    }

    fn slot(&self, slot: &str, rest: &str) -> String {
        format!("/instances/{}/connections/{slot}{rest}", self.instance)
    }

    fn of(&self, slot: &str, user: &str, rest: &str) -> String {
        self.slot(slot, &format!("{rest}?user=external:{user}"))
    }

    async fn code(&self, method: &str, path: &str) -> (u16, String) {
        let (status, answer) = self.product.api(method, path, None).await;
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    }

    /// A browser in which this user has opened their link.
    async fn browser(&self, user: &str) -> Browser {
        let body = json!({"instance": self.instance, "user": {"external_id": user}, "expires_in_seconds": 3600});
        let link = self.product.ok("POST", "/links", Some(body)).await;
        let mut browser = Browser::new(&self.product.base);
        browser.open(link["url"].as_str().unwrap()).await;
        assert!(browser.url.ends_with("/own"), "{} {}", browser.url, browser.html);
        browser
    }

    /// Connects Desk as somebody at the provider.
    async fn connect_desk(&self, browser: &mut Browser, account: &str) {
        self.provider.now().account = account.to_owned();
        let words = browser.buttons().into_iter().find(|words| words.ends_with("onnect Desk")).unwrap();
        let (action, pairs) = browser.form_of(&words);
        browser.once("POST", &action, Some(&pairs)).await;
        let url = browser.headers["location"].to_str().unwrap().to_owned();
        browser.open(&self.provider.allow(&url)).await;
        assert!(browser.html.contains("Desk is connected"), "{}", browser.html);
    }
}

/// Turned on, with what everybody shares filled in.
async fn instance(product: &Product, customer: &str) -> String {
    let body = json!({"customer": format!("external:{customer}"), "integration": "assistant"});
    let id = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
    product.ok("PUT", &format!("/instances/{id}/connections/tasks"), Some(json!({"inputs": {"api_key": "shared"}}))).await;
    product.ok("POST", &format!("/instances/{id}/deployments"), None).await;
    id
}
