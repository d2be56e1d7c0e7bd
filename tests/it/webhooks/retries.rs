//! Receivers that fail, hang, ask for patience or are gone; processes that end or are two.

use std::{collections::BTreeSet, sync::atomic::Ordering, time::Duration};

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::Story;
use crate::support::{Product, Receiver, database};

impl Story {
    /// A `webhook.test`: its delivery's path.
    async fn send_test(&self) -> String {
        let delivery = self.product.ok("POST", &format!("/webhook-endpoints/{}/tests", self.endpoint), None).await;
        format!("/webhook-deliveries/{}", delivery["id"].as_str().unwrap())
    }

    fn pass(&self, seconds: i64) {
        self.product.ahead_seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}

/// The delivery once its status is this.
async fn delivery_with(product: &Product, path: &str, status: &str) -> Value {
    for _ in 0..400 {
        let delivery = product.ok("GET", path, None).await;
        if delivery["status"] == status {
            return delivery;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it is not {status}: {}", product.ok("GET", path, None).await);
}

#[tokio::test]
async fn a_receiver_that_failed_gets_the_same_message_again() {
    let story = Story::new(json!({})).await;
    story.receiver.answer(ResponseTemplate::new(500).set_body_string("not to be kept"));
    let path = story.send_test().await;
    let waiting = delivery_with(&story.product, &path, "retrying").await;
    assert_eq!((waiting["try_count"].as_i64(), waiting["tries"][0]["status"].as_i64()), (Some(1), Some(500)), "{waiting}");
    assert!(!waiting.to_string().contains("kept"), "{waiting}");
    assert_eq!(story.receiver.after_a_while().await.len(), 1, "not before its time");
    story.receiver.answer(ResponseTemplate::new(200));
    story.pass(6);
    let messages = story.receiver.wait_for(2).await;
    assert_eq!((&messages[0].id, &messages[0].body), (&messages[1].id, &messages[1].body));
    assert!(messages[0].timestamp < messages[1].timestamp, "each try says its own time");
    assert!(messages.iter().all(|message| message.is_signed_with(&story.secret)));
    let delivered = delivery_with(&story.product, &path, "delivered").await;
    assert_eq!(delivered["event_id"], messages[0].id.as_str());
    assert_eq!(delivered["tries"].as_array().unwrap().iter().map(|t| &t["status"]).collect::<Vec<_>>(), [500, 200]);
}

#[tokio::test]
async fn a_receiver_that_never_recovers_is_given_up_after_ten_tries_and_a_replay_begins_anew() {
    let story = Story::new(json!({})).await;
    story.receiver.answer(ResponseTemplate::new(302).insert_header("location", story.receiver.url()));
    let path = story.send_test().await;
    for tries in 1..10 {
        story.receiver.wait_for(tries).await;
        delivery_with(&story.product, &path, "retrying").await;
        story.pass(27 * 3600);
    }
    let given_up = delivery_with(&story.product, &path, "given_up").await;
    assert_eq!(given_up["try_count"], 10, "{given_up}");
    story.pass(27 * 3600);
    assert_eq!(story.receiver.after_a_while().await.len(), 10);
    story.receiver.answer(ResponseTemplate::new(204));
    let (status, replayed) = story.product.api("POST", &format!("{path}/replays"), None).await;
    assert_eq!((status, replayed["try_count"].as_i64()), (202, Some(0)), "{replayed}");
    let messages = story.receiver.wait_for(11).await;
    assert_eq!(messages.iter().map(|message| &message.id).collect::<BTreeSet<_>>().len(), 1, "a replay keeps the id");
    let delivered = delivery_with(&story.product, &path, "delivered").await;
    assert_eq!(delivered["tries"].as_array().unwrap().len(), 11, "{delivered}");
    let listed = |status: &str| format!("/webhook-endpoints/{}/deliveries?status={status}", story.endpoint);
    assert_eq!(story.product.ok("GET", &listed("delivered"), None).await["items"].as_array().unwrap().len(), 1);
    assert!(story.product.ok("GET", &listed("given_up"), None).await["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_receiver_that_asks_for_patience_gets_it() {
    let story = Story::new(json!({})).await;
    story.receiver.answer(ResponseTemplate::new(429).insert_header("retry-after", "3000"));
    let path = story.send_test().await;
    let waiting = delivery_with(&story.product, &path, "retrying").await;
    let next = waiting["next_try_at"].as_str().unwrap().parse::<jackfield::domain::time::Timestamp>().unwrap();
    assert!((2990..3100).contains(&story.product.context.now().seconds_until(next)), "{waiting}");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_disabled() {
    let story = Story::new(json!({})).await;
    story.receiver.answer(ResponseTemplate::new(410));
    let path = story.send_test().await;
    assert_eq!(delivery_with(&story.product, &path, "given_up").await["tries"][0]["status"], 410);
    let at = format!("/webhook-endpoints/{}", story.endpoint);
    let endpoint = story.product.ok("GET", &at, None).await;
    assert_eq!((&endpoint["enabled"], &endpoint["disabled_because"]), (&json!(false), &json!("gone")), "{endpoint}");
    story.fill_tasks().await;
    for call in [format!("{at}/tests"), format!("{path}/replays")] {
        let (status, problem) = story.product.api("POST", &call, None).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("endpoint_disabled")), "{problem}");
    }
    story.pass(3600);
    assert_eq!(story.receiver.after_a_while().await.len(), 1);
    let audit = story.product.ok("GET", "/audit-events?limit=20", None).await;
    assert!(audit.to_string().contains("webhook_endpoint.disabled"), "{audit}");
    story.receiver.answer(ResponseTemplate::new(200));
    story.product.ok("PATCH", &at, Some(json!({"enabled": true}))).await;
    let path = story.send_test().await;
    delivery_with(&story.product, &path, "delivered").await;
}

#[tokio::test]
async fn an_endpoint_that_hangs_delays_nobody_else() {
    let story = Story::new(json!({})).await;
    let hanging = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", hanging.local_addr().unwrap());
    let held = tokio::spawn(async move {
        let mut held = Vec::new();
        loop {
            held.push(hanging.accept().await.unwrap());
        }
    });
    let made = story.product.ok("POST", "/webhook-endpoints", Some(json!({"url": address}))).await;
    let tests = format!("/webhook-endpoints/{}/tests", made["id"].as_str().unwrap());
    for _ in 0..20 {
        story.product.ok("POST", &tests, None).await;
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    let begun = jiff::Timestamp::now();
    for count in 1..=3 {
        story.send_test().await;
        story.receiver.wait_for(count).await;
    }
    let waited = jiff::Timestamp::now().as_millisecond() - begun.as_millisecond();
    assert!(waited < 5_000, "{waited} ms");
    let deliveries = story.product.ok("GET", &tests.replace("/tests", "/deliveries?status=delivering"), None).await;
    assert_eq!(deliveries["items"].as_array().unwrap().len(), 8, "it hangs, and no more go to it at a time");
    held.abort();
}

#[tokio::test]
async fn two_processes_send_each_event_once() {
    let story = Story::new(json!({})).await;
    let (database_url, master_keys) = (story.product.database_url.clone(), story.product.master_keys.clone());
    let other = Product::with(|config| (config.database_url, config.master_keys) = (database_url, master_keys)).await;
    story.receiver.answer(ResponseTemplate::new(204).set_delay(Duration::from_millis(30)));
    for count in 0..60 {
        let product = if count % 2 == 0 { &story.product } else { &other };
        product.ok("POST", &format!("/webhook-endpoints/{}/tests", story.endpoint), None).await;
    }
    story.receiver.wait_for(60).await;
    let messages = story.receiver.after_a_while().await;
    assert_eq!(messages.len(), 60);
    assert_eq!(messages.iter().map(|message| &message.id).collect::<BTreeSet<_>>().len(), 60);
}

#[tokio::test]
async fn what_is_on_its_way_when_the_product_stops_arrives_and_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let database_url = database::create(folder.path()).await;
    let receiver = Receiver::start().await;
    receiver.answer(ResponseTemplate::new(204).set_delay(Duration::from_millis(1500)));
    let product = Product::with(|config| config.database_url.clone_from(&database_url)).await;
    let master_keys = product.master_keys.clone();
    let (endpoint, _) = receiver.subscribe(&product, json!({})).await;
    let sent = product.ok("POST", &format!("/webhook-endpoints/{endpoint}/tests"), None).await;
    receiver.wait_for(1).await;
    drop(product);
    let next = Product::with(|config| (config.database_url, config.master_keys) = (database_url, master_keys)).await;
    let path = format!("/webhook-deliveries/{}", sent["id"].as_str().unwrap());
    delivery_with(&next, &path, "delivered").await;
    assert_eq!(receiver.messages().len(), 1);
}
