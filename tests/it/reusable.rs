//! Reusable connections: defined once, used by many slots; three kinds, and test credentials beside them.

mod access;
mod conversion;
mod definitions;
mod global;
mod links;
mod managed;
mod pages;
mod saved;
mod size;
mod tests;
mod workflows;

use jackfield::{
    domain::{access::Actor, user::Role},
    flows::sign_in,
};
use serde_json::{Value, json};

use crate::support::{Browser, Product, Provider};

struct Story {
    product: Product,
    provider: Provider,
}

impl Story {
    async fn new() -> Self {
        let (product, provider) = (Product::start().await, Provider::start().await);
        let story = Self { product, provider };
        story.apply(include_str!("reusable/reusable.yaml")).await;
        for customer in ["acme", "beta"] {
            story.product.customer(customer).await;
        }
        story
    }

    async fn apply(&self, yaml: &str) -> Value {
        let (status, said) = self.product.apply(&yaml.replace("PROVIDER", &self.provider.uri())).await;
        assert_eq!(status, 200, "{said}");
        said
    }

    async fn instance(&self, customer: &str, integration: &str) -> String {
        let body = json!({"customer": format!("external:{customer}"), "integration": integration});
        self.product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned()
    }

    /// A saved connection of `acme-erp`.
    async fn saved(&self, customer: &str, key: &str) -> Value {
        let body = json!({"reusable_connection": "acme-erp", "inputs": {"api_key": key}});
        self.product.ok("POST", &format!("/customers/external:{customer}/connections"), Some(body)).await
    }

    /// What a step reads.
    async fn read(&self, instance: &str, slot: &str) -> Value {
        self.product.ok("GET", &format!("/instances/{instance}/connections/{slot}/credentials"), None).await
    }

    async fn get(&self, path: &str) -> Value {
        self.product.ok("GET", path, None).await
    }

    /// An org user who may change things, signed in.
    async fn admin(&self) -> Browser {
        let password = "correct horse battery staple".to_owned();
        let (context, role) = (&self.product.context, Role::Admin);
        sign_in::create_user(context, &Actor::System, "ad@acme.example", &password.clone().into(), role).await.ok().unwrap();
        let mut admin = Browser::new(&self.product.base);
        admin.open("/admin").await.fill("E-mail", "ad@acme.example").fill("Password", &password).press("Sign in").await;
        admin
    }

    async fn refused(&self, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let (status, answer) = self.product.api(method, path, body).await;
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    }

    async fn bind(&self, instance: &str, slot: &str, connection: &Value) -> (u16, Value) {
        let path = format!("/instances/{instance}/connections/{slot}");
        self.product.api("PUT", &path, Some(json!({"connection_id": connection}))).await
    }
}
