//! What kind of failure the engine's own codes tell of: enough for whoever must answer, and no more.

use sqlx::postgres::PgDatabaseError;

/// Why the database did not do as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Its disk, or its share of one, is full. Nothing was saved.
    NoRoom,
    /// It cannot be reached, is read-only, or too busy: another try may succeed. Nothing was saved.
    Away,
    /// It went away while it committed: whether that was saved, only reading it again can tell.
    Unsure,
    /// A fault of ours, or of what is stored.
    Fault,
}

pub(super) fn of(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Trouble::Away,
        sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => of_postgres(error.code()),
            None => error.code().and_then(|code| code.parse().ok()).map_or(Trouble::Fault, of_sqlite),
        },
        _ => Trouble::Fault,
    }
}

/// It broke, or leads to a server that goes away or only reads: another connection may do better.
pub(super) fn is_of_the_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(error) => error.try_downcast_ref::<PgDatabaseError>().is_some_and(|error| {
            matches!(error.code(), READ_ONLY | "57P01" | "57P02" | "57P03" | "57P05") || error.code().starts_with("08")
        }),
        _ => false,
    }
}

/// `read_only_sql_transaction`.
const READ_ONLY: &str = "25006";

pub(super) fn is_read_only(error: &sqlx::Error) -> bool {
    let of_postgres = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    of_postgres.is_some_and(|error| error.code() == READ_ONLY)
}

/// A commit that was answered with a refusal did not happen; one that was not answered may have.
pub(super) fn of_commit(error: &sqlx::Error) -> Trouble {
    match (of(error), error.as_database_error()) {
        (Trouble::Away, Some(error)) if is_refused_commit(&error.code().unwrap_or_default()) => Trouble::Away,
        (Trouble::Away, _) => Trouble::Unsure,
        (trouble, _) => trouble,
    }
}

/// SQLITE_BUSY; `serialization_failure`, `deadlock_detected`.
fn is_refused_commit(code: &str) -> bool {
    matches!(code, "5" | "40001" | "40P01")
}

/// Another process holds a SQLite file, in whichever of the ways that has a code.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<i32>().ok());
    matches!(error, sqlx::Error::Database(of) if of.try_downcast_ref::<PgDatabaseError>().is_none())
        && code.is_some_and(|code| code & 0xff == 5)
}

/// Extended result codes (sqlite.org/rescode.html): the low byte is the primary one.
pub(super) fn of_sqlite(code: i32) -> Trouble {
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const READONLY: i32 = 8;
    const IOERR: i32 = 10;
    const FULL: i32 = 13;
    const CANTOPEN: i32 = 14;
    const PROTOCOL: i32 = 15;
    // The memory that readers and the writer share lies on the same disk, and cannot grow.
    const IOERR_SHMSIZE: i32 = IOERR | (19 << 8);
    match (code, code & 0xff) {
        (IOERR_SHMSIZE, _) | (_, FULL) => Trouble::NoRoom,
        (_, BUSY | LOCKED | READONLY | IOERR | CANTOPEN | PROTOCOL) => Trouble::Away,
        _ => Trouble::Fault,
    }
}

/// SQLSTATE (Postgres, appendix A).
pub(super) fn of_postgres(code: &str) -> Trouble {
    match code {
        "53100" => Trouble::NoRoom,
        // A primary that became a standby; a lock, a statement or a session that waited for too long; who must try again.
        "25006" | "25P03" | "55P03" | "57014" | "40001" | "40P01" => Trouble::Away,
        // It is starting, stopping, or has crashed.
        "57P01" | "57P02" | "57P03" | "57P05" => Trouble::Away,
        _ => match code.get(..2) {
            // Connections, resources, and what is outside of the database (I/O).
            Some("08" | "53" | "58") => Trouble::Away,
            _ => Trouble::Fault,
        },
    }
}
