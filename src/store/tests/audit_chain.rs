//! The chains of the audit: no gap, no event twice, nobody waits for another's, and nothing is changed or taken away afterwards.

use serde_json::json;
use sqlx::AssertSqlSafe;

use super::*;
use crate::domain::{
    access::Actor,
    audit::{AuditAction, AuditEvent},
    ids::AuditEventId,
};

fn event() -> AuditEvent {
    AuditEvent {
        id: AuditEventId::from_uuid(id()),
        at: NOW,
        actor: Actor::System,
        action: AuditAction::ManifestsApplied,
        customer_id: None,
        instance_id: None,
        connection_id: None,
        detail: json!({"b": 1.50, "a": ["x", null, true], "é": {}}),
    }
}

/// No cryptography here: enough to tell bytes apart.
fn hash(bytes: &[u8]) -> [u8; 32] {
    let mut sum = [1u8; 32];
    for (at, byte) in bytes.iter().enumerate() {
        sum[at % 32] = sum[at % 32].wrapping_mul(31).wrapping_add(*byte).rotate_left(3);
    }
    sum
}

pub async fn append(work: &mut UnitOfWork, event: &AuditEvent) -> ChainLink {
    let link = work.audit().next_link().await.unwrap();
    work.audit().append(event, &link, &hash(&link.bytes(event))).await.unwrap();
    link
}

async fn with_chains() -> Fixture {
    let fixture = Fixture::new().await;
    let mut work = fixture.begin().await;
    work.audit().make_chains().await.unwrap();
    work.audit().make_chains().await.unwrap();
    work.commit().await.unwrap();
    fixture
}

async fn execute(fixture: &Fixture, sql: &str) -> Result<u64, sqlx::Error> {
    match &fixture.store.engine {
        Engine::Sqlite { write, .. } => sqlx::query(AssertSqlSafe(sql)).execute(write).await.map(|done| done.rows_affected()),
        Engine::Postgres(pools) => {
            let mut begun = pools.begin().await.unwrap();
            let done = sqlx::query(AssertSqlSafe(sql)).persistent(false).execute(&mut *begun).await?;
            begun.commit().await?;
            Ok(done.rows_affected())
        }
    }
}

#[tokio::test]
async fn each_event_holds_the_hash_of_the_one_before_and_reads_back_as_the_same_bytes() {
    let fixture = with_chains().await;
    let mut work = fixture.begin().await;
    let events = [event(), event(), event()];
    let mut links = Vec::new();
    for event in &events {
        links.push(append(&mut work, event).await);
    }
    work.commit().await.unwrap();
    let chain = links[0].chain;
    assert!(links.iter().all(|link| link.chain == chain), "one transaction keeps to one chain");
    assert_eq!(links.iter().map(|link| link.position).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(links[0].previous_hash, BEGINNING);
    let read = fixture.read().audit().chained(chain, 0, 10).await.unwrap();
    let mut before = BEGINNING;
    for (read, (event, link)) in read.iter().zip(events.iter().zip(&links)) {
        assert_eq!((read.id, read.link, &read.bytes), (event.id, *link, &link.bytes(event)));
        assert_eq!((read.link.previous_hash, read.hash), (before, hash(&read.bytes)));
        before = read.hash;
    }
    let end = fixture.read().audit().ends().await.unwrap().into_iter().find(|end| end.chain == chain).unwrap();
    assert_eq!((end.position, end.hash), (3, before));
    assert_eq!(fixture.read().audit().chained(chain, 2, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_saves_at_once_wait_for_no_chain() {
    let fixture = with_chains().await;
    if matches!(fixture.store.engine, Engine::Sqlite { .. }) {
        // Whoever writes there is alone.
        return;
    }
    let (mut one, mut other) = (fixture.begin().await, fixture.begin().await);
    let first = append(&mut one, &event()).await;
    let second = append(&mut other, &event()).await;
    assert_ne!(first.chain, second.chain);
    let third = append(&mut one, &event()).await;
    assert_eq!((third.chain, third.position), (first.chain, first.position + 1));
    drop(other);
    one.commit().await.unwrap();
    let ends = fixture.read().audit().ends().await.unwrap();
    assert_eq!(ends.iter().map(|end| end.position).sum::<i64>(), 2, "what was rolled back moved no end");
}

#[tokio::test]
async fn events_are_neither_changed_nor_taken_away() {
    let fixture = with_chains().await;
    let mut work = fixture.begin().await;
    append(&mut work, &event()).await;
    work.commit().await.unwrap();
    for sql in [
        "UPDATE audit_events SET detail = '{}'",
        "UPDATE audit_events SET customer_id = NULL, occurred_at = 1",
        "UPDATE audit_events SET position = 7",
        "DELETE FROM audit_events",
    ] {
        let refused = execute(&fixture, sql).await.unwrap_err().to_string();
        assert!(refused.contains("only ever added"), "{sql}: {refused}");
    }
    assert_eq!(fixture.read().audit().list(ORGANIZATION, &AuditFilter::default(), None, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn events_from_before_the_chains_get_their_place_once_and_nothing_else_of_them_changes() {
    let fixture = with_chains().await;
    let insert = |at: i64| match &fixture.store.engine {
        Engine::Sqlite { .. } => format!(
            "INSERT INTO audit_events (id, occurred_at, actor, action, detail) VALUES (x'0000000000000000000000000000000{at}', {at}, '{{\"kind\":\"system\"}}', 'link.created', '{{}}')"
        ),
        Engine::Postgres(_) => format!(
            "INSERT INTO audit_events (id, occurred_at, actor, action, detail) VALUES ('00000000-0000-0000-0000-00000000000{at}', {at}, '{{\"kind\":\"system\"}}', 'link.created', '{{}}')"
        ),
    };
    for at in [3, 1, 2] {
        execute(&fixture, &insert(at)).await.unwrap();
    }
    assert!(execute(&fixture, "UPDATE audit_events SET action = 'link.opened'").await.is_err());
    assert_eq!(fixture.read().audit().unchained(None, 2).await.unwrap().len(), 2);
    let mut work = fixture.begin().await;
    assert_eq!(work.audit().chain_up(2, hash).await.unwrap(), 2);
    assert_eq!(work.audit().chain_up(2, hash).await.unwrap(), 1);
    assert_eq!(work.audit().chain_up(2, hash).await.unwrap(), 0);
    let chain = append(&mut work, &event()).await.chain;
    work.commit().await.unwrap();
    let chained = fixture.read().audit().chained(chain, 0, 9).await.unwrap();
    assert_eq!(chained.iter().map(|event| event.link.position).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(chained.iter().all(|event| event.hash == hash(&event.bytes)));
    assert!(fixture.read().audit().unchained(None, 9).await.unwrap().is_empty());
}
