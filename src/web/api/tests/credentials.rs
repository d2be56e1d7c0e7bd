use std::sync::atomic::Ordering;

use serde_json::json;

use super::bench::Bench;
use crate::providers::OutboundError;

#[actix_web::test]
async fn a_step_reads_opened_values_and_nobody_may_keep_the_answer() {
    let (bench, id) = Bench::with_instance().await;
    let path = format!("/instances/{id}/connections/key");
    assert_eq!(bench.refused("GET", &format!("{path}/credentials"), ()).await, (409, "not_connected".into()));
    assert_eq!(bench.refused("POST", &format!("{path}/checks"), ()).await, (409, "not_connected".into()));
    bench.ok("PUT", &path, json!({"inputs": {"region": "eu", "api_key": "good-key"}})).await;

    let read = bench.call("GET", &format!("{path}/credentials"), ()).await;
    assert_eq!(read.headers.get("cache-control").unwrap(), "no-store");
    assert_eq!(read.body["inputs"], json!({"api_key": "good-key", "region": "eu"}));
    assert_eq!((&read.body["key"], &read.body["type"]), (&json!("key"), &json!("umbra.api_key")));
    assert!(read.body.get("token").is_none());
    assert_eq!(read.body["auth"], json!({"headers": {"Authorization": "Bearer good-key"}, "query": {}}), "what a request carries");
}

#[actix_web::test]
async fn a_check_and_a_reported_failure_change_the_status() {
    let (bench, id) = Bench::with_instance().await;
    let path = format!("/instances/{id}/connections/key");
    bench.ok("PUT", &path, json!({"inputs": {"region": "eu", "api_key": "good-key"}})).await;
    let check = bench.ok("POST", &format!("{path}/checks"), ()).await;
    assert_eq!((&check["ok"], &check["account"]), (&json!(true), &json!("ops@example.com")));

    let told = bench.ok("POST", &format!("{path}/failures"), json!({"message": "401 from Umbra"})).await;
    assert_eq!((&told["status"], &told["reason"]), (&json!("not_working"), &json!("auth.rejected")));
    bench.ok("PUT", &path, json!({"inputs": {"api_key": "wrong"}})).await;
    let check = bench.ok("POST", &format!("{path}/checks"), ()).await;
    assert_eq!((&check["ok"], &check["code"]), (&json!(false), &json!("auth.rejected")));
    assert!(check["message"].as_str().unwrap().contains("Umbra"));
}

#[actix_web::test]
async fn an_expired_token_is_refreshed_on_read_and_a_down_provider_is_not_the_persons_fault() {
    let (bench, id) = Bench::with_instance().await;
    let path = format!("/instances/{id}/connections/umbra");
    let token = json!({"access_token": "at-0", "refresh_token": "rt-0", "expires_at": "2026-09-21T13:00:00Z"});
    bench.ok("PUT", &path, json!({"token": token})).await;
    bench.now.store(1_900_000_000_000, Ordering::SeqCst);

    *bench.umbra.down.lock().unwrap() = Some(OutboundError::Timeout);
    let down = bench.call("GET", &format!("{path}/credentials"), ()).await;
    assert_eq!(down.refusal(), (503, "provider_unavailable".into()));
    assert!(down.headers.contains_key("retry-after"));

    *bench.umbra.down.lock().unwrap() = None;
    bench.now.fetch_add(30_000, Ordering::SeqCst);
    let read = bench.ok("GET", &format!("{path}/credentials"), ()).await;
    assert_eq!((&read["token"]["access_token"], &read["token"]["token_type"]), (&json!("at-1"), &json!("Bearer")));
    assert!(!read.to_string().contains("rt-0"));
    bench.ok("POST", &format!("{path}/refreshes"), ()).await;
    assert_eq!(bench.ok("GET", &format!("{path}/credentials"), ()).await["token"]["access_token"], "at-2");
}

#[actix_web::test]
async fn a_grant_without_a_refresh_token_needs_a_person_when_it_ends() {
    let (bench, id) = Bench::with_instance().await;
    let path = format!("/instances/{id}/connections/umbra");
    bench.ok("PUT", &path, json!({"token": {"access_token": "at-0", "expires_at": "2026-09-21T13:00:00Z"}})).await;
    bench.now.store(1_900_000_000_000, Ordering::SeqCst);
    assert_eq!(bench.refused("GET", &format!("{path}/credentials"), ()).await, (409, "needs_reconnect".into()));
    let gone = bench.ok("DELETE", &format!("{path}/authorization"), ()).await;
    assert_eq!((&gone["status"], &gone["revocation"]), (&json!("not_connected"), &json!({"outcome": "not_supported"})));
    assert_eq!(bench.refused("GET", &format!("{path}/credentials"), ()).await, (409, "not_connected".into()));
}
