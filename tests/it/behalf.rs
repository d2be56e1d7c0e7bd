//! An org user fills in, signs in and repairs for a customer, in the console; the customer's own browser stands beside.

mod acting;
mod bulk;
mod consent;
mod links;
mod mailed;
mod presets;
mod roles;
mod values;

use jackfield::{
    domain::{access::Actor, user::Role},
    flows::sign_in,
};
use serde_json::Value;

use crate::support::{Browser, Product, Provider};

const PASSWORD: &str = "correct horse battery staple";

/// A connector whose key is checked at the provider.
const KEYED: &str = r#"
---
kind: connector
key: keyed
name: Keyed
connection_types:
  - key: key
    name: API key
    auth: {kind: header, name: Authorization, value: "Bearer {{key}}"}
    inputs:
      - {key: host, label: Host}
      - {key: key, label: Key, type: password}
      - {key: region, label: Region, required: false}
    check: {get: "PROVIDER/me", account: /email}
---
kind: integration
key: nightshift
name: Night shift
pages: [{key: keys, title: Connect Keyed, elements: [{connection: keyed, type: keyed.key}]}]
"#;

struct Story {
    product: Product,
    provider: Provider,
    admin: Browser,
    /// Of `acme`, of the integration that the story is about.
    instance: String,
}

impl Story {
    async fn of(integration: &str) -> Self {
        Self::on(Product::start().await, integration).await
    }

    async fn on(product: Product, integration: &str) -> Self {
        let provider = Provider::start().await;
        let revoke = "- {key: revoke_url, default: \"PROVIDER/revoke\", visibility: organization}\n      - {key: scopes";
        let manifests = format!("{}{KEYED}", provider.manifests("").replacen("- {key: scopes", revoke, 1));
        let (status, said) = product.apply(&manifests.replace("PROVIDER", &provider.uri())).await;
        assert_eq!(status, 200, "{said}");
        product.customer("acme").await;
        let body = serde_json::json!({"customer": "external:acme", "integration": integration});
        let instance = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
        let admin = org_user(&product, Role::Admin).await;
        Self { product, provider, admin, instance }
    }

    fn path(&self, slot: &str, rest: &str) -> String {
        format!("/admin/instances/{}/connections/{slot}{rest}", self.instance)
    }

    async fn connection(&self, slot: &str) -> Value {
        self.product.ok("GET", &format!("/instances/{}/connections/{slot}", self.instance), None).await
    }

    async fn credentials(&self, slot: &str) -> Value {
        self.product.api("GET", &format!("/instances/{}/connections/{slot}/credentials", self.instance), None).await.1
    }

    /// Another customer user, who came by a link to the instance.
    async fn customer(&self) -> Browser {
        let body = serde_json::json!({"customer": "external:acme", "instance": self.instance, "expires_in_seconds": 3600});
        let url = self.product.ok("POST", "/links", Some(body)).await["url"].as_str().unwrap().to_owned();
        let mut person = Browser::new(&self.product.base);
        person.open(&url).await;
        person
    }

    /// Fills the form of the slot in: label or form name, and value.
    async fn fill_in(&mut self, slot: &str, values: &[(&str, &str)], button: &str) {
        self.admin.open(&self.path(slot, "/values")).await;
        for (label, value) in values {
            match label.contains(':') {
                true => self.admin.set(label, &[value]),
                false => self.admin.fill(label, value),
            };
        }
        self.admin.press(button).await;
    }

    async fn actors(&self, action: &str) -> Vec<Value> {
        let events = self.product.ok("GET", &format!("/audit-events?instance={}&limit=200", self.instance), None).await;
        let events = events["items"].as_array().unwrap().clone();
        events.into_iter().filter(|event| event["action"] == action).map(|event| event["actor"].clone()).collect()
    }
}

/// Signed in.
async fn org_user(product: &Product, role: Role) -> Browser {
    let email = format!("{}@acme.example", role.as_str());
    sign_in::create_user(&product.context, &Actor::System, &email, &PASSWORD.to_owned().into(), role).await.ok().unwrap();
    let mut browser = Browser::new(&product.base);
    browser.open("/admin").await.fill("E-mail", &email).fill("Password", PASSWORD).press("Sign in").await;
    assert_eq!(browser.status, 200, "{}", browser.html);
    browser
}

/// The admin, in a new session: the one before has ended.
async fn org_user_again(product: &Product) -> Browser {
    let mut browser = Browser::new(&product.base);
    browser.open("/admin").await.fill("E-mail", "admin@acme.example").fill("Password", PASSWORD).press("Sign in").await;
    browser
}

/// Presses a button that leaves for the provider, says yes there, and comes back.
async fn consent(browser: &mut Browser, provider: &Provider, button: &str) {
    let (action, pairs) = browser.form_of(button);
    browser.once("POST", &action, Some(&pairs)).await;
    assert_eq!(browser.status, 303, "{}", browser.html);
    let back = provider.allow(browser.headers["location"].to_str().unwrap());
    browser.open(&back).await;
}
