//! What a rotation reads and writes: every secret of every table, and never over what somebody saved meanwhile.

use std::collections::BTreeSet;

use regex::Regex;

use super::*;

/// Where repositories hold sealed secrets: file and column. `SealedTable` must know each of them, or a rotation would leave it under
/// the old key, and a move would not notice that it does not open.
fn held() -> BTreeSet<(String, String)> {
    let sealed =
        Regex::new(r"(?m)^\s+(?:pub )?(\w+): (?:Option<)?Json<(?:BTreeMap<String, SealedColumn>|SealedColumn|SecretColumns)>").unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let (mut held, mut waiting) = (BTreeSet::new(), vec![root.clone()]);
    while let Some(path) = waiting.pop() {
        let place = path.strip_prefix(&root).unwrap().with_extension("").display().to_string();
        if ["tests", "transfer", "sealed"].iter().any(|room| place.starts_with(room)) {
            continue;
        }
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        held.extend(sealed.captures_iter(&text).map(|found| (place.clone(), found[1].to_owned())));
    }
    held
}

#[test]
fn every_sealed_column_of_a_repository_is_known_to_a_rotation() {
    let file = |table: SealedTable| match table {
        SealedTable::Organizations => "organization",
        SealedTable::Documents => "documents",
        SealedTable::ClientRegistrations => "registrations",
        SealedTable::WebhookEndpoints => "webhook_endpoints",
        SealedTable::Mails => "mails",
        SealedTable::ManifestPlans => "manifest_plans",
        SealedTable::OrgUsers => "org_users",
        SealedTable::CustomerSso => "customer_sso",
        SealedTable::Imports => "imports",
        SealedTable::Attempts => "attempts",
        SealedTable::UndecidedAttempts => "attempts/undecided",
        SealedTable::ReplacedSecrets => "replaced_secrets",
        SealedTable::Connections => "connections/row",
    };
    let known = SealedTable::ALL.into_iter().flat_map(|table| table.columns().iter().map(move |(column, _)| (file(table), *column)));
    let known: BTreeSet<_> = known.map(|(file, column)| (file.to_owned(), column.to_owned())).collect();
    assert_eq!(held(), known, "add it to store/sealed/tables.rs: else a rotation leaves it under the old key");
}

fn under(key_id: u8, revision: i64) -> SealedSecret {
    let envelope = [[SealedSecret::VERSION, 2, b'k', key_id].as_slice(), &[9; 100]].concat();
    SealedSecret::from_envelope(envelope, revision).unwrap()
}

async fn connections(fixture: &Fixture, unless: Option<&str>) -> Vec<SealedRow> {
    fixture.read().sealed().page(SealedTable::Connections, Uuid::nil(), unless, 10).await.unwrap()
}

fn rewrapped(row: SealedRow) -> SealedRow {
    row.try_map(|_, sealed| Ok::<_, ()>(under(b'2', sealed.revision()))).unwrap()
}

async fn write(fixture: &Fixture, row: &SealedRow) -> bool {
    let mut work = fixture.begin().await;
    let written = work.sealed().rewrap(SealedTable::Connections, row).await.unwrap();
    work.commit().await.unwrap();
    written
}

#[tokio::test]
async fn a_row_is_rewrapped_once_and_nothing_else_of_it_changes() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let before = fixture.connection(&instance, "desk").await;
    let row = connections(&fixture, Some("k2")).await.remove(0);
    assert_eq!(row.secrets().count(), 1);
    assert!(write(&fixture, &rewrapped(row)).await);
    let after = fixture.read().connections().find(ORGANIZATION, before.id).await.unwrap().unwrap();
    assert_eq!(after.credential.secrets.values().next().unwrap().0.key_id(), "k2");
    assert_eq!((after.revision, after.credential.clear, after.updated_at), (before.revision, before.credential.clear, before.updated_at));
    assert!(connections(&fixture, Some("k2")).await.is_empty(), "it is done");
    assert_eq!(connections(&fixture, None).await.len(), 1);
    let usage = fixture.read().sealed().usage(SealedTable::Connections).await.unwrap();
    assert_eq!(usage, [("k2".to_owned(), 1)].into());
}

#[tokio::test]
async fn what_was_saved_since_it_was_read_is_left_alone() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let connection = fixture.connection(&instance, "desk").await;
    let row = connections(&fixture, None).await.remove(0);
    let mut work = fixture.begin().await;
    let newer = Connection { credential: credential(2), ..connection };
    assert!(work.connections().save(ORGANIZATION, &newer).await.unwrap().is_some());
    work.commit().await.unwrap();
    assert!(!write(&fixture, &rewrapped(row)).await);
    let kept = fixture.read().connections().find(ORGANIZATION, newer.id).await.unwrap().unwrap();
    assert_eq!(kept.credential.secrets.values().next().unwrap().0.revision(), 2);
}

#[tokio::test]
async fn a_row_that_a_save_holds_is_not_waited_for() {
    let fixture = Fixture::new().await;
    if matches!(fixture.store.engine, Engine::Sqlite { .. }) {
        // Whoever writes there is alone.
        return;
    }
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let connection = fixture.connection(&instance, "desk").await;
    let row = rewrapped(connections(&fixture, None).await.remove(0));
    let mut holding = fixture.begin().await;
    assert!(holding.connections().save(ORGANIZATION, &connection).await.unwrap().is_some());
    let passed = tokio::time::timeout(std::time::Duration::from_secs(2), write(&fixture, &row)).await;
    assert_eq!(passed, Ok(false));
}

#[tokio::test]
async fn a_replica_is_alive_while_it_says_so() {
    let fixture = Fixture::new().await;
    let replica = Replica {
        id: id(),
        name: "web-1:8080".into(),
        opens_with: vec!["k2".into(), "k1".into()],
        seals_with: "k1".into(),
        waiting_key_ids: Vec::new(),
        started_at: NOW,
        silent_seconds: 0,
    };
    let mut work = fixture.begin().await;
    work.replicas().note(&replica).await.unwrap();
    let switched = Replica { seals_with: "k2".into(), waiting_key_ids: vec!["k1".into()], ..replica };
    work.replicas().note(&switched).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(fixture.read().replicas().alive(60).await.unwrap(), std::slice::from_ref(&switched));
    assert!(fixture.read().replicas().alive(-1).await.unwrap().is_empty());
    let mut work = fixture.begin().await;
    assert_eq!(work.replicas().purge(60).await.unwrap(), 0);
    work.replicas().forget(switched.id).await.unwrap();
    assert!(work.replicas().alive(60).await.unwrap().is_empty());
}
