use serde_json::json;

use super::bench::{Bench, MANIFEST};

#[actix_web::test]
async fn what_is_applied_is_described_without_its_secrets() {
    let bench = Bench::new().await;
    let dry = bench.ok("POST", "/manifests?dry_run=true", MANIFEST).await;
    assert_eq!(dry["changes"][0], json!({"kind": "connector", "key": "umbra", "action": "create"}));
    assert_eq!(bench.ok("GET", "/connectors", ()).await["items"], json!([]));
    bench.ok("POST", "/manifests", MANIFEST).await;
    assert_eq!(bench.ok("POST", "/manifests", MANIFEST).await["changes"][0]["action"], "unchanged");

    let connector = bench.ok("GET", "/connectors/umbra", ()).await;
    assert_eq!(connector["connection_types"][1]["auth"]["kind"], "header");
    let input = &connector["connection_types"][1]["inputs"][1];
    assert_eq!((&input["key"], &input["type"], &input["required"]), (&json!("api_key"), &json!("password"), &json!(true)));
    let integration = bench.ok("GET", "/integrations/night-shift", ()).await;
    assert_eq!(integration["pages"][0]["elements"][1], json!({"connection": "key", "type": "umbra.api_key", "required": true}));
    assert_eq!(integration["pages"][1]["elements"][0]["variable"], "severity");
    assert!(!integration.to_string().contains("canary-5512"));
    assert_eq!(bench.refused("GET", "/integrations/nobody", ()).await, (404, "not_found".into()));
}

#[actix_web::test]
async fn a_manifest_by_the_api_reads_nothing_of_the_server() {
    let bench = Bench::new().await;
    for placeholder in ["${env:HOME}", "${file:/etc/hostname}"] {
        let manifest = MANIFEST.replace("canary-5512", &format!("\"{placeholder}\""));
        let refused = bench.call("POST", "/manifests", manifest).await;
        assert_eq!(refused.refusal(), (422, "manifests_refused".into()));
        assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains("not read for the API"), "{}", refused.body);
        assert!(refused.body["errors"][0]["line"].as_u64().unwrap() > 20);
    }
    assert_eq!(bench.ok("GET", "/connectors", ()).await["items"], json!([]));
}

#[actix_web::test]
async fn an_instance_is_made_listed_filled_in_and_turned_on() {
    let (bench, id) = Bench::with_instance().await;
    let path = format!("/instances/{id}");
    let made = bench.ok("GET", &path, ()).await;
    assert_eq!(
        (&made["status"], &made["customer"]["external_id"], &made["name"]),
        (&json!("draft"), &json!("acme"), &json!("Night shift"))
    );
    assert_eq!(made["connections"][0]["status"], "not_connected");
    for filter in ["", "?customer=external:acme", "?integration=night-shift"] {
        assert_eq!(bench.ok("GET", &format!("/instances{filter}"), ()).await["items"][0]["id"], *id, "{filter}");
    }
    assert_eq!(bench.ok("GET", "/instances?customer=external:nobody", ()).await["items"], json!([]));

    let incomplete = bench.call("POST", &format!("{path}/deployments"), ()).await;
    assert_eq!(incomplete.refusal(), (422, "incomplete".into()));
    let key = incomplete.body["missing"].as_array().unwrap().iter().find(|m| m["slot"] == "key").unwrap();
    assert_eq!(key["inputs"], json!(["region", "api_key"]));

    bench.ok("PUT", &format!("{path}/connections/key"), json!({"inputs": {"region": "eu", "api_key": "good-key"}})).await;
    bench.ok("PUT", &format!("{path}/connections/umbra"), json!({"token": {"access_token": "at-0"}})).await;
    assert_eq!(bench.refused("PATCH", &path, json!({"variables": {"severity": "low"}})).await, (422, "fields_refused".into()));
    let changed = bench.ok("PATCH", &path, json!({"variables": {"severity": "all"}})).await;
    assert_eq!((&changed["variables"], &changed["deployed_variables"]), (&json!({"severity": "all"}), &json!({})));

    let on = bench.ok("POST", &format!("{path}/deployments"), ()).await;
    assert_eq!((&on["status"], &on["deployed_variables"]), (&json!("active"), &json!({"severity": "all"})));
    assert_eq!(bench.refused("DELETE", "/customers/external:acme", ()).await, (409, "in_use".into()));
    assert_eq!(bench.ok("DELETE", &format!("{path}/deployments"), ()).await["status"], "paused");
    assert_eq!(bench.refused("DELETE", &format!("{path}/deployments"), ()).await, (409, "not_active".into()));
}

#[actix_web::test]
async fn a_pre_fill_keeps_what_it_does_not_name_and_shows_no_secret() {
    let (bench, id) = Bench::with_instance().await;
    let path = format!("/instances/{id}/connections/key");
    let half = bench.ok("PUT", &path, json!({"inputs": {"api_key": "s3cret-canary"}})).await;
    assert_eq!((&half["status"], &half["missing"]), (&json!("not_connected"), &json!(["region"])));
    let whole = bench.ok("PUT", &path, json!({"inputs": {"region": "us"}})).await;
    assert_eq!(whole["inputs"], json!({"api_key": {"has_value": true}, "region": {"value": "us"}}));
    assert_eq!((&whole["status"], &whole["checked_at"]), (&json!("connected"), &json!(null)));
    assert!(!whole.to_string().contains("s3cret"));

    let failed = bench.call("PUT", &format!("{path}?check=true"), json!({"inputs": {"api_key": "wrong"}})).await;
    assert_eq!(failed.refusal(), (422, "check_failed".into()));
    assert_eq!(failed.body["reason"], "auth.rejected");
    let good = bench.ok("PUT", &format!("{path}?check=true"), json!({"inputs": {"api_key": "good-key"}})).await;
    assert_eq!((&good["account"], good["checked_at"].is_string()), (&json!("ops@example.com"), true));

    assert_eq!(bench.refused("PUT", &path, json!({"inputs": {"colour": "red"}})).await, (422, "fields_refused".into()));
    assert_eq!(bench.refused("PUT", &path, json!({"token": {"access_token": "x"}})).await, (422, "no_token".into()));
    assert_eq!(bench.refused("PUT", &format!("/instances/{id}/connections/nobody"), json!({})).await, (404, "not_found".into()));
}

#[actix_web::test]
async fn an_instance_is_made_once_for_one_idempotency_key() {
    let (bench, _) = Bench::with_instance().await;
    let body = json!({"customer": "external:acme", "integration": "night-shift"});
    let key = ("idempotency-key", "k-1");
    let first = bench.call_also_with("POST", "/instances", body.clone(), key).await;
    let again = bench.call_also_with("POST", "/instances", body.clone(), key).await;
    assert_eq!((first.status, again.status, &first.body["id"]), (201, 201, &again.body["id"]));
    let both = futures_util::future::join(
        bench.call_also_with("POST", "/instances", body.clone(), ("idempotency-key", "k-2")),
        bench.call_also_with("POST", "/instances", body, ("idempotency-key", "k-2")),
    )
    .await;
    assert_eq!(both.0.body["id"], both.1.body["id"]);
    assert_eq!(bench.ok("GET", "/instances", ()).await["items"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn a_link_opens_exactly_one_thing_of_its_customer() {
    let (bench, id) = Bench::with_instance().await;
    let link = bench.ok("POST", "/links", json!({"customer": "external:acme", "instance": id, "expires_in_seconds": 3600})).await;
    assert!(link["url"].as_str().unwrap().starts_with("https://jackfield.example/links/"));
    assert!(link["expires_at"].is_string());
    bench.ok("POST", "/customers", json!({"external_id": "other", "name": "Other"})).await;
    let foreign = json!({"customer": "external:other", "instance": id, "expires_in_seconds": 60});
    assert_eq!(bench.refused("POST", "/links", foreign).await, (422, "unknown_target".into()));
    let both = json!({"customer": "external:acme", "instance": id, "integration": "night-shift", "expires_in_seconds": 60});
    assert_eq!(bench.refused("POST", "/links", both).await, (422, "one_target".into()));
    let endless = json!({"customer": "external:acme", "instance": id, "expires_in_seconds": 0});
    assert_eq!(bench.refused("POST", "/links", endless).await, (422, "bad_lifetime".into()));
}
