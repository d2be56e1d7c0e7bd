//! The ceiling of a save: the engine's own commits, of one changed row each, on one connection, as durable as the product's.

use std::{path::Path, time::Duration};

use anyhow::Result;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{runtime::Runtime, sync::Mutex};

use super::clock::now;

pub struct Commits {
    runtime: Runtime,
    connection: Mutex<SqliteConnection>,
}

impl Commits {
    /// In a file of its own in `folder`, so on the same disk.
    pub fn open(folder: &Path) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join("commits.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let connection = runtime.block_on(async {
            let mut connection = SqliteConnection::connect_with(&options).await?;
            sqlx::query("CREATE TABLE counters (id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT").execute(&mut connection).await?;
            sqlx::query("INSERT INTO counters VALUES (1, 0)").execute(&mut connection).await?;
            anyhow::Ok(connection)
        })?;
        Ok(Self { runtime, connection: Mutex::new(connection) })
    }

    /// Commits a second.
    pub fn run(&self, time: Duration) -> Result<f64> {
        self.runtime.block_on(async {
            let mut connection = self.connection.lock().await;
            let (began, mut commits) = (now(), 0_u32);
            while began.elapsed() < time {
                let mut work = connection.begin_with("BEGIN IMMEDIATE").await?;
                sqlx::query("UPDATE counters SET value = value + 1 WHERE id = 1").execute(&mut *work).await?;
                work.commit().await?;
                commits += 1;
            }
            Ok(f64::from(commits) / began.elapsed().as_secs_f64())
        })
    }
}
