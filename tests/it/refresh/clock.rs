//! Replicas whose clocks are ten minutes wrong, on a Postgres that `JACKFIELD_TEST_POSTGRES_URL` names; without one nothing is told.

use super::*;

/// A database of its own, so that the product may migrate it.
async fn own_database(server: &str) -> String {
    let mut bytes = [0; 8];
    jackfield::vault::system_random()(&mut bytes);
    let name = format!("jackfield_it_{:x}", u64::from_be_bytes(bytes));
    let pool = sqlx::PgPool::connect(server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
    pool.close().await;
    let mut url: url::Url = server.parse().unwrap();
    url.set_path(&name);
    url.into()
}

#[tokio::test]
async fn a_replica_whose_clock_is_wrong_neither_loops_nor_hands_out_a_dead_token() {
    let Ok(server) = std::env::var("JACKFIELD_TEST_POSTGRES_URL") else { return };
    for wrong_by in [-600, 600] {
        let database_url = own_database(&server).await;
        let skewed = |config: &mut Config| {
            config.database_url = database_url;
            config.refresh_every = Duration::from_millis(50);
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
