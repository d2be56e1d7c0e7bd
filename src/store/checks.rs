//! The checks that were run, newest first.

use sqlx::{FromRow, types::Json};

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{access::Scope, check::CheckOutcome, ids::ConnectionId, time::Timestamp};

pub struct Checks<'a> {
    pub(super) source: Source<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRecord {
    pub at: Timestamp,
    pub outcome: CheckOutcome,
    pub latency_ms: i64,
}

#[derive(FromRow)]
struct Row {
    checked_at: i64,
    outcome: Json<CheckOutcome>,
    latency_ms: i64,
}

statements! {
    INSERT = both("INSERT INTO checks (connection_id, checked_at, outcome, latency_ms) VALUES ($1, $2, $3, $4)");
    LIST = both(
        "SELECT checks.checked_at, outcome, latency_ms FROM checks JOIN connections ON connections.id = checks.connection_id
         WHERE checks.connection_id = $1 AND (customer_id = $2 OR $2 IS NULL) ORDER BY checks.id DESC LIMIT $3"
    );
}

impl Checks<'_> {
    pub async fn insert(
        &mut self,
        connection: ConnectionId,
        at: Timestamp,
        outcome: &CheckOutcome,
        latency_ms: i64,
    ) -> Result<(), StoreError> {
        execute!(self.source, INSERT, connection.as_uuid(), at.as_millis(), Json(outcome), latency_ms).map(drop)
    }

    pub async fn list(&mut self, scope: Scope, connection: ConnectionId, limit: i64) -> Result<Vec<CheckRecord>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, LIST, connection.as_uuid(), columns::customer(scope), limit)?;
        let record =
            |row: Row| CheckRecord { at: Timestamp::from_millis(row.checked_at), outcome: row.outcome.0, latency_ms: row.latency_ms };
        Ok(rows.into_iter().map(record).collect())
    }
}
