//! The schema's history: the same numbers and names for both engines, embedded in the binary. All that wait are applied in one
//! transaction, or none: a killed one left nothing.
//!
//! On Postgres a new table that names a customer, an instance or a connection needs its policy, as in `0009_walls.sql`: ENABLE and
//! FORCE ROW LEVEL SECURITY, and a `USING` that shows a customer's scope nothing of others. A test names the table that has none.

use sqlx::{
    Connection, Executor,
    migrate::{Migration, Migrator},
};

use super::{
    StoreError,
    engine::Engine,
    statement::{Source, fetch, statements},
};

pub(super) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(super) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How far a database's schema has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// In order; empty where nothing was ever migrated.
    pub applied: Vec<i64>,
    pub is_known: bool,
}

statements! {
    HAS_HISTORY = split {
        sqlite: "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations')",
        postgres: "SELECT to_regclass('_sqlx_migrations') IS NOT NULL",
    };
}

/// Not among `ALL`: on a fresh database there is no such table to prepare it against.
const HISTORY: super::statement::Statement = {
    let text = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
    super::statement::Statement { sqlite: text, postgres: text }
};

/// A migration, and the wait for another process's, may outlast what a request may. The lock ends with the transaction, so that it
/// works behind a pooler, and however the process ends.
const LOCKED: &str =
    "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL jackfield.scope = 'organization'; DEALLOCATE ALL; SELECT pg_advisory_xact_lock(7305512846510743900)";

/// How many were applied. Several processes may call it at once: the engine's lock lets one through.
pub(super) async fn migrate(engine: &Engine) -> Result<u64, StoreError> {
    migrate_to(engine, i64::MAX).await
}

/// As `migrate`, up to and with that version.
pub(super) async fn migrate_to(engine: &Engine, version: i64) -> Result<u64, StoreError> {
    let before = applied(engine).await?.len();
    match engine {
        Engine::Sqlite { write, .. } => {
            let mut transaction = write.begin_with("BEGIN IMMEDIATE").await?;
            unlocked(&SQLITE).run_to(version, &mut *transaction).await?;
            transaction.commit().await.map_err(StoreError::commit)?;
        }
        Engine::Postgres(pools) => {
            // A connection of its own: what it prepares is known to no other.
            let mut connection = pools.write.acquire().await?.detach();
            let mut transaction = connection.begin_with(LOCKED).await?;
            unlocked(&POSTGRES).run_to(version, &mut *transaction).await?;
            // Behind a pooler the session goes on, with what was prepared in it under names that others use.
            transaction.execute("DEALLOCATE ALL").await?;
            transaction.commit().await.map_err(StoreError::commit)?;
            connection.close().await?;
        }
    }
    Ok((applied(engine).await?.len() - before) as u64)
}

/// Names of those not applied yet (`0001_first`), without changing anything.
pub(super) async fn pending(engine: &Engine) -> Result<Vec<String>, StoreError> {
    let applied = applied(engine).await?;
    Ok(known(engine).iter().filter(|migration| !applied.contains(&migration.version)).map(name).collect())
}

/// Those applied, and whether this program knows every one of them: it does not when a newer one was here.
pub(super) async fn schema(engine: &Engine) -> Result<Schema, StoreError> {
    let applied = applied(engine).await?;
    let is_known = applied.iter().all(|version| known(engine).version_exists(*version));
    Ok(Schema { applied, is_known })
}

/// The lock is the transaction's.
fn unlocked(migrator: &Migrator) -> Migrator {
    let mut migrator = Migrator::with_migrations(migrator.iter().cloned().collect());
    migrator.set_locking(false);
    migrator
}

fn known(engine: &Engine) -> &'static Migrator {
    match engine {
        Engine::Sqlite { .. } => &SQLITE,
        Engine::Postgres(_) => &POSTGRES,
    }
}

async fn applied(engine: &Engine) -> Result<Vec<i64>, StoreError> {
    let mut source = match engine {
        Engine::Sqlite { read, .. } => Source::sqlite(read),
        Engine::Postgres(pools) => Source::postgres(pools),
    };
    let (has_history,): (bool,) = fetch!(fetch_one as (bool,); source, HAS_HISTORY)?;
    let rows: Vec<(i64,)> = if has_history { fetch!(fetch_all as (i64,); source, HISTORY)? } else { Vec::new() };
    Ok(rows.into_iter().map(|(version,)| version).collect())
}

pub(super) fn name(migration: &Migration) -> String {
    format!("{:04}_{}", migration.version, migration.description.replace(' ', "_"))
}
