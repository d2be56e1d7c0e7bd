//! The schema's history: the same numbers and names for both engines, embedded in the binary.

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

/// How many were applied. Several processes may call it at once: the engine's lock lets one through.
pub(super) async fn migrate(engine: &Engine) -> Result<u64, StoreError> {
    migrate_to(engine, i64::MAX).await
}

/// As `migrate`, up to and with that version.
pub(super) async fn migrate_to(engine: &Engine, version: i64) -> Result<u64, StoreError> {
    let before = applied(engine).await?.len();
    match engine {
        Engine::Sqlite { write, .. } => SQLITE.run_to(version, write).await?,
        Engine::Postgres { write, .. } => {
            // A connection of its own: a migration, and the wait for another process's, may outlast what a request may.
            let mut connection = write.acquire().await?.detach();
            connection.execute("SET statement_timeout = 0").await?;
            connection.execute("SET lock_timeout = 0").await?;
            POSTGRES.run_to(version, &mut connection).await?;
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

fn known(engine: &Engine) -> &'static Migrator {
    match engine {
        Engine::Sqlite { .. } => &SQLITE,
        Engine::Postgres { .. } => &POSTGRES,
    }
}

async fn applied(engine: &Engine) -> Result<Vec<i64>, StoreError> {
    let mut source = match engine {
        Engine::Sqlite { read, .. } => Source::SqlitePool(read),
        Engine::Postgres { read, .. } => Source::PostgresPool(read),
    };
    let (has_history,): (bool,) = fetch!(fetch_one as (bool,); source, HAS_HISTORY)?;
    let rows: Vec<(i64,)> = if has_history { fetch!(fetch_all as (i64,); source, HISTORY)? } else { Vec::new() };
    Ok(rows.into_iter().map(|(version,)| version).collect())
}

pub(super) fn name(migration: &Migration) -> String {
    format!("{:04}_{}", migration.version, migration.description.replace(' ', "_"))
}
