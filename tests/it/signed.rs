//! What we sign ourselves: assertions of RFC 7523, and the requests of OAuth 1.0a (RFC 5849).

mod assertions;
mod oauth1;
mod photos;
mod robots;

use serde_json::Value;

use crate::support::{Browser, Product};

/// A person on the first page of an instance of an integration with the one slot `slot`.
struct Story {
    product: Product,
    person: Browser,
    slot: String,
}

impl Story {
    async fn begin(manifests: &str) -> Self {
        let product = Product::start().await;
        let (status, said) = product.apply(manifests).await;
        assert_eq!(status, 200, "{said}");
        product.customer("acme").await;
        let mut person = Browser::new(&product.base);
        person.open(&product.link("acme", "album").await).await;
        let instances = product.ok("GET", "/instances?customer=external:acme", None).await;
        let slot = format!("/instances/{}/connections/slot", instances["items"][0]["id"].as_str().unwrap());
        Self { product, person, slot }
    }

    async fn slot(&self) -> Value {
        self.product.ok("GET", &self.slot, None).await
    }

    async fn credential(&self) -> (u16, Value) {
        self.product.api("GET", &format!("{}/credentials", self.slot), None).await
    }

    async fn check(&self) -> Value {
        self.product.ok("POST", &format!("{}/checks", self.slot), None).await
    }
}
