//! How each engine is opened: what is durable, who may write, how long one waits.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{OpenError, postgres::Postgres, trouble};

const SQLITE_READERS: u32 = 4;
/// A save that found no connection for so long is refused: who sent it should hear so while they are still there.
const WAIT: Duration = Duration::from_secs(5);
/// Of each connection, in KiB as the minus says. SQLite's own 2 MB are too few for a tally's indexes at ten thousand customers: read
/// again and again, they take twice the time.
const PAGE_CACHE: &str = "-12288";
/// More than there are statements: none is prepared twice.
const STATEMENTS: usize = 256;

/// A write sent to a `read` pool fails, on both engines.
#[derive(Clone, Debug)]
pub(super) enum Engine {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(Postgres),
}

impl Engine {
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let Some(path) = file_of(url) else { return open_postgres(url).await };
        if let Some(directory) = path.parent() {
            tokio::fs::create_dir_all(directory).await.map_err(OpenError::Directory)?;
        }
        // Nobody else reads it, nor what SQLite makes beside it with the same mode.
        let new = tokio::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await;
        match new {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(OpenError::File(error)),
            _ => open_sqlite(path, SqliteUse::Serving).await,
        }
    }

    pub async fn open_to_read(url: &str) -> Result<Self, OpenError> {
        match file_of(url) {
            Some(path) => open_sqlite(path, SqliteUse::Reading).await,
            None => open_postgres(url).await,
        }
    }
}

fn file_of(url: &str) -> Option<&Path> {
    url.strip_prefix("sqlite://").filter(|path| !path.is_empty() && *path != ":memory:").map(Path::new)
}

/// What a SQLite file is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SqliteUse {
    Serving,
    /// Made at one go, and thrown away if that fails: nothing need last before the end, and nothing lies beside it.
    Making,
    Reading,
}

pub(super) async fn open_sqlite(path: &Path, usage: SqliteUse) -> Result<Engine, OpenError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // NORMAL loses acknowledged commits in a power cut.
        .synchronous(if usage == SqliteUse::Making { SqliteSynchronous::Off } else { SqliteSynchronous::Full })
        .pragma("trusted_schema", "OFF")
        .statement_cache_capacity(STATEMENTS)
        .pragma("cache_size", PAGE_CACHE)
        .disable_statement_logging();
    // A file needs no ping before each use: it would double the cost of a short read.
    let pool = || SqlitePoolOptions::new().max_lifetime(None).idle_timeout(None).acquire_timeout(WAIT).test_before_acquire(false);
    // The writer comes first: it makes the file and its journal mode, which readers only find.
    let writer = match usage {
        SqliteUse::Serving => options.clone().create_if_missing(true).journal_mode(SqliteJournalMode::Wal).optimize_on_close(true, None),
        SqliteUse::Making => options.clone().journal_mode(SqliteJournalMode::Memory),
        SqliteUse::Reading => options.clone().read_only(true),
    };
    // A full disk makes SQLite roll back by itself, after which sqlx's own rollback fails and its count of transactions stays
    // wrong for good. Such a connection is not used again. Without the ping, one whose rollback is only queued would go too.
    let write = pool().max_connections(1).after_release(|connection, _| {
        Box::pin(async move {
            if connection.is_in_transaction() {
                connection.ping().await?;
            }
            Ok(!connection.is_in_transaction())
        })
    });
    let write = connected(write, writer).await.map_err(OpenError::Database)?;
    let reader = options.read_only(usage == SqliteUse::Reading).pragma("query_only", "ON");
    let read = connected(pool().max_connections(SQLITE_READERS), reader).await.map_err(OpenError::Database)?;
    Ok(Engine::Sqlite { read, write })
}

/// Another process may be changing the journal's mode, or recovering what a killed one left: for neither does SQLite wait by itself,
/// whatever its timeout.
async fn connected(pool: SqlitePoolOptions, options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    const PAUSE: Duration = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if trouble::is_busy(&error) && waited < WAIT => {
                tokio::time::sleep(PAUSE).await;
                waited += PAUSE;
            }
            opened => return opened,
        }
    }
}

async fn open_postgres(url: &str) -> Result<Engine, OpenError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(OpenError::UnknownKind);
    }
    Postgres::open(url).await.map(Engine::Postgres).map_err(OpenError::Database)
}
