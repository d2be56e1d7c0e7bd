//! Replicas whose clocks are ten minutes wrong, on a Postgres that `JACKFIELD_TEST_POSTGRES_URL` names; without one nothing is told.

use super::*;

#[tokio::test]
async fn a_replica_whose_clock_is_wrong_neither_loops_nor_hands_out_a_dead_token() {
    // A SQLite file's clock is the machine's.
    if std::env::var("JACKFIELD_TEST_POSTGRES_URL").is_err() {
        return;
    }
    for wrong_by in [-600, 600] {
        let skewed = |config: &mut Config| {
            config.pace.refresh_tokens = Duration::from_millis(50);
            config.clock = std::sync::Arc::new(move || {
                jackfield::domain::time::Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()).plus_seconds(wrong_by)
            });
        };
        let saved = Saved::with("alerts", skewed).await;
        let end = |seconds: i64| (jiff::Timestamp::now() + Duration::from_secs(seconds.unsigned_abs())).to_string();
        saved.provider.now().knows_refresh_token("refresh-0");
        saved.provider.now().expires_in = 8;
        let form = json!({"access_token": "old", "refresh_token": "refresh-0", "expires_at": end(6)});
        saved.product.ok("PUT", &saved.path("/connections/desk"), Some(json!({"token": form}))).await;
        for _ in 0..40 {
            let (status, credential) = saved.read().await;
            assert_eq!(status, 200, "{credential}");
            let expires_at: jiff::Timestamp = credential["token"]["expires_at"].as_str().unwrap().parse().unwrap();
            assert!(expires_at > jiff::Timestamp::now(), "{wrong_by}: handed out dead");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!((1..=3).contains(&saved.provider.now().asked.len()), "{wrong_by}: {} refreshes in 4 s", saved.provider.now().asked.len());
    }
}
