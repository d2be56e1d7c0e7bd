//! What the organization's programs are told, that it is signed, and that it comes: at least once, whoever else hangs.

mod endpoints;
mod retries;

use std::{collections::BTreeSet, sync::atomic::Ordering, time::Duration};

use jackfield::domain::time::Timestamp;
use serde_json::{Value, json};

use crate::support::{Browser, Product, Provider, Receiver, database, receiver::Message};

/// A product with an instance of `alerts` for `acme`, and a receiver of everything.
struct Story {
    product: Product,
    provider: Provider,
    receiver: Receiver,
    instance: String,
    endpoint: String,
    secret: String,
}

impl Story {
    async fn new(more: Value) -> Self {
        Self::of(Product::start().await, more).await
    }

    async fn of(product: Product, more: Value) -> Self {
        let (provider, receiver) = (Provider::start().await, Receiver::start().await);
        assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
        product.customer("acme").await;
        let body = json!({"customer": "external:acme", "integration": "alerts"});
        let instance = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
        let (endpoint, secret) = receiver.subscribe(&product, more).await;
        Self { product, provider, receiver, instance, endpoint, secret }
    }

    fn path(&self, rest: &str) -> String {
        format!("/instances/{}{rest}", self.instance)
    }

    async fn fill_tasks(&self) -> Value {
        self.product.ok("PUT", &self.path("/connections/tasks"), Some(json!({"inputs": {"api_key": "k-4f1a"}}))).await
    }

    /// The kinds of what came after the first `seen` messages, which must be so many.
    async fn next(&self, seen: &mut usize, count: usize) -> Vec<String> {
        let messages = self.receiver.wait_for(*seen + count).await;
        let kinds = messages[*seen..].iter().map(Message::kind).collect();
        *seen = messages.len();
        kinds
    }
}

#[tokio::test]
async fn each_change_of_a_connection_and_an_instance_is_told_once_and_signed() {
    let story = Story::new(json!({})).await;
    let (product, mut seen) = (&story.product, 0);
    let tasks = story.path("/connections/tasks");
    story.fill_tasks().await;
    assert_eq!(story.next(&mut seen, 1).await, ["connection.connected"]);
    story.fill_tasks().await;
    for _ in 0..2 {
        product.ok("POST", &format!("{tasks}/failures"), Some(json!({"message": "401"}))).await;
    }
    assert_eq!(story.next(&mut seen, 1).await, ["connection.check_failed"], "connected again was no change, failing twice is one");
    story.fill_tasks().await;
    assert_eq!(story.next(&mut seen, 1).await, ["connection.reconnected"]);
    product.ok("DELETE", &format!("{tasks}/authorization"), None).await;
    assert_eq!(story.next(&mut seen, 1).await, ["connection.disconnected"]);
    story.fill_tasks().await;
    assert_eq!(story.next(&mut seen, 1).await, ["connection.reconnected"]);
    let desk = story.path("/connections/desk");
    let token = json!({"token": {"access_token": "a", "refresh_token": "gone", "expires_at": product.context.now().plus_seconds(60)}});
    product.ok("PUT", &desk, Some(token)).await;
    assert_eq!(story.next(&mut seen, 1).await, ["connection.connected"]);
    assert_eq!(product.api("POST", &format!("{desk}/refreshes"), None).await.0, 409);
    assert_eq!(story.next(&mut seen, 1).await, ["connection.needs_reconnect"]);
    story.provider.now().knows_refresh_token("new");
    let token = json!({"token": {"access_token": "b", "refresh_token": "new", "expires_at": product.context.now().plus_seconds(3600)}});
    product.ok("PUT", &desk, Some(token)).await;
    assert_eq!(story.next(&mut seen, 1).await, ["connection.reconnected"]);
    product.ok("PATCH", &story.path(""), Some(json!({"variables": {"channel": "#ops"}}))).await;
    product.ok("POST", &story.path("/deployments"), None).await;
    assert_eq!(story.next(&mut seen, 1).await, ["instance.deployed"]);
    product.ok("DELETE", &story.path("/deployments"), None).await;
    assert_eq!(story.next(&mut seen, 1).await, ["instance.paused"]);
    let messages = story.receiver.after_a_while().await;
    assert_eq!(messages.len(), seen, "nothing is told twice: {messages:#?}");
    assert_eq!(messages.iter().map(|message| &message.id).collect::<BTreeSet<_>>().len(), seen);
    let now = product.context.now().as_millis() / 1000;
    for message in &messages {
        assert!(message.is_signed_with(&story.secret), "{message:?}");
        assert!((now - 60..=now).contains(&message.timestamp.parse().unwrap()), "{message:?}");
        assert!(!message.body.contains("k-4f1a") && !message.body.contains("reconnect_url"), "{message:?}");
    }
    let failed = messages.iter().find(|message| message.kind() == "connection.check_failed").unwrap().json();
    let connection = product.ok("GET", &tasks, None).await["connection_id"].clone();
    let customer = product.ok("GET", "/customers/external:acme", None).await["id"].clone();
    let said = json!({"customer": {"id": customer, "external_id": "acme"}, "instance": story.instance, "integration": "alerts",
        "slot": "tasks", "connection_id": connection, "status": "not_working", "reason": "auth.rejected"});
    assert_eq!(failed["data"], said);
    assert!(failed["timestamp"].as_str().unwrap().ends_with('Z'), "{failed}");
}

#[tokio::test]
async fn the_link_in_an_event_opens_the_connection_and_reconnects_it() {
    let story = Story::new(json!({"reconnect_links": true, "events": ["connection.needs_reconnect", "connection.reconnected"]})).await;
    let plain = Receiver::start().await;
    plain.subscribe(&story.product, json!({})).await;
    let desk = story.path("/connections/desk");
    let expires_at = story.product.context.now().plus_seconds(60);
    let token = json!({"token": {"access_token": "a", "refresh_token": "gone", "expires_at": expires_at}});
    story.product.ok("PUT", &desk, Some(token)).await;
    assert_eq!(story.product.api("POST", &format!("{desk}/refreshes"), None).await.0, 409);
    let told = story.receiver.wait_for(1).await[0].json();
    let data = &told["data"];
    assert_eq!((&told["type"], &data["reason"]), (&json!("connection.needs_reconnect"), &json!("auth.needs_reconnect")), "{told}");
    let ends = data["reconnect_url_expires_at"].as_str().unwrap().parse::<Timestamp>().unwrap();
    let days = story.product.context.now().seconds_until(ends) as f64 / 86400.0;
    assert!((6.9..7.1).contains(&days), "{days}");
    let url = data["reconnect_url"].as_str().unwrap();
    let token = url.rsplit('/').next().unwrap();
    for (written_in, contents) in database::contents(&story.product.database_url).await {
        assert!(!String::from_utf8_lossy(&contents).contains(token), "the link's token lies in {written_in}");
    }
    let mut person = Browser::new(&story.product.base);
    person.open(url).await;
    let (action, pairs) = person.form_of("Reconnect Desk");
    person.once("POST", &action, Some(&pairs)).await;
    let leaving = person.headers["location"].to_str().unwrap().to_owned();
    person.open(&story.provider.allow(&leaving)).await;
    assert!(person.html.contains("Desk is connected"), "{}", person.html);
    let told = story.receiver.wait_for(2).await[1].json();
    assert_eq!((&told["type"], &told["data"]["account"]), (&json!("connection.reconnected"), &json!("ann@desk.example")), "{told}");
    assert!(told["data"].get("reconnect_url").is_none(), "{told}");
    let plain = plain.wait_for(3).await;
    assert!(plain.iter().all(|message| !message.body.contains("reconnect_url")), "nobody asked for one: {plain:#?}");
}

#[tokio::test]
async fn a_grant_that_will_end_is_told_of_ahead_with_its_end_and_a_link() {
    let product = Product::with(|config| config.pace.refresh_tokens = Duration::from_millis(50)).await;
    let story = Story::of(product, json!({"reconnect_links": true, "events": ["connection.expiring"]})).await;
    let desk = story.path("/connections/desk");
    let expires_at = story.product.context.now().plus_seconds(3600);
    let token = json!({"token": {"access_token": "a", "refresh_token": "r", "expires_at": expires_at}});
    story.product.ok("PUT", &desk, Some(token)).await;
    let (day, ends_at) = (86_400, story.product.context.now().plus_seconds(10 * 86_400));
    let body = json!({"access_token": "b", "refresh_token": "r", "expires_in": 90 * day, "refresh_token_expires_in": 10 * day});
    story.provider.answer(200, body);
    story.product.ok("POST", &format!("{desk}/refreshes"), None).await;
    // Not in the first half of its life.
    story.product.ahead_seconds.store(6 * day, Ordering::Relaxed);
    let told = story.receiver.wait_for(1).await[0].json();
    let data = &told["data"];
    assert_eq!((&told["type"], &data["status"]), (&json!("connection.expiring"), &json!("connected")), "{told}");
    let said = data["ends_at"].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert!((-60..60).contains(&ends_at.seconds_until(said)), "{told}");
    assert!(data["reconnect_url"].as_str().unwrap().starts_with(&story.product.base), "{told}");
    assert_eq!(story.receiver.after_a_while().await.len(), 1, "once");
}

const DOOM_SQLITE: &str = "CREATE TABLE doom (customer BLOB REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER doomed AFTER INSERT ON webhook_deliveries BEGIN INSERT INTO doom VALUES (x'00'); END";
const DOOM_POSTGRES: &str = "CREATE TABLE doom (customer UUID REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE FUNCTION doom() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO doom VALUES (gen_random_uuid()); RETURN NEW; END';
    CREATE TRIGGER doomed AFTER INSERT ON webhook_deliveries FOR EACH ROW EXECUTE FUNCTION doom()";
const FULL_SQLITE: &str = "DROP TRIGGER doomed; CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'full'); END";
const FULL_POSTGRES: &str = "DROP TRIGGER doomed ON webhook_deliveries; ALTER TABLE events ADD CONSTRAINT is_full CHECK (FALSE) NOT VALID";

#[tokio::test]
async fn a_change_that_is_not_committed_is_not_told_and_one_that_is_told_is_committed() {
    let story = Story::new(json!({})).await;
    let url = &story.product.database_url;
    // The commit itself fails, after everything was written.
    database::execute(url, DOOM_SQLITE, DOOM_POSTGRES).await;
    let tasks = story.path("/connections/tasks");
    let body = json!({"inputs": {"api_key": "k"}});
    assert_eq!(story.product.api("PUT", &tasks, Some(body)).await.0, 500);
    assert_eq!(story.product.ok("GET", &tasks, None).await["status"], "not_connected");
    assert!(story.receiver.after_a_while().await.is_empty());
    // The event cannot be queued, so the change is not made.
    database::execute(url, FULL_SQLITE, FULL_POSTGRES).await;
    assert_eq!(story.product.api("PUT", &tasks, Some(json!({"inputs": {"api_key": "k"}}))).await.0, 500);
    assert_eq!(story.product.ok("GET", &tasks, None).await["status"], "not_connected");
    database::execute(url, "DROP TRIGGER full", "ALTER TABLE events DROP CONSTRAINT is_full").await;
    story.fill_tasks().await;
    assert_eq!(story.receiver.wait_for(1).await[0].kind(), "connection.connected");
    assert_eq!(story.receiver.after_a_while().await.len(), 1);
}
