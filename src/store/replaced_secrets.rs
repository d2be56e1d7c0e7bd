//! Secrets that were replaced, for as long as one may go back to them. Sealed for the place that they had.

use sqlx::{FromRow, types::Json};

use super::{
    StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{access::Scope, credential::ReplacedSecret, ids::ConnectionId, time::Timestamp};

pub struct ReplacedSecrets<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    field: String,
    sealed: Json<SealedColumn>,
    set_by: String,
    replaced_at: i64,
    keep_until: i64,
}

statements! {
    KEEP = both(
        "INSERT INTO replaced_secrets (connection_id, field, sealed, set_by, key_ids, replaced_at, keep_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (connection_id, field) DO UPDATE SET sealed = excluded.sealed, set_by = excluded.set_by, key_ids = excluded.key_ids,
         replaced_at = excluded.replaced_at, keep_until = excluded.keep_until"
    );
    LIST = both(
        "SELECT r.field, r.sealed, r.set_by, r.replaced_at, r.keep_until FROM replaced_secrets r
         JOIN connections c ON c.id = r.connection_id
         WHERE r.connection_id = $1 AND (c.customer_id = $2 OR $2 IS NULL) AND r.keep_until > $3 ORDER BY r.field"
    );
    FORGET = both("DELETE FROM replaced_secrets WHERE connection_id = $1");
    PURGE = both("DELETE FROM replaced_secrets WHERE keep_until <= $1");
}

impl ReplacedSecrets<'_> {
    /// In place of the one that was kept before it.
    pub async fn keep(&mut self, connection: ConnectionId, kept: &ReplacedSecret) -> Result<(), StoreError> {
        execute!(
            self.source,
            KEEP,
            connection.as_uuid(),
            kept.field.to_string(),
            Json(SealedColumn(kept.sealed.clone())),
            kept.set_by.as_str(),
            columns::key_ids(std::iter::once(&kept.sealed)),
            kept.replaced_at.as_millis(),
            kept.keep_until.as_millis(),
        )
        .map(drop)
    }

    /// Those that one may still go back to.
    pub async fn list(&mut self, scope: Scope, connection: ConnectionId, now: Timestamp) -> Result<Vec<ReplacedSecret>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, LIST, connection.as_uuid(), columns::customer(scope), now.as_millis())?;
        rows.into_iter().map(ReplacedSecret::try_from).collect()
    }

    pub async fn forget(&mut self, connection: ConnectionId) -> Result<(), StoreError> {
        execute!(self.source, FORGET, connection.as_uuid()).map(drop)
    }

    /// How many there were.
    pub async fn purge(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, now.as_millis())
    }
}

impl TryFrom<Row> for ReplacedSecret {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            field: row.field.parse().map_err(|()| StoreError::unreadable("replaced_secrets.field"))?,
            sealed: row.sealed.0.0,
            set_by: row.set_by.parse().map_err(|()| StoreError::unreadable("replaced_secrets.set_by"))?,
            replaced_at: Timestamp::from_millis(row.replaced_at),
            keep_until: Timestamp::from_millis(row.keep_until),
        })
    }
}
