//! The audit is whole, or `audit verify` says which event is not.

use std::process::{Command, Output};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Product, Provider, database};

async fn product() -> Product {
    let (product, provider) = (Product::start().await, Provider::start().await);
    assert_eq!(product.apply(&provider.manifests("")).await.0, 200);
    join_all((0..12).map(async |at| {
        product.customer(&format!("c{at}")).await;
        let body = json!({"customer": format!("external:c{at}"), "integration": "alerts"});
        let instance = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
        let path = format!("/instances/{instance}/connections/tasks");
        for round in 0..3 {
            product.ok("PUT", &path, Some(json!({"inputs": {"api_key": format!("key-{at}-{round}")}}))).await;
        }
    }))
    .await;
    product
}

fn run(product: &Product, arguments: &[&str]) -> Output {
    use secrecy::ExposeSecret;
    Command::new(env!("CARGO_BIN_EXE_jackfield"))
        .args(arguments)
        .env("JACKFIELD_DATABASE_URL", &product.database_url)
        .env("JACKFIELD_MASTER_KEYS", product.master_keys.expose_secret())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn verify(product: &Product) -> (bool, Value) {
    let output = run(product, &["audit", "verify", "--json"]);
    (output.status.success(), serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output))))
}

/// As somebody with the database's own rights does it: the wall is taken away first.
async fn tamper(product: &Product, sqlite: &'static str, postgres: &'static str) {
    database::execute(
        &product.database_url,
        "DROP TRIGGER IF EXISTS audit_events_are_not_changed; DROP TRIGGER IF EXISTS audit_events_are_not_deleted",
        "ALTER TABLE audit_events DISABLE TRIGGER USER",
    )
    .await;
    database::execute(&product.database_url, sqlite, postgres).await;
}

async fn events(product: &Product) -> Vec<Value> {
    let list = product.ok("GET", "/audit-events?limit=200", None).await;
    list["items"].as_array().unwrap().clone()
}

/// In the middle of the longest chain there is.
const VICTIM: &str = "(SELECT e.id FROM audit_events e JOIN audit_chains c ON c.chain = e.chain WHERE c.position >= 3 AND e.position = 2 ORDER BY e.id LIMIT 1)";

/// At the end of a chain.
const LAST: &str = "(SELECT e.id FROM audit_events e JOIN audit_chains c ON c.chain = e.chain AND c.position = e.position WHERE c.position >= 3 ORDER BY e.id DESC LIMIT 1)";

#[tokio::test]
async fn saves_at_once_leave_whole_chains() {
    let product = product().await;
    let (is_whole, found) = verify(&product);
    assert!(is_whole, "{found}");
    assert_eq!(found["events"].as_u64().unwrap(), events(&product).await.len() as u64);
    let output = run(&product, &["audit", "verify"]);
    assert!(said(&output).contains("as they were written, none is missing"), "{}", said(&output));
}

#[tokio::test]
async fn a_changed_event_is_named() {
    let product = product().await;
    let sql = Box::leak(format!("UPDATE audit_events SET occurred_at = occurred_at + 1 WHERE id = {VICTIM}").into_boxed_str());
    tamper(&product, sql, sql).await;
    let (is_whole, found) = verify(&product);
    assert_eq!((is_whole, found["faults"].as_u64(), found["tampered"][0]["what"].as_str()), (false, Some(1), Some("changed")), "{found}");
    let id = found["tampered"][0]["event_id"].as_str().unwrap().to_owned();
    assert!(events(&product).await.iter().any(|event| event["id"] == json!(id)));
    let output = run(&product, &["audit", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains(&format!("TAMPERED {id}")) && said(&output).contains("it was changed"), "{}", said(&output));
}

#[tokio::test]
async fn an_event_that_was_taken_away_is_missed_in_the_middle_and_at_the_end() {
    let product = product().await;
    let sql = Box::leak(format!("DELETE FROM audit_events WHERE id = {VICTIM}").into_boxed_str());
    tamper(&product, sql, sql).await;
    let (is_whole, found) = verify(&product);
    assert!(!is_whole && found["tampered"][0]["what"] == "missing_before" && found["tampered"][0]["missing"] == 1, "{found}");
    let last = Box::leak(format!("DELETE FROM audit_events WHERE id = {LAST}").into_boxed_str());
    database::execute(&product.database_url, last, last).await;
    let (_, found) = verify(&product);
    assert!(found["tampered"].as_array().unwrap().iter().any(|one| one["what"] == "missing_at_end" && one["missing"] == 1), "{found}");
}

#[tokio::test]
async fn an_event_that_somebody_else_put_there_is_named() {
    let product = product().await;
    let columns = "occurred_at, actor, action, detail";
    let sqlite = Box::leak(
        format!("INSERT INTO audit_events (id, {columns}) SELECT randomblob(16), {columns} FROM audit_events LIMIT 1").into_boxed_str(),
    );
    let postgres = Box::leak(
        format!("INSERT INTO audit_events (id, {columns}) SELECT gen_random_uuid(), {columns} FROM audit_events LIMIT 1").into_boxed_str(),
    );
    tamper(&product, sqlite, postgres).await;
    let (is_whole, found) = verify(&product);
    assert_eq!((is_whole, found["faults"].as_u64(), found["tampered"][0]["what"].as_str()), (false, Some(1), Some("foreign")), "{found}");
    // Put into a chain with a hash of somebody's own making, it does not pass either.
    let chain =
        "UPDATE audit_events SET chain = 0, position = (SELECT position + 1 FROM audit_chains WHERE chain = 0), hash = previous_hash";
    let sql: &str = Box::leak(format!("{chain} WHERE chain IS NULL").into_boxed_str());
    database::execute(&product.database_url, sql, sql).await;
    let (is_whole, found) = verify(&product);
    assert!(!is_whole && found["tampered"][0]["what"] == "changed" && found["tampered"][1]["what"] == "behind_the_end", "{found}");
}

#[tokio::test]
async fn everything_is_exported_a_document_a_line() {
    let product = product().await;
    let all = events(&product).await;
    let exported = run(&product, &["audit", "export"]);
    let lines: Vec<Value> = String::from_utf8(exported.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, all);
    let path = "/audit-events?customer=external:c3&action=connection.prefilled";
    let (status, headers, text) = product.api_text("GET", path, "application/x-ndjson").await;
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "application/x-ndjson"));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines.iter().all(|event| event["action"] == "connection.prefilled"));
}
