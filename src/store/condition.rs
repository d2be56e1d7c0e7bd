//! How the database itself is: what it is, what it is set to, and whether it is whole. Changes nothing.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use sqlx::SqlitePool;

use super::{
    Store, StoreError,
    engine::Engine,
    postgres::Postgres,
    statement::{fetch, statements},
};
use crate::domain::time::Timestamp;

#[derive(Debug)]
pub enum Condition {
    Sqlite(SqliteCondition),
    Postgres(PostgresCondition),
}

#[derive(Debug)]
pub struct SqliteCondition {
    pub file: PathBuf,
    pub file_bytes: u64,
    /// Permission bits.
    pub file_mode: u32,
    pub is_writable: bool,
    /// On its disk; `None` where the system does not tell.
    pub free_bytes: Option<u64>,
    pub journal_mode: String,
    /// 2 is FULL.
    pub synchronous: i64,
}

#[derive(Debug)]
pub struct PostgresCondition {
    pub version: String,
    pub major_version: i64,
    /// A standby, or a server or a role that only reads.
    pub is_read_only: bool,
    /// `off` acknowledges what a crash of the server loses.
    pub synchronous_commit: String,
    /// A pooler in transaction mode is between.
    pub shares_processes: bool,
    /// Of its clock, when it answered.
    pub clock_millis: i64,
    /// Its role is a superuser or has BYPASSRLS: row-level security does not hold for it.
    pub is_above_policies: bool,
}

/// Of the tokens that are renewed by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refreshes {
    pub planned: u64,
    /// Due before the given moment, and not done.
    pub overdue: u64,
    pub failing: u64,
}

statements! {
    REFRESHES = both(
        "SELECT COUNT(*), COUNT(CASE WHEN refresh_at < $1 THEN 1 END), COUNT(CASE WHEN refresh_failures > 0 THEN 1 END)
         FROM connections WHERE refresh_at IS NOT NULL"
    );
}

impl Store {
    /// Reads every plan: for a person who asks, not for a request.
    pub async fn refreshes(&self, due_before: Timestamp) -> Result<Refreshes, StoreError> {
        let mut reader = self.read();
        let found = fetch!(fetch_one as (i64, i64, i64); reader.source, REFRESHES, due_before.as_millis())?;
        let (planned, overdue, failing) = (found.0.unsigned_abs(), found.1.unsigned_abs(), found.2.unsigned_abs());
        Ok(Refreshes { planned, overdue, failing })
    }

    pub async fn condition(&self) -> Result<Condition, StoreError> {
        Ok(match &self.engine {
            Engine::Sqlite { write, .. } => Condition::Sqlite(sqlite(write).await?),
            Engine::Postgres(pools) => Condition::Postgres(postgres(pools).await?),
        })
    }

    /// Whether row-level security does not hold for the role we are; on SQLite there is none to be above.
    pub async fn is_above_policies(&self) -> Result<bool, StoreError> {
        match &self.engine {
            Engine::Sqlite { .. } => Ok(false),
            Engine::Postgres(pools) => Ok(postgres(pools).await?.is_above_policies),
        }
    }

    /// What is wrong with the bytes of a SQLite file: mostly nothing. Reads all of it. On Postgres that is the server's to know.
    pub async fn damages(&self) -> Result<Vec<String>, StoreError> {
        let Engine::Sqlite { read, .. } = &self.engine else { return Ok(Vec::new()) };
        let found: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check").fetch_all(read).await?;
        Ok(found.into_iter().map(|(line,)| line).filter(|line| line != "ok").collect())
    }
}

async fn sqlite(pool: &SqlitePool) -> Result<SqliteCondition, StoreError> {
    let (file,): (String,) = sqlx::query_as("SELECT file FROM pragma_database_list WHERE name = 'main'").fetch_one(pool).await?;
    let (journal_mode,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(pool).await?;
    let (synchronous,): (i64,) = sqlx::query_as("PRAGMA synchronous").fetch_one(pool).await?;
    let file = PathBuf::from(file);
    let metadata = std::fs::metadata(&file).ok();
    Ok(SqliteCondition {
        file_bytes: metadata.as_ref().map_or(0, std::fs::Metadata::len),
        file_mode: metadata.map_or(0, |metadata| metadata.permissions().mode() & 0o777),
        is_writable: is_writable(&file) && file.parent().is_none_or(is_writable),
        free_bytes: rustix::fs::statvfs(&file).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)),
        file,
        journal_mode,
        synchronous,
    })
}

fn is_writable(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

async fn postgres(pools: &Postgres) -> Result<PostgresCondition, StoreError> {
    let mut begun = pools.begin().await?;
    let condition: (String, i64, bool, String, i64, bool) = sqlx::query_as(
        "SELECT current_setting('server_version'), current_setting('server_version_num')::bigint,
         pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean, current_setting('synchronous_commit'),
         (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint,
         (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)",
    )
    .persistent(false)
    .fetch_one(&mut *begun)
    .await?;
    let (version, number, is_read_only, synchronous_commit, clock_millis, is_above_policies) = condition;
    Ok(PostgresCondition {
        version,
        major_version: number / 10_000,
        is_read_only,
        synchronous_commit,
        shares_processes: pools.is_shared,
        clock_millis,
        is_above_policies,
    })
}
