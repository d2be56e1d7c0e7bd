//! A token that has expired is renewed once, however many ask for it; and what happens when it cannot be.

mod clock;
mod persist;
mod retries;
mod worker;

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use jackfield::app::Config;

use crate::support::{Product, Provider, database};

/// A connection with a saved token, `expires_in_seconds` from now (below zero: expired).
struct Saved {
    product: Product,
    provider: Provider,
    instance: String,
}

const CREDENTIALS: &str = "/connections/desk/credentials";

impl Saved {
    async fn with_token(expires_in_seconds: i64) -> Self {
        let saved = Self::of("alerts").await;
        let form = json!({"access_token": "old", "refresh_token": "refresh-0", "expires_at": saved.after(expires_in_seconds)});
        saved.provider.now().knows_refresh_token("refresh-0");
        saved.product.ok("PUT", &saved.path("/connections/desk"), Some(json!({"token": form}))).await;
        saved
    }

    /// Valid for five seconds more of its hour.
    async fn about_to_end() -> Self {
        let saved = Self::with_token(3600).await;
        saved.later(3595);
        saved
    }

    async fn of(integration: &str) -> Self {
        Self::with(integration, |_| {}).await
    }

    async fn with(integration: &str, change: impl FnOnce(&mut Config)) -> Self {
        let (product, provider) = (Product::with(change).await, Provider::start().await);
        assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
        product.customer("acme").await;
        let instance = instance(&product, integration).await;
        Self { product, provider, instance }
    }

    /// One more process on the same database.
    async fn other_process(&self) -> Product {
        let product = &self.product;
        let (database_url, master_keys) = (product.database_url.clone(), product.master_keys.clone());
        let spool_dir = Some(product.folder.path().join("spool"));
        Product::with(|config| (config.database_url, config.master_keys, config.spool_dir) = (database_url, master_keys, spool_dir)).await
    }

    fn later(&self, seconds: i64) {
        self.product.ahead_seconds.fetch_add(seconds, std::sync::atomic::Ordering::Relaxed);
    }

    /// What only an accident, or a full disk, does to the database.
    async fn sql(&self, sqlite: &'static str, postgres: &'static str) {
        database::execute(&self.product.database_url, sqlite, postgres).await;
    }

    async fn connection(&self) -> Value {
        self.product.ok("GET", &self.path("/connections/desk"), None).await
    }

    async fn force(&self) -> (u16, Value) {
        self.product.api("POST", &self.path("/connections/desk/refreshes"), None).await
    }

    /// Of the audit, newest first.
    async fn details(&self, action: &str) -> Vec<Value> {
        let events = self.product.ok("GET", "/audit-events?limit=200", None).await;
        let of_action = events["items"].as_array().unwrap().iter().filter(|event| event["action"] == action);
        of_action.map(|event| event["detail"].clone()).collect()
    }

    fn after(&self, seconds: i64) -> String {
        self.product.context.now().plus_seconds(seconds).to_string()
    }

    fn path(&self, rest: &str) -> String {
        format!("/instances/{}{rest}", self.instance)
    }

    async fn read(&self) -> (u16, Value) {
        self.product.api("GET", &self.path(CREDENTIALS), None).await
    }

    async fn status(&self) -> Value {
        self.connection().await["status"].clone()
    }

    fn slow(&self) {
        let body = json!({"access_token": "new", "refresh_token": "refresh-1", "expires_in": 3600, "scope": "read write"});
        let answer = ResponseTemplate::new(200).set_body_json(body).set_delay(Duration::from_millis(300));
        self.provider.now().token_answer = Some(answer);
    }
}

async fn instance(product: &Product, integration: &str) -> String {
    let body = json!({"customer": "external:acme", "integration": integration});
    product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned()
}

/// Asks until it is so; a story that never comes true fails.
async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came to: {what}");
}

fn token(read: &(u16, Value)) -> (u16, &str) {
    (read.0, read.1["token"]["access_token"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn two_hundred_readers_of_an_expired_token_cause_one_request_and_hear_the_same() {
    let saved = Saved::with_token(-5).await;
    saved.slow();
    let answers = join_all((0..200).map(|_| saved.read())).await;
    assert!(answers.iter().all(|read| token(read) == (200, "new") && read.1 == answers[0].1), "{:?}", answers.iter().find(|r| r.0 != 200));
    assert_eq!(saved.provider.times_asked("refresh_token"), 1);
}

#[tokio::test]
async fn two_processes_on_one_database_still_ask_once() {
    let saved = Saved::with_token(-5).await;
    let other = saved.other_process().await;
    saved.slow();
    let path = saved.path(CREDENTIALS);
    let (here, there) = tokio::join!(
        join_all((0..50).map(|_| saved.product.api("GET", &path, None))),
        join_all((0..50).map(|_| other.api("GET", &path, None)))
    );
    for read in here.iter().chain(&there) {
        assert_eq!(token(read), (200, "new"), "{read:?}");
    }
    assert_eq!(saved.provider.times_asked("refresh_token"), 1);
}

#[tokio::test]
async fn a_token_that_is_still_valid_is_handed_out_though_its_refresh_fails() {
    for (status, body) in [(500, json!({})), (400, json!({"error": "invalid_grant"}))] {
        let saved = Saved::about_to_end().await;
        saved.provider.answer(status, body);
        assert_eq!(token(&saved.read().await), (200, "old"));
        assert_eq!(saved.provider.times_asked("refresh_token"), 1);
    }
}

#[tokio::test]
async fn a_grant_that_ended_early_withholds_its_token_only_when_that_ends_too() {
    let saved = Saved::with_token(3600).await;
    saved.provider.answer(400, json!({"error": "invalid_grant"}));
    assert_eq!(saved.product.api("POST", &saved.path("/connections/desk/refreshes"), None).await.0, 409);
    assert_eq!(saved.status().await, "needs_reconnecting");
    assert_eq!(token(&saved.read().await), (200, "old"));
    saved.later(3601);
    assert_eq!(saved.read().await.1["code"], "needs_reconnect");
    assert_eq!(saved.provider.now().asked.len(), 1);
}

#[tokio::test]
async fn a_token_far_from_its_end_causes_no_request() {
    let saved = Saved::with_token(3600).await;
    assert_eq!(token(&saved.read().await), (200, "old"));
    assert_eq!(saved.provider.now().asked.len(), 0);
}

#[tokio::test]
async fn a_grant_that_has_ended_needs_a_person_and_is_not_asked_for_again() {
    let saved = Saved::with_token(-5).await;
    saved.provider.answer(400, json!({"error": "invalid_grant"}));
    for _ in 0..3 {
        let (status, problem) = saved.read().await;
        assert_eq!(
            (status, problem["code"].as_str(), problem["reason"].as_str()),
            (409, Some("needs_reconnect"), Some("auth.needs_reconnect"))
        );
    }
    assert_eq!(saved.status().await, "needs_reconnecting");
    assert_eq!(saved.provider.now().asked.len(), 1);
    let (status, problem) = saved.product.api("POST", &saved.path("/connections/desk/refreshes"), None).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("needs_reconnect")), "{problem}");
}

#[tokio::test]
async fn a_provider_that_is_down_ends_nothing() {
    let answers = [
        ResponseTemplate::new(500),
        ResponseTemplate::new(503).insert_header("retry-after", "7").set_body_json(json!({"error": "invalid_grant"})),
        ResponseTemplate::new(429),
        ResponseTemplate::new(200).set_body_string("<html>Maintenance</html>"),
        ResponseTemplate::new(404).set_body_string("no such page"),
    ];
    let saved = Saved::with_token(-5).await;
    for answer in answers {
        saved.provider.now().token_answer = Some(answer);
        let url = format!("{}/api/v1{}", saved.product.base, saved.path(CREDENTIALS));
        let read =
            reqwest::Client::builder().no_proxy().build().unwrap().get(url).bearer_auth(&saved.product.api_key).send().await.unwrap();
        let retry_after: u64 = read.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        let (status, problem) = (read.status(), serde_json::from_str::<Value>(&read.text().await.unwrap()).unwrap());
        assert_eq!((status.as_u16(), problem["code"].as_str()), (503, Some("provider_unavailable")), "{problem}");
        assert!((1..=3600).contains(&retry_after), "{retry_after}");
        assert_eq!(saved.status().await, "connected");
        saved.later(3600);
    }
    saved.provider.now().token_answer = None;
    assert_eq!(token(&saved.read().await), (200, "access-1"), "the grant lives");
}

#[tokio::test]
async fn a_refresh_token_is_kept_where_none_comes_and_replaced_where_one_does() {
    for rotates in [false, true] {
        let saved = Saved::with_token(-5).await;
        {
            let mut provider = saved.provider.now();
            (provider.rotates, provider.expires_in) = (rotates, 5);
        }
        for round in 1..=3 {
            assert_eq!(token(&saved.read().await), (200, format!("access-{round}").as_str()), "rotates: {rotates}");
            saved.later(5);
        }
        let sent: Vec<String> = saved.provider.now().asked.iter().map(|form| form["refresh_token"].clone()).collect();
        let expected = if rotates { ["refresh-0", "refresh-1", "refresh-2"] } else { ["refresh-0"; 3] };
        assert_eq!(sent, expected);
    }
}

#[tokio::test]
async fn inputs_saved_while_a_refresh_is_on_its_way_are_kept_with_the_new_token() {
    let saved = Saved::with_token(-5).await;
    saved.slow();
    let path = saved.path("/connections/desk");
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        saved.product.ok("PUT", &path, Some(json!({"inputs": {"team": "red"}}))).await
    };
    let (read, _) = tokio::join!(saved.read(), meanwhile);
    assert_eq!(token(&read), (200, "new"));
    let read = saved.read().await;
    assert_eq!((token(&read), read.1["inputs"]["team"].as_str()), ((200, "new"), Some("red")));
    assert_eq!(saved.provider.times_asked("refresh_token"), 1);
}

#[tokio::test]
async fn client_credentials_are_exchanged_when_they_are_read() {
    let saved = Saved::of("nightly").await;
    let inputs = json!({"inputs": {"client_id": "machine", "client_secret": "machine-secret"}});
    saved.product.ok("PUT", &saved.path("/connections/desk"), Some(inputs)).await;
    assert_eq!(saved.provider.now().asked.len(), 0, "saved without a check");
    let answers = join_all((0..20).map(|_| saved.read())).await;
    assert!(answers.iter().all(|read| token(read) == (200, "access-1")), "{:?}", answers[0]);
    let asked = saved.provider.now().asked.clone();
    assert_eq!((asked.len(), asked[0]["client_id"].as_str(), asked[0]["client_secret"].as_str()), (1, "machine", "machine-secret"));
    // Its secret is refused: no person's consent could help, but the answer is final until someone changes it.
    saved.later(3600);
    saved.provider.answer(401, json!({"error": "invalid_client"}));
    let (status, problem) = saved.read().await;
    assert!(status >= 400, "{problem}");
}
