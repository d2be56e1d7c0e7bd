use serde_json::json;

use super::bench::Bench;

#[actix_web::test]
async fn a_customer_is_made_found_by_either_name_renamed_and_deleted() {
    let bench = Bench::new().await;
    let made = bench.call("POST", "/customers", json!({"external_id": "acme / 7", "name": "Acme"})).await;
    assert_eq!((made.status, made.body["name"].as_str()), (201, Some("Acme")));
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(bench.ok("GET", &format!("/customers/{id}"), ()).await, made.body);
    assert_eq!(bench.ok("GET", "/customers/external:acme%20%2F%207", ()).await, made.body);

    let renamed = bench.ok("PATCH", &format!("/customers/{id}"), json!({"name": "Acme Ltd"})).await;
    assert_eq!((renamed["name"].as_str(), renamed["revision"].as_i64()), (Some("Acme Ltd"), Some(2)));
    assert_eq!(bench.call("DELETE", &format!("/customers/{id}"), ()).await.status, 204);
    assert_eq!(bench.refused("GET", &format!("/customers/{id}"), ()).await, (404, "not_found".into()));

    let events = bench.ok("GET", "/audit-events", ()).await;
    let actions: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions[..3], ["customer.deleted", "customer.updated", "customer.created"]);
    assert_eq!(events["items"][0]["actor"]["kind"], "api_key");
}

#[actix_web::test]
async fn what_a_customer_may_not_be_is_told_field_by_field() {
    let bench = Bench::new().await;
    let refused = bench.call("POST", "/customers", json!({"external_id": "", "name": "x".repeat(256)})).await;
    assert_eq!(refused.refusal(), (422, "fields_refused".into()));
    let codes: Vec<_> = refused.body["errors"].as_array().unwrap().iter().map(|e| (e["field"].as_str(), e["code"].as_str())).collect();
    assert_eq!(codes, [(Some("external_id"), Some("required")), (Some("name"), Some("too-long"))]);

    bench.ok("POST", "/customers", json!({"external_id": "acme", "name": "Acme"})).await;
    assert_eq!(bench.refused("POST", "/customers", json!({"external_id": "acme", "name": "B"})).await, (409, "already_exists".into()));
    let unknown = bench.call("PATCH", "/customers/external:acme", json!({"external_id": "other"})).await;
    assert_eq!(unknown.refusal(), (422, "unexpected_member".into()));
    assert_eq!(bench.ok("GET", "/customers/external:acme", ()).await["external_id"], "acme");
}

#[actix_web::test]
async fn a_stale_rename_changes_nothing() {
    let bench = Bench::new().await;
    bench.ok("POST", "/customers", json!({"external_id": "acme", "name": "Acme"})).await;
    let path = "/customers/external:acme";
    assert_eq!(bench.call("GET", path, ()).await.headers.get("etag").unwrap(), "\"1\"");
    let fresh = bench.call_also_with("PATCH", path, json!({"name": "One"}), ("if-match", "\"1\"")).await;
    assert_eq!((fresh.status, fresh.headers.get("etag").unwrap().to_str().unwrap()), (200, "\"2\""));
    let stale = bench.call_also_with("PATCH", path, json!({"name": "Two"}), ("if-match", "\"1\"")).await;
    assert_eq!(stale.refusal(), (412, "precondition_failed".into()));
    assert_eq!(bench.ok("GET", path, ()).await["name"], "One");
}

#[actix_web::test]
async fn a_list_comes_in_pages() {
    let bench = Bench::new().await;
    for number in 0..5 {
        bench.ok("POST", "/customers", json!({"external_id": format!("c{number}"), "name": "C"})).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/customers?limit=2".to_owned());
    loop {
        let page = bench.ok("GET", &path, ()).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|customer| customer["external_id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/customers?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["c0", "c1", "c2", "c3", "c4"]);
    assert_eq!(bench.refused("GET", "/customers?limit=0", ()).await, (400, "bad_limit".into()));
    assert_eq!(bench.refused("GET", "/customers?cursor=x", ()).await, (400, "bad_cursor".into()));
    assert_eq!(bench.refused("GET", "/customers?colour=red", ()).await, (400, "bad_query".into()));
}

#[actix_web::test]
async fn a_repeated_request_has_one_effect() {
    let bench = Bench::new().await;
    let body = json!({"external_id": "acme", "name": "Acme"});
    let key = ("idempotency-key", "k-1");
    let first = bench.call_also_with("POST", "/customers", body.clone(), key).await;
    let again = bench.call_also_with("POST", "/customers", body, key).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.body, again.body);
    let other = bench.call_also_with("POST", "/customers", json!({"external_id": "other", "name": "Acme"}), key).await;
    assert_eq!(other.refusal(), (422, "idempotency_key_reused".into()));
    assert_eq!(bench.ok("GET", "/customers", ()).await["items"].as_array().unwrap().len(), 1);
}
