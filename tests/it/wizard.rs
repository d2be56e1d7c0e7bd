//! The wizard from outside: forms found by label, buttons by their words, and what the API tells afterwards.

mod conflicts;
mod drafts;
mod fields;
mod live;
mod prefilled;
mod services;

use serde_json::Value as Json;

use crate::support::{Browser, Product};

/// A product with these manifests applied, a customer, and a person who has opened a link to the integration `sync`.
async fn at_the_wizard(yaml: &str) -> (Product, Browser) {
    let product = Product::start().await;
    let (status, answer) = product.apply(yaml).await;
    assert_eq!(status, 200, "{answer}");
    product.customer("acme").await;
    let person = again(&product).await;
    (product, person)
}

/// Another browser, through another link.
async fn again(product: &Product) -> Browser {
    let mut person = Browser::new(&product.base);
    person.open(&product.link("acme", "sync").await).await;
    person
}

async fn instance(product: &Product) -> Json {
    let mut found = product.ok("GET", "/instances?customer=external:acme", None).await;
    found["items"][0].take()
}

async fn path(product: &Product) -> String {
    format!("/instances/{}", instance(product).await["id"].as_str().unwrap())
}

/// An integration of one page with these elements, after a connector `tasks` whose type `login` has these inputs.
fn manifests(inputs: &str, elements: &str) -> String {
    format!(
        r#"
kind: connector
key: tasks
name: Tasks
connection_types:
  - {{key: login, name: Login, auth: {{kind: fields}}, inputs: [{inputs}]}}
---
kind: integration
key: sync
name: Sync
pages:
  - {{key: connections, title: Connect Tasks, elements: [{elements}]}}
"#
    )
}

const SLOT: &str = "{connection: tasks, type: tasks.login}";
const KEY: &str = "{key: key, label: Key, type: password}";
const HOST: &str = "{key: host, label: Host}";
