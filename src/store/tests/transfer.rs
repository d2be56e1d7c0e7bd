//! What a transfer lists is what there is, and what it brings is what was there: over more than a page, with keys of several columns.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AssertSqlSafe;

use super::*;
use crate::{
    domain::{
        access::{ApiKey, KeyReach},
        check::{CheckOutcome, CheckRun, CheckTrigger},
        ids::ApiKeyId,
    },
    store::transfer::Begun,
};

/// No cryptography here: enough to tell rows apart.
fn hash(bytes: &[u8]) -> [u8; 32] {
    let mut sum = [0u8; 32];
    for (at, byte) in bytes.iter().enumerate() {
        let place = &mut sum[at % 32];
        *place = place.wrapping_mul(31).wrapping_add(*byte).rotate_left(3);
    }
    sum
}

async fn names(store: &Store, sqlite: &str, postgres: &str) -> Vec<(String, String)> {
    match &store.engine {
        Engine::Sqlite { read, .. } => sqlx::query_as(AssertSqlSafe(sqlite)).fetch_all(read).await.unwrap(),
        Engine::Postgres(pools) => {
            let mut begun = pools.begin().await.unwrap();
            sqlx::query_as(AssertSqlSafe(postgres)).persistent(false).fetch_all(&mut *begun).await.unwrap()
        }
    }
}

#[tokio::test]
async fn every_table_is_listed_with_its_key_and_behind_its_parents() {
    let fixture = Fixture::new().await;
    let keys = names(
        &fixture.store,
        "SELECT t.name, (SELECT group_concat(name, ' ') FROM (SELECT name FROM pragma_table_info(t.name) WHERE pk > 0 ORDER BY pk))
         FROM sqlite_schema t WHERE type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name <> '_sqlx_migrations'",
        "SELECT c.relname::text, string_agg(a.attname, ' ' ORDER BY array_position(i.indkey::int2[], a.attnum))
         FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
         WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> '_sqlx_migrations' GROUP BY c.relname",
    )
    .await;
    let listed: BTreeMap<_, _> = TABLES.iter().map(|table| (table.name.to_owned(), table.key.join(" "))).collect();
    let passing = |name: &String| crate::store::transfer::PASSING.contains(&name.as_str());
    assert_eq!(listed, keys.into_iter().filter(|(name, _)| !passing(name)).collect::<BTreeMap<_, _>>());
    let references = names(
        &fixture.store,
        "SELECT t.name, f.\"table\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
         WHERE contype = 'f' AND connamespace = current_schema()::regnamespace",
    )
    .await;
    assert!(references.len() > 5);
    let place = |name: &String| TABLES.iter().position(|table| table.name == name).unwrap();
    for (child, parent) in references {
        assert!(place(&parent) < place(&child), "{child} references {parent}");
    }
}

async fn organization(store: &Store) -> OrganizationRow {
    let row = OrganizationRow::new(OrganizationId::from_uuid(id()), "Acme".into(), Some(vec![1, 2]));
    let mut work = store.begin().await.unwrap();
    assert!(work.organization().insert(&row).await.unwrap().is_inserted());
    work.commit().await.unwrap();
    row
}

/// More rows than a page has, in tables whose key is an id, a number that Postgres counts, and several columns.
async fn seed(fixture: &Fixture) -> OrganizationRow {
    let organization = organization(&fixture.store).await;
    let acme = fixture.customer("acme").await;
    let instance = fixture.instance(&acme).await;
    let desk = fixture.connection(&instance, "desk").await;
    let key = ApiKey {
        used_at: None,
        id: ApiKeyId::from_uuid(id()),
        name: "runtime".into(),
        key_hash: [9; 32],
        scopes: BTreeSet::new(),
        created_at: NOW,
        reach: KeyReach::Organization,
        revoked_at: None,
        expires_at: None,
    };
    let mut work = fixture.begin().await;
    work.api_keys().insert(&key).await.unwrap();
    for at in 0..1_201_i64 {
        work.checks().insert(desk.id, &passed(at)).await.unwrap();
        work.credential_reads().add(desk.id, key.id, at / 7, at + 1).await.unwrap();
        let answer = StoredAnswer { request_hash: [3; 32], status: 200, body: format!("{{\"z\": {at}, \"a\":1.50}}") };
        assert!(work.idempotency().insert(key.id, &format!("Key-{at} é"), &answer, NOW).await.unwrap().is_inserted());
    }
    work.commit().await.unwrap();
    organization
}

async fn fill(from: &Store, to: &Store, organization: &OrganizationRow) {
    let Begun::Filling(filling) = to.fill(organization.id).await.unwrap() else { panic!("it cannot be filled") };
    let mut snapshot = from.snapshot().await.unwrap();
    for table in snapshot.tables() {
        filling.copy(&mut snapshot, table, |_| ()).await.unwrap();
    }
    filling.finish().await.unwrap();
}

async fn assert_the_same(one: &Store, other: &Store) -> u64 {
    let (mut one, mut other, mut rows) = (one.snapshot().await.unwrap(), other.snapshot().await.unwrap(), 0);
    for table in one.tables() {
        let digest = one.digest(table, hash).await.unwrap();
        assert_eq!(digest, other.digest(table, hash).await.unwrap(), "{}", table.name);
        assert_eq!(digest.rows, one.count(table).await.unwrap());
        rows += digest.rows;
    }
    rows
}

#[tokio::test]
async fn there_and_back_again_everything_is_the_same() {
    let fixture = Fixture::new().await;
    let organization = seed(&fixture).await;
    let file = Store::open(&format!("sqlite://{}", fixture.directory.path().join("moved.db").display())).await.unwrap();
    file.migrate().await.unwrap();
    fill(&fixture.store, &file, &organization).await;
    assert!(assert_the_same(&fixture.store, &file).await > 1_300);
    let again = Fixture::new().await;
    fill(&file, &again.store, &organization).await;
    assert!(assert_the_same(&fixture.store, &again.store).await > 1_300);
    // What the engine counts up by itself goes on behind what came.
    let mut work = again.begin().await;
    let desk = again.read().connections().list_of_customer(ORGANIZATION, customer_of(&again).await).await.unwrap().remove(0);
    work.checks().insert(desk.id, &passed(1)).await.unwrap();
    work.commit().await.unwrap();
}

async fn customer_of(fixture: &Fixture) -> CustomerId {
    let acme = crate::domain::customer::CustomerRef::External("acme".into());
    fixture.read().customers().find(ORGANIZATION, &acme).await.unwrap().unwrap().id
}

#[tokio::test]
async fn a_change_of_one_cell_is_seen() {
    let fixture = Fixture::new().await;
    seed(&fixture).await;
    let table = TABLES.iter().find(|table| table.name == "connections").unwrap();
    let before = fixture.store.snapshot().await.unwrap().digest(table, hash).await.unwrap();
    assert_eq!((before.rows, before.sealed), (1, 1));
    let change = "UPDATE connections SET account = ''";
    match &fixture.store.engine {
        Engine::Sqlite { write, .. } => drop(sqlx::query(change).execute(write).await.unwrap()),
        Engine::Postgres(pools) => {
            let mut begun = pools.begin().await.unwrap();
            sqlx::query(change).persistent(false).execute(&mut *begun).await.unwrap();
            begun.commit().await.unwrap();
        }
    }
    assert_ne!(before, fixture.store.snapshot().await.unwrap().digest(table, hash).await.unwrap());
}

#[tokio::test]
async fn a_snapshot_stays_what_it_was_whoever_writes() {
    let fixture = Fixture::new().await;
    fixture.customer("acme").await;
    let mut snapshot = fixture.store.snapshot().await.unwrap();
    fixture.customer("globex").await;
    let customers = TABLES.iter().find(|table| table.name == "customers").unwrap();
    assert_eq!(snapshot.count(customers).await.unwrap(), 1);
    assert_eq!(snapshot.digest(customers, hash).await.unwrap().rows, 1);
    assert_eq!(fixture.store.snapshot().await.unwrap().count(customers).await.unwrap(), 2);
}

#[tokio::test]
async fn only_an_empty_database_or_one_begun_for_the_same_organization_is_filled() {
    let fixture = Fixture::new().await;
    let (one, other) = (OrganizationId::from_uuid(id()), OrganizationId::from_uuid(id()));
    assert!(matches!(fixture.store.fill(one).await.unwrap(), Begun::Filling(_)));
    assert!(fixture.store.is_being_filled().await.unwrap());
    let Begun::AnotherOrganization(named) = fixture.store.fill(other).await.unwrap() else { panic!("it was begun for {one}") };
    assert_eq!(named, one.to_string());
    let Begun::Filling(filling) = fixture.store.fill(one).await.unwrap() else { panic!("it goes on") };
    filling.finish().await.unwrap();
    assert!(!fixture.store.is_being_filled().await.unwrap());
    fixture.customer("acme").await;
    let Begun::Occupied(tables) = fixture.store.fill(one).await.unwrap() else { panic!("acme is there") };
    assert_eq!(tables, [("customers", 1)]);
}

fn passed(latency_ms: i64) -> CheckRun {
    CheckRun { at: NOW, outcome: CheckOutcome::Passed { account: None }, latency_ms, trigger: CheckTrigger::Api }
}
