use super::*;
use crate::domain::{connection::ConnectionState, credential::TokenMeta, reason::Reason, refresh::Refresh};

fn shown(connection: &Connection) -> String {
    let envelopes = |credential: &SealedCredential| {
        credential.secrets.iter().map(|(field, (sealed, _))| (field.to_string(), sealed.envelope().to_vec())).collect::<Vec<_>>()
    };
    format!("{connection:?} {:?} {:?}", envelopes(&connection.credential), envelopes(&connection.draft))
}

fn connected(connection: &Connection) -> Connection {
    let meta = TokenMeta {
        token_type: "Bearer".into(),
        expires_at: Some(Timestamp::from_millis(NOW.as_millis() + 3_599_123)),
        obtained_at: NOW,
        scopes: vec!["read".into(), "write".into()],
        has_refresh_token: true,
        registration: None,
        refresh_expires_at: None,
        is_free_to_renew: false,
        given_by: Default::default(),
    };
    let mut credential = credential(2);
    credential.secrets.insert(SecretField::AccessToken, (sealed(1), SetBy::Customer));
    credential.secrets.insert(SecretField::RefreshToken, (sealed(1), SetBy::Customer));
    credential.token = Some(meta);
    let context = [("team".to_owned(), serde_json::json!({"id": 7, "names": ["a", null]}))].into();
    Connection { context, draft: self::credential(9), ..connection.clone().connect(credential, Some("kim@acme".into()), true, later(3)) }
}

async fn save(fixture: &Fixture, connection: &Connection) -> Option<i64> {
    let mut work = fixture.begin().await;
    let saved = work.connections().save(ORGANIZATION, connection).await.unwrap();
    work.commit().await.unwrap();
    saved
}

#[tokio::test]
async fn a_connection_comes_back_as_it_was_saved() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let instance = fixture.instance(&acme).await;
    let fresh = fixture.connection(&instance, "zendesk").await;
    let found = fixture.read().connections().find_in_slot(scope_of(&acme), instance.id, "zendesk").await.unwrap().unwrap();
    assert_eq!(shown(&found.connection), shown(&fresh));
    assert_eq!((found.integration_key, found.integration_version), (instance.integration_key.clone(), instance.integration_version));

    let whole = connected(&fresh);
    assert_eq!(save(&fixture, &whole).await, Some(1));
    let found = fixture.read().connections().find(scope_of(&acme), fresh.id).await.unwrap().unwrap();
    assert_eq!(shown(&found), shown(&Connection { revision: 1, ..whole }));

    let broken = found.require_reconnect(Reason::AuthNeedsReconnect, later(9));
    assert_eq!(save(&fixture, &broken).await, Some(2));
    let found = fixture.read().connections().find(ORGANIZATION, fresh.id).await.unwrap().unwrap();
    assert_eq!(found.state, ConnectionState::NeedsReconnecting(Reason::AuthNeedsReconnect));
    assert_eq!(save(&fixture, &broken).await, None, "stale");

    let mut work = fixture.begin().await;
    assert!(work.connections().delete(ORGANIZATION, fresh.id).await.unwrap());
    assert!(!work.connections().delete(ORGANIZATION, fresh.id).await.unwrap());
}

#[tokio::test]
async fn each_owner_has_its_place_and_a_taken_one_is_a_duplicate() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let instance = fixture.instance(&acme).await;
    let owners = [
        (ConnectionOwner::Slot { instance_id: instance.id, customer_id: acme.id, slot: key("zendesk") }, Insertion::Duplicate),
        (ConnectionOwner::Customer { customer_id: acme.id, definition: key("erp") }, Insertion::Duplicate),
        (ConnectionOwner::Organization { definition: key("erp") }, Insertion::Duplicate),
        (ConnectionOwner::DefinitionTest { definition: key("erp") }, Insertion::Duplicate),
        (ConnectionOwner::Test { integration: key("ticket-alerts"), slot: key("zendesk") }, Insertion::Duplicate),
    ];
    let mut work = fixture.begin().await;
    for (owner, a_second_one) in owners {
        let new = || Connection { id: ConnectionId::from_uuid(id()), owner: owner.clone(), ..connection_in(&instance, "x") };
        let first = new();
        assert_eq!(work.connections().insert(&first).await.unwrap(), Insertion::Inserted);
        assert_eq!(work.connections().insert(&new()).await.unwrap(), a_second_one, "{owner:?}");
        assert_eq!(work.connections().find(ORGANIZATION, first.id).await.unwrap().unwrap().owner, owner);
    }
    let (integration, slot) = (key("ticket-alerts"), key("zendesk"));
    assert!(work.connections().find_test(ORGANIZATION, &integration, &slot).await.unwrap().is_some());
    assert!(work.connections().find_test(scope_of(&acme), &integration, &slot).await.unwrap().is_none());
    assert_eq!(work.connections().list_of_instance(ORGANIZATION, instance.id).await.unwrap().len(), 1);
    assert_eq!(work.connections().list_of_customer(scope_of(&acme), acme.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn another_customers_scope_finds_and_changes_nothing() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let instance = fixture.instance(&acme).await;
    let connection = fixture.connection(&instance, "zendesk").await;
    let foreign = scope_of(&fixture.customer("other").await);
    let mut work = fixture.begin().await;
    assert!(work.connections().find(foreign, connection.id).await.unwrap().is_none());
    assert!(work.connections().find_in_slot(foreign, instance.id, "zendesk").await.unwrap().is_none());
    assert!(work.connections().list_of_instance(foreign, instance.id).await.unwrap().is_empty());
    assert!(work.connections().list_of_customer(foreign, acme.id).await.unwrap().is_empty());
    assert_eq!(work.connections().save(foreign, &connection).await.unwrap(), None);
    assert!(!work.connections().delete(foreign, connection.id).await.unwrap());
}

async fn claim(fixture: &Fixture, id: ConnectionId, seconds: i64) -> Option<i64> {
    let mut work = fixture.begin().await;
    let lease = work.connections().claim_lease(id, "replica", seconds).await.unwrap();
    work.commit().await.unwrap();
    lease.map(|lease| lease.fence)
}

async fn save_leased(fixture: &Fixture, connection: &Connection, fence: i64) -> bool {
    let mut work = fixture.begin().await;
    let saved = work.connections().save_leased(connection, fence).await.unwrap();
    work.commit().await.unwrap();
    saved
}

#[tokio::test]
async fn a_lease_has_one_holder_and_saving_ends_it() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let connection = fixture.connection(&instance, "zendesk").await;
    let fence = claim(&fixture, connection.id, 60).await.unwrap();
    assert_eq!(claim(&fixture, connection.id, 60).await, None);
    assert!(!save_leased(&fixture, &connection, fence + 1).await);
    assert!(save_leased(&fixture, &connected(&connection), fence).await);
    assert!(!save_leased(&fixture, &Connection { revision: 1, ..connection.clone() }, fence).await, "the lease has ended");

    let second = claim(&fixture, connection.id, 60).await.unwrap();
    assert!(second > fence);
    let mut work = fixture.begin().await;
    assert!(!work.connections().release_lease(connection.id, fence, false).await.unwrap());
    assert!(work.connections().release_lease(connection.id, second, false).await.unwrap());
    work.commit().await.unwrap();
    assert!(claim(&fixture, connection.id, 60).await.is_some());
}

async fn lapse(fixture: &Fixture, seconds: i64) {
    let sql = "UPDATE connections SET lease_until = lease_until - (60 + $1) * 1000";
    match &fixture.store.engine {
        Engine::Sqlite { write, .. } => drop(sqlx::query(sql).bind(seconds).execute(write).await.unwrap()),
        Engine::Postgres(pools) => {
            let mut begun = pools.begin().await.unwrap();
            sqlx::query(sql).bind(seconds).persistent(false).execute(&mut *begun).await.unwrap();
            begun.commit().await.unwrap();
        }
    }
}

async fn claim_due(fixture: &Fixture, limit: i64, seconds: i64) -> Vec<(ConnectionId, bool)> {
    let mut work = fixture.begin().await;
    let leases = work.connections().claim_due(&key("zendesk"), "worker", limit, later(seconds)).await.unwrap();
    work.commit().await.unwrap();
    leases.into_iter().map(|lease| (lease.id, lease.follows_unanswered)).collect()
}

#[tokio::test]
async fn due_rows_are_claimed_once_the_longest_due_first_and_no_more_than_asked_for() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let mut due = Vec::new();
    for (slot, seconds) in [("late", 30), ("early", 10), ("middle", 20), ("not yet", 99)] {
        let connection = fixture.connection(&instance, slot).await;
        let planned = Connection { refresh: Refresh::Fresh { due_at: later(seconds) }, ..connection };
        assert_eq!(save(&fixture, &planned).await, Some(1));
        due.push(planned.id);
    }
    fixture.connection(&instance, "idle").await;
    let fixture = &fixture;
    let connectors = async |seconds| fixture.read().connections().list_due_connectors(later(seconds)).await.unwrap();
    assert!(connectors(9).await.is_empty());
    assert_eq!(connectors(10).await, [key("zendesk")]);
    let mut first = claim_due(fixture, 2, 50).await;
    first.sort();
    assert_eq!(first, [(due[1], false), (due[2], false)]);
    assert_eq!(claim_due(fixture, 2, 50).await, [(due[0], false)]);
    assert!(claim_due(fixture, 2, 50).await.is_empty());
    // A holder that went quiet: readers follow it when its lease ends, the worker a minute later; both know what they follow.
    lapse(fixture, 0).await;
    assert!(claim_due(fixture, 9, 50).await.is_empty());
    lapse(fixture, 0).await;
    assert_eq!(claim_due(fixture, 1, 50).await, [(due[1], true)]);
}

#[tokio::test]
async fn a_retry_is_noted_without_a_new_revision_and_only_on_what_was_asked_with() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let connection = fixture.connection(&instance, "zendesk").await;
    let retry = Refresh::Idle.retry(Reason::Timeout, None, connection.id, NOW);
    let note = async |revision: i64, unknown: bool| {
        let fence = claim(&fixture, connection.id, 60).await.unwrap();
        let mut work = fixture.begin().await;
        let seen = Connection { revision, ..connection.clone() };
        let noted = work.connections().retry_later(&seen, retry, unknown, fence).await.unwrap();
        if !noted {
            assert!(work.connections().release_lease(connection.id, fence, unknown).await.unwrap());
        }
        work.commit().await.unwrap();
        let row = fixture.read().connections().find(ORGANIZATION, connection.id).await.unwrap().unwrap();
        (noted, row.revision, row.refresh, row.unanswered_since.is_some())
    };
    assert_eq!(note(9, false).await, (false, 0, Refresh::Idle, false));
    assert_eq!(note(0, true).await, (true, 0, retry, true));
    assert_eq!(note(0, false).await, (true, 0, retry, false));
}

#[tokio::test]
async fn a_holder_that_slept_past_its_lease_is_fenced_off() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let connection = fixture.connection(&instance, "zendesk").await;
    let asleep = claim(&fixture, connection.id, 0).await.unwrap();
    let awake = claim(&fixture, connection.id, 60).await.unwrap();
    assert!(!save_leased(&fixture, &connection, asleep).await);
    assert!(save_leased(&fixture, &connection, awake).await);
}

#[tokio::test]
async fn a_persons_save_during_a_refresh_is_not_overwritten() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let before = fixture.connection(&instance, "zendesk").await;
    let fence = claim(&fixture, before.id, 60).await.unwrap();
    assert_eq!(save(&fixture, &connected(&before)).await, Some(1));
    assert!(!save_leased(&fixture, &before, fence).await);
    let now = fixture.read().connections().find(ORGANIZATION, before.id).await.unwrap().unwrap();
    assert_eq!(now.account.as_deref(), Some("kim@acme"));
    assert!(save_leased(&fixture, &now, fence).await, "the lease is still held");
}

#[tokio::test]
async fn no_column_holds_more_of_a_secret_than_its_envelope() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let connection = fixture.connection(&instance, "zendesk").await;
    let Engine::Sqlite { read, .. } = &fixture.store.engine else { return };
    let row: (String, String) = sqlx::query_as("SELECT secrets, key_ids FROM connections WHERE id = $1")
        .bind(connection.id.as_uuid())
        .fetch_one(read)
        .await
        .unwrap();
    assert!(row.0.starts_with(r#"{"input:token":{"sealed":{"envelope":"AQJrM"#), "{}", row.0);
    assert_eq!(row.1, "k1");
}
