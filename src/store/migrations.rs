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
    let waiting = pending(engine).await?.len();
    match engine {
        Engine::Sqlite { write, .. } => SQLITE.run(write).await?,
        Engine::Postgres { write, .. } => {
            // A connection of its own: a migration, and the wait for another process's, may outlast what a request may.
            let mut connection = write.acquire().await?.detach();
            connection.execute("SET statement_timeout = 0").await?;
            connection.execute("SET lock_timeout = 0").await?;
            POSTGRES.run(&mut connection).await?;
            connection.close().await?;
        }
    }
    Ok(waiting as u64)
}

/// Names of those not applied yet (`0001_first`), without changing anything.
pub(super) async fn pending(engine: &Engine) -> Result<Vec<String>, StoreError> {
    let (migrator, mut source) = match engine {
        Engine::Sqlite { read, .. } => (&SQLITE, Source::SqlitePool(read)),
        Engine::Postgres { read, .. } => (&POSTGRES, Source::PostgresPool(read)),
    };
    let (has_history,): (bool,) = fetch!(fetch_one as (bool,); source, HAS_HISTORY)?;
    let applied: Vec<(i64,)> = if has_history { fetch!(fetch_all as (i64,); source, HISTORY)? } else { Vec::new() };
    Ok(migrator.iter().filter(|migration| !applied.contains(&(migration.version,))).map(name).collect())
}

pub(super) fn name(migration: &Migration) -> String {
    format!("{:04}_{}", migration.version, migration.description.replace(' ', "_"))
}
