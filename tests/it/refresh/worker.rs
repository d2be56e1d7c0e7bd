//! Tokens are renewed before anyone misses them.

use super::*;

fn at_work(config: &mut Config) {
    config.pace.refresh_tokens = Duration::from_millis(50);
}

impl Saved {
    async fn at_work(expires_in_seconds: i64) -> Self {
        let saved = Self::with("alerts", at_work).await;
        saved.provider.now().knows_refresh_token("refresh-0");
        put_token(&saved.product, &saved.instance, "desk", expires_in_seconds).await;
        saved
    }
}

async fn put_token(product: &Product, instance: &str, slot: &str, expires_in_seconds: i64) {
    let expires_at = product.context.now().plus_seconds(expires_in_seconds).to_string();
    let form = json!({"access_token": "old", "refresh_token": "refresh-0", "expires_at": expires_at});
    product.ok("PUT", &format!("/instances/{instance}/connections/{slot}"), Some(json!({"token": form}))).await;
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end_and_not_before_half_of_its_life() {
    let saved = Saved::at_work(3600).await;
    saved.later(1795);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(saved.provider.now().asked.len(), 0);
    saved.later(1500);
    until("it is renewed", async || token(&saved.read().await).1 == "access-1").await;
    let refresh = saved.connection().await["refresh"].clone();
    assert!(refresh["last_at"].is_string() && refresh["next_at"].is_string() && refresh["failures"] == 0, "{refresh}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(saved.provider.now().asked.len(), 1);
}

#[tokio::test]
async fn readers_do_not_wait_for_a_token_that_is_only_due() {
    let saved = Saved::with_token(3600).await;
    saved.provider.now().token_answer = Some(ResponseTemplate::new(500).set_delay(Duration::from_secs(5)));
    saved.later(3580);
    let read = tokio::time::timeout(Duration::from_secs(2), saved.read()).await.unwrap();
    assert_eq!((token(&read), saved.provider.now().asked.len()), ((200, "old"), 0));
}

#[tokio::test]
async fn the_worker_keeps_away_from_a_provider_that_failed_until_it_is_time() {
    let saved = Saved::at_work(3600).await;
    saved.provider.answer(503, json!({}));
    saved.later(3300);
    until("it failed", async || saved.connection().await["refresh"]["failures"] == 1).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(saved.provider.now().asked.len(), 1);
    saved.later(30);
    until("it failed again", async || saved.connection().await["refresh"]["failures"] == 2).await;
    assert_eq!(saved.provider.now().asked.len(), 2);
}

#[tokio::test]
async fn a_provider_that_hangs_delays_none_of_the_others() {
    let saved = Saved::with("alerts", at_work).await;
    let other = Provider::start().await;
    other.now().knows_refresh_token("refresh-0");
    other.now().rotates = false;
    let renamed = other.manifests("").replace("desk", "help").replace("alerts", "bells").replace("nightly", "daily");
    assert_eq!(saved.product.apply(&renamed).await.0, 200);
    saved.provider.now().token_answer = Some(ResponseTemplate::new(500).set_delay(Duration::from_secs(8)));
    for _ in 0..20 {
        put_token(&saved.product, &instance(&saved.product, "alerts").await, "desk", -5).await;
    }
    until("the first provider hangs", async || saved.provider.now().asked.len() == 16).await;
    for _ in 0..20 {
        put_token(&saved.product, &instance(&saved.product, "bells").await, "help", -5).await;
    }
    until("the second has answered", async || other.now().asked.len() == 20).await;
    assert_eq!(saved.provider.now().asked.len(), 16, "no more than its places");
}

#[tokio::test]
async fn the_end_of_a_connection_is_told_once() {
    let saved = Saved::at_work(3600).await;
    let day = 86_400;
    let body =
        |days: i64| json!({"access_token": "a", "refresh_token": "r", "expires_in": 90 * day, "refresh_token_expires_in": days * day});
    saved.provider.answer(200, body(30));
    assert_eq!(saved.force().await.0, 200);
    assert!(saved.connection().await["ends_at"].is_string());
    saved.later(15 * day);
    tokio::time::sleep(Duration::from_millis(1800)).await;
    assert_eq!(saved.details("connection.expiring").await.len(), 0);
    saved.provider.answer(500, json!({}));
    saved.later(2 * day);
    until("it is told", async || saved.details("connection.expiring").await.len() == 1).await;
    saved.later(day);
    tokio::time::sleep(Duration::from_millis(1800)).await;
    assert_eq!(saved.details("connection.expiring").await.len(), 1);
    saved.provider.answer(200, body(60));
    assert_eq!(saved.force().await.0, 200);
    saved.provider.answer(500, json!({}));
    saved.later(47 * day);
    until("and of the next end again", async || saved.details("connection.expiring").await.len() == 2).await;
}

#[tokio::test]
async fn a_stop_finishes_what_was_leased() {
    let saved = Saved::at_work(3600).await;
    let body = json!({"access_token": "new", "refresh_token": "refresh-1", "expires_in": 3600});
    saved.provider.now().token_answer = Some(ResponseTemplate::new(200).set_body_json(body).set_delay(Duration::from_secs(1)));
    let other = saved.other_process().await;
    saved.later(3300);
    until("it was asked", async || saved.provider.now().asked.len() == 1).await;
    saved.product.stop();
    let path = saved.path(CREDENTIALS);
    until("the answer is saved", async || token(&other.api("GET", &path, None).await).1 == "new").await;
    assert_eq!(saved.provider.now().asked.len(), 1);
}
