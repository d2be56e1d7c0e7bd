//! The last checks of each connection, newest first.

use sqlx::{FromRow, types::Json};

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::Scope,
    check::{CheckOutcome, CheckRun, HISTORY},
    ids::ConnectionId,
    time::Timestamp,
};

pub struct Checks<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    checked_at: i64,
    outcome: Json<CheckOutcome>,
    latency_ms: i64,
    asked_by: String,
}

statements! {
    INSERT = both("INSERT INTO checks (connection_id, checked_at, outcome, latency_ms, asked_by) VALUES ($1, $2, $3, $4, $5)");
    PRUNE = both(
        "DELETE FROM checks WHERE connection_id = $1
         AND id NOT IN (SELECT id FROM checks WHERE connection_id = $1 ORDER BY id DESC LIMIT $2)"
    );
    LIST = both(
        "SELECT checks.checked_at, outcome, latency_ms, asked_by FROM checks JOIN connections ON connections.id = checks.connection_id
         WHERE checks.connection_id = $1 AND (customer_id = $2 OR $2 IS NULL) ORDER BY checks.id DESC LIMIT $3"
    );
}

impl Checks<'_> {
    /// The oldest beyond `HISTORY` go.
    pub async fn insert(&mut self, connection: ConnectionId, run: &CheckRun) -> Result<(), StoreError> {
        let id = connection.as_uuid();
        execute!(self.source, INSERT, id, run.at.as_millis(), Json(&run.outcome), run.latency_ms, run.trigger.as_str())?;
        execute!(self.source, PRUNE, id, HISTORY).map(drop)
    }

    pub async fn list(&mut self, scope: Scope, connection: ConnectionId, limit: i64) -> Result<Vec<CheckRun>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source.within(scope), LIST, connection.as_uuid(), columns::customer(scope), limit)?;
        rows.into_iter().map(CheckRun::try_from).collect()
    }
}

impl TryFrom<Row> for CheckRun {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            at: Timestamp::from_millis(row.checked_at),
            outcome: row.outcome.0,
            latency_ms: row.latency_ms,
            trigger: row.asked_by.parse().map_err(|()| StoreError::unreadable("checks.asked_by"))?,
        })
    }
}
