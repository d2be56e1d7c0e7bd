//! Links, documents, checks, the audit and the counts of reads.

use serde_json::json;

use super::{audit_chain::append, *};
use crate::domain::{
    access::Actor,
    audit::{AuditAction, AuditEvent},
    check::{CheckOutcome, CheckRun, CheckTrigger, HISTORY},
    ids::{ApiKeyId, AuditEventId, DocumentId, UserId},
    reason::Reason,
    user::{LinkUser, Role},
};

#[tokio::test]
async fn a_link_is_found_by_its_token_until_and_after_it_ends() {
    let fixture = Fixture::new().await;
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    let instance = fixture.instance(&acme).await;
    let connection = fixture.connection(&instance, "zendesk").await;
    let reusable = |made| LinkTarget::ReusableConnection { definition: key("acme-erp"), made };
    let targets = [
        LinkTarget::Integration(key("ticket-alerts")),
        LinkTarget::Instance(instance.id),
        LinkTarget::Connection(connection.id),
        LinkTarget::Connections,
        reusable(None),
        reusable(Some(connection.id)),
    ];
    for (byte, target) in (1..).zip(targets) {
        let user = (byte == 1).then(|| LinkUser { name: "Kim".into(), email: "kim@acme.example".into() });
        let link = Link { user, ..link_to(&acme, byte, target) };
        let mut work = fixture.begin().await;
        work.links().insert(&link).await.unwrap();
        assert!(work.links().mark_opened(link.id, later(1)).await.unwrap());
        assert!(!work.links().mark_opened(link.id, later(2)).await.unwrap());
        assert!(work.links().find(scope_of(&other), link.id).await.unwrap().is_none());
        assert!(!work.links().revoke(scope_of(&other), link.id, later(3)).await.unwrap());
        assert!(work.links().revoke(scope_of(&acme), link.id, later(3)).await.unwrap());
        work.commit().await.unwrap();
        let expected = Link { opened_at: Some(later(1)), revoked_at: Some(later(3)), ..link };
        let found = fixture.read().links().find_by_token(&[byte; 32]).await.unwrap();
        assert_eq!(format!("{found:?}"), format!("{:?}", Some(expected)));
    }
    assert!(fixture.read().links().find_by_token(&[9; 32]).await.unwrap().is_none());
}

#[tokio::test]
async fn publishing_keeps_the_versions_before_and_withdrawing_keeps_all() {
    let fixture = Fixture::new().await;
    let document = |version, body| StoredDocument {
        id: DocumentId::from_uuid(id()),
        kind: "integration".into(),
        key: "ticket-alerts".into(),
        version,
        body,
        secrets: [("pages/0/secret".to_owned(), sealed(version))].into(),
        made_in_console: false,
        created_at: NOW,
    };
    let (first, second) = (document(1, json!({"z": 1, "a": [2]})), document(2, json!({"b": "x"})));
    let mut work = fixture.begin().await;
    assert_eq!(work.documents().last_version("integration", "ticket-alerts").await.unwrap(), 0);
    work.documents().publish(&first).await.unwrap();
    work.documents().publish(&second).await.unwrap();
    let current = work.documents().current("integration", "ticket-alerts").await.unwrap();
    assert_eq!(format!("{current:?}"), format!("{:?}", Some(&second)));
    let old = work.documents().find("integration", "ticket-alerts", 1).await.unwrap().unwrap();
    assert_eq!(old.body.to_string(), r#"{"z":1,"a":[2]}"#, "in its own order");
    assert_eq!(old.secrets, first.secrets);
    assert_eq!(work.documents().list_current("integration").await.unwrap().len(), 1);
    assert!(work.documents().list_current("connector").await.unwrap().is_empty());

    assert!(work.documents().withdraw("integration", "ticket-alerts").await.unwrap());
    assert!(!work.documents().withdraw("integration", "ticket-alerts").await.unwrap());
    assert!(work.documents().current("integration", "ticket-alerts").await.unwrap().is_none());
    assert_eq!(work.documents().last_version("integration", "ticket-alerts").await.unwrap(), 2);
    work.commit().await.unwrap();

    assert!(fixture.read().documents().versions_in_use("ticket-alerts").await.unwrap().is_empty());
    let acme = fixture.customer("acme").await;
    fixture.instance(&acme).await;
    fixture.instance(&acme).await;
    assert_eq!(fixture.read().documents().versions_in_use("ticket-alerts").await.unwrap(), [1]);
}

#[tokio::test]
async fn checks_are_listed_newest_first_to_those_who_may_see_them() {
    let fixture = Fixture::new().await;
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    let connection = fixture.connection(&fixture.instance(&acme).await, "zendesk").await;
    let neighbour = fixture.connection(&fixture.instance(&acme).await, "zendesk").await;
    let outcomes = [
        CheckOutcome::NotDeclared,
        CheckOutcome::Failed { reason: Reason::AuthRejected },
        CheckOutcome::Passed { account: Some("kim".into()) },
    ];
    let run = |at, outcome: &CheckOutcome| CheckRun { at: later(at), outcome: outcome.clone(), latency_ms: 12, trigger: CheckTrigger::Api };
    let mut work = fixture.begin().await;
    for (at, outcome) in (0..).zip(&outcomes) {
        work.checks().insert(connection.id, &run(at, outcome)).await.unwrap();
    }
    let listed = work.checks().list(scope_of(&acme), connection.id, 2).await.unwrap();
    assert_eq!(listed[0], run(2, &outcomes[2]));
    assert_eq!(listed.iter().map(|check| &check.outcome).collect::<Vec<_>>(), [&outcomes[2], &outcomes[1]]);
    assert!(work.checks().list(scope_of(&other), connection.id, 2).await.unwrap().is_empty());
    work.checks().insert(neighbour.id, &run(3, &outcomes[0])).await.unwrap();
    for at in 4..40 {
        work.checks().insert(connection.id, &run(at, &outcomes[2])).await.unwrap();
    }
    let kept = work.checks().list(scope_of(&acme), connection.id, 100).await.unwrap();
    assert_eq!((kept.len() as i64, kept[0].at, kept[19].at), (HISTORY, later(39), later(20)));
    assert_eq!(work.checks().list(scope_of(&acme), neighbour.id, 100).await.unwrap().len(), 1, "another's are not touched");
}

#[tokio::test]
async fn the_audit_tells_who_did_what_newest_first() {
    let fixture = Fixture::new().await;
    let (acme, other) = (CustomerId::from_uuid(id()), CustomerId::from_uuid(id()));
    let actors = [
        Actor::CustomerUser { customer_id: acme, link_id: Some(LinkId::from_uuid(id())), user: None },
        Actor::OrgUser { id: UserId::from_uuid(id()), role: Role::Admin },
        Actor::ApiKey { id: ApiKeyId::from_uuid(id()) },
        Actor::System,
    ];
    let mut work = fixture.begin().await;
    work.audit().make_chains().await.unwrap();
    let mut ids = Vec::new();
    for actor in actors {
        let event = AuditEvent {
            id: AuditEventId::from_uuid(id()),
            at: NOW,
            actor,
            action: AuditAction::ConnectionSaved,
            customer_id: Some(acme),
            instance_id: None,
            connection_id: Some(ConnectionId::from_uuid(id())),
            detail: json!({"fields": ["token"]}),
        };
        append(&mut work, &event).await;
        let newest = work.audit().list(ORGANIZATION, &AuditFilter::default(), None, 1).await.unwrap();
        assert_eq!(format!("{newest:?}"), format!("{:?}", [&event]));
        let of_it = AuditFilter { connection: event.connection_id, customer: Some(acme), ..AuditFilter::default() };
        assert_eq!(work.audit().list(Scope::Customer(acme), &of_it, None, 9).await.unwrap().len(), 1);
        ids.insert(0, event.id);
    }
    work.commit().await.unwrap();
    let mut work = fixture.begin().await;
    let narrow = [
        (AuditFilter { actor_kind: Some(ActorKind::ApiKey), ..AuditFilter::default() }, 1),
        (AuditFilter { actor_id: Some(Uuid::from_u128(u128::MAX)), ..AuditFilter::default() }, 0),
        (AuditFilter { action: Some(AuditAction::ConnectionSaved), ..AuditFilter::default() }, 4),
        (AuditFilter { action: Some(AuditAction::LinkCreated), ..AuditFilter::default() }, 0),
        (AuditFilter { integration: Some(key("ticket-alerts")), ..AuditFilter::default() }, 0),
        (AuditFilter { until: Some(Timestamp::from_millis(-1)), customer: Some(acme), ..AuditFilter::default() }, 0),
    ];
    for (filter, count) in narrow {
        assert_eq!(work.audit().list(ORGANIZATION, &filter, None, 9).await.unwrap().len(), count, "{filter:?}");
    }
    let page = work.audit().list(Scope::Customer(acme), &AuditFilter::default(), Some(ids[0]), 2).await.unwrap();
    assert_eq!(page.iter().map(|event| event.id).collect::<Vec<_>>(), ids[1..3]);
    assert!(work.audit().list(Scope::Customer(other), &AuditFilter::default(), None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn reads_of_one_minute_add_up() {
    let fixture = Fixture::new().await;
    let (connection, api_key) = (ConnectionId::from_uuid(id()), ApiKeyId::from_uuid(id()));
    let mut work = fixture.begin().await;
    for (minute, count) in [(1, 2), (1, 3), (2, 1)] {
        work.credential_reads().add(connection, api_key, minute, count).await.unwrap();
    }
    work.commit().await.unwrap();
    let Engine::Sqlite { read, .. } = &fixture.store.engine else { return };
    let reads: Vec<(i64, i64)> =
        sqlx::query_as("SELECT minute, reads FROM credential_reads ORDER BY minute").fetch_all(read).await.unwrap();
    assert_eq!(reads, [(1, 5), (2, 1)]);
}
