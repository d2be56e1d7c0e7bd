//! `JACKFIELD_AUDIT_READS=every`: each read of a credential is an audit event before it is answered.

use jackfield::flows::AuditReads;
use serde_json::json;

use crate::support::Product;

const MANIFEST: &str = r#"
kind: connector
key: sftp
name: SFTP
connection_types:
  - key: password
    name: Password
    auth: {kind: fields}
    inputs: [{key: password, label: Password, type: password}]
---
kind: integration
key: files
name: Files
pages: [{key: connections, title: Connect, elements: [{connection: sftp, type: sftp.password}]}]
"#;

/// How many `credential.read` events there are after two reads.
async fn events_after_two_reads(audit_reads: AuditReads) -> usize {
    let product = Product::with(|config| config.audit_reads = audit_reads).await;
    assert_eq!(product.apply(MANIFEST).await.0, 200);
    product.customer("acme").await;
    let created = product.ok("POST", "/instances", Some(json!({"customer": "external:acme", "integration": "files"}))).await;
    let slot = format!("/instances/{}/connections/sftp", created["id"].as_str().unwrap());
    product.ok("PUT", &slot, Some(json!({"inputs": {"password": "p4ss"}}))).await;
    for _ in 0..2 {
        assert_eq!(product.ok("GET", &format!("{slot}/credentials"), None).await["inputs"]["password"], "p4ss");
    }
    let events = product.ok("GET", "/audit-events", None).await;
    events["items"].as_array().unwrap().iter().filter(|event| event["action"] == "credential.read").count()
}

#[tokio::test]
async fn every_read_is_recorded_where_the_setting_says_so() {
    assert_eq!(events_after_two_reads(AuditReads::Every).await, 2);
}

#[tokio::test]
async fn by_default_reads_are_summed_and_write_nothing_themselves() {
    assert_eq!(events_after_two_reads(AuditReads::Summed).await, 0);
}
