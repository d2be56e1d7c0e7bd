//! Every statement and every migration, on the engine that is there.

use sqlx::{Executor, SqlSafeStr};

use super::*;
use crate::store::statement::Statement;

#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn all() -> Vec<(&'static str, Statement)> {
    [
        ALL,
        alerts::ALL,
        alerts::TOLD_STATEMENTS,
        api_keys::ALL,
        crate::store::attempts::ALL,
        crate::store::attempts::UNDECIDED_STATEMENTS,
        attention::ALL,
        audit::ALL,
        crate::store::bindings::ALL,
        audit::CHAIN_STATEMENTS,
        bulk_checks::ALL,
        checks::ALL,
        condition::ALL,
        crate::store::connections::ALL,
        crate::store::connections::CHECK_DUE_STATEMENTS,
        crate::store::connections::CONVERTED_STATEMENTS,
        crate::store::connections::DUE_STATEMENTS,
        crate::store::connections::LEASE_STATEMENTS,
        crate::store::connections::OWNED_STATEMENTS,
        crate::store::connections::USERS_STATEMENTS,
        credential_reads::ALL,
        customer_sso::ALL,
        customer_users::ALL,
        crate::store::customers::ALL,
        directory::ALL,
        documents::ALL,
        events::ALL,
        idempotency::ALL,
        crate::store::imports::ALL,
        crate::store::instances::ALL,
        invitations::ALL,
        links::ALL,
        mails::ALL,
        manifest_plans::ALL,
        matrix::ALL,
        migrations::ALL,
        org_users::ALL,
        organization::ALL,
        crate::store::registrations::ALL,
        rollups::ALL,
        replaced_secrets::ALL,
        replicas::ALL,
        sealed::ALL,
        password_resets::ALL,
        recovery_codes::ALL,
        search::ALL,
        crate::store::sessions::ALL,
        sign_in_links::ALL,
        sign_in_pauses::ALL,
        sso_attempts::ALL,
        crate::store::transfer::STATEMENTS[0],
        crate::store::transfer::STATEMENTS[1],
        crate::store::transfer::STATEMENTS[2],
        webhook_deliveries::ALL,
        webhook_endpoints::ALL,
    ]
    .concat()
}

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let fixture = Fixture::new().await;
    for (name, statement) in all() {
        let prepared = match &fixture.store.engine {
            Engine::Sqlite { write, .. } => write.prepare(statement.sqlite.into_sql_str()).await.map(drop),
            Engine::Postgres(pools) => {
                let mut begun = pools.begin().await.unwrap();
                // Behind a pooler the session has the names of others.
                begun.execute("DEALLOCATE ALL").await.unwrap();
                (&mut *begun).prepare(statement.postgres.into_sql_str()).await.map(drop)
            }
        };
        assert!(prepared.is_ok(), "{name}: {prepared:?}");
    }
}

#[test]
fn no_repository_is_missing_from_the_list() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut declared = 0;
    let mut waiting = vec![directory];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if !path.components().any(|part| part.as_os_str() == "tests") {
            declared += std::fs::read_to_string(path).unwrap().lines().filter(|line| line.ends_with("statements! {")).count();
        }
    }
    let listed: std::collections::BTreeSet<_> = all().iter().filter_map(|(name, _)| Some(name.rsplit_once("::")?.0)).collect();
    assert_eq!(listed.len(), declared);
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |migrator: &sqlx::migrate::Migrator| migrator.iter().map(migrations::name).collect::<Vec<_>>();
    assert_eq!(names(&migrations::SQLITE), names(&migrations::POSTGRES));
    assert!(!names(&migrations::SQLITE).is_empty());
}

#[tokio::test]
async fn migrations_are_applied_once_and_told_beforehand() {
    let fixture = Fixture::unmigrated().await;
    let all: Vec<String> = migrations::SQLITE.iter().map(migrations::name).collect();
    assert_eq!(fixture.store.pending_migrations().await.unwrap(), all);
    assert_eq!(fixture.store.migrate().await.unwrap(), all.len() as u64);
    assert_eq!(fixture.store.migrate().await.unwrap(), 0);
    assert!(fixture.store.pending_migrations().await.unwrap().is_empty());
}

#[tokio::test]
async fn several_processes_may_migrate_at_once() {
    let fixture = Fixture::unmigrated().await;
    let mut stores = Vec::new();
    for _ in 0..4 {
        stores.push(Store::open(&fixture.url).await.unwrap());
    }
    let migrations = stores.iter().map(Store::migrate);
    for applied in futures_util::future::join_all(migrations).await {
        applied.unwrap();
    }
    assert!(fixture.store.pending_migrations().await.unwrap().is_empty());
}
