//! The processes that serve this database, and what each says of itself every few seconds. By the database's clock.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    StoreError,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::time::Timestamp;

pub struct Replicas<'a> {
    pub(super) source: Source<'a>,
}

/// One process, and the ids of the master keys it works with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    pub id: Uuid,
    /// For people: its machine and its address.
    pub name: String,
    pub opens_with: Vec<String>,
    pub seals_with: String,
    /// Of what waits in its memory, and in its spool, for the database.
    pub waiting_key_ids: Vec<String>,
    pub started_at: Timestamp,
    /// Since it was last seen.
    pub silent_seconds: i64,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    opens_with: String,
    seals_with: String,
    waiting_key_ids: String,
    started_at: i64,
    silent_seconds: i64,
}

macro_rules! sqlite_now {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}
macro_rules! postgres_now {
    () => {
        "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
    };
}
macro_rules! note {
    ($now:expr) => {
        concat!(
            "INSERT INTO replicas (id, name, opens_with, seals_with, waiting_key_ids, started_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, ",
            $now,
            ") ON CONFLICT (id) DO UPDATE SET seals_with = excluded.seals_with, waiting_key_ids = excluded.waiting_key_ids,
             seen_at = excluded.seen_at"
        )
    };
}
macro_rules! alive {
    ($now:expr) => {
        concat!(
            "SELECT id, name, opens_with, seals_with, waiting_key_ids, started_at, (",
            $now,
            " - seen_at) / 1000 AS silent_seconds
             FROM replicas WHERE seen_at > ",
            $now,
            " - $1 * 1000 ORDER BY name, id"
        )
    };
}

statements! {
    NOTE = split { sqlite: note!(sqlite_now!()), postgres: note!(postgres_now!()) };
    ALIVE = split { sqlite: alive!(sqlite_now!()), postgres: alive!(postgres_now!()) };
    FORGET = both("DELETE FROM replicas WHERE id = $1");
    PURGE = split {
        sqlite: concat!("DELETE FROM replicas WHERE seen_at <= ", sqlite_now!(), " - $1 * 1000"),
        postgres: concat!("DELETE FROM replicas WHERE seen_at <= ", postgres_now!(), " - $1 * 1000"),
    };
}

impl Replicas<'_> {
    /// It is alive: known from now on, or seen once more.
    pub async fn note(&mut self, replica: &Replica) -> Result<(), StoreError> {
        execute!(
            self.source,
            NOTE,
            replica.id,
            replica.name.as_str(),
            replica.opens_with.join(" "),
            replica.seals_with.as_str(),
            replica.waiting_key_ids.join(" "),
            replica.started_at.as_millis(),
        )
        .map(drop)
    }

    /// Those seen within so many seconds, by name.
    pub async fn alive(&mut self, within_seconds: i64) -> Result<Vec<Replica>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, ALIVE, within_seconds)?;
        Ok(rows.into_iter().map(Replica::from).collect())
    }

    pub async fn forget(&mut self, id: Uuid) -> Result<(), StoreError> {
        execute!(self.source, FORGET, id).map(drop)
    }

    /// Forgets those not seen for so many seconds.
    pub async fn purge(&mut self, silent_seconds: i64) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, silent_seconds)
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(ToOwned::to_owned).collect()
}

impl From<Row> for Replica {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            opens_with: words(&row.opens_with),
            seals_with: row.seals_with,
            waiting_key_ids: words(&row.waiting_key_ids),
            started_at: Timestamp::from_millis(row.started_at),
            silent_seconds: row.silent_seconds,
        }
    }
}
