//! Bulk checks and their items. An item that has an outcome is done, whoever did it; the lease says who goes on with the rest.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::Scope,
    bulk_check::{BulkCheck, BulkProgress, BulkSelection},
    ids::{BulkCheckId, ConnectionId, UserId},
    key::Key,
    time::Timestamp,
};

pub struct BulkChecks<'a> {
    pub(super) source: Source<'a>,
}

/// Leave to work on it, as long as nobody else has a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BulkLease {
    pub id: BulkCheckId,
    pub fence: i64,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    integration_key: Option<String>,
    started_by: Uuid,
    role: String,
    created_at: i64,
    ended_at: Option<i64>,
}

#[derive(FromRow)]
struct LeasedRow {
    #[sqlx(flatten)]
    row: Row,
    fence: i64,
}

/// A connection with what came of it.
#[derive(FromRow)]
struct FoundRow {
    connection_id: Uuid,
    outcome: String,
}

statements! {
    INSERT = both(
        "INSERT INTO bulk_checks (id, integration_key, started_by, role, created_at) VALUES ($1, $2, $3, $4, $5)"
    );
    FILL = both(
        "INSERT INTO bulk_check_items (bulk_check_id, connection_id)
         SELECT $1, c.id FROM connections c JOIN instances i ON i.id = c.instance_id
         WHERE c.owner = 'slot' AND c.user_id IS NULL AND (i.integration_key = $2 OR $2 IS NULL)
         AND (c.status IN ('needs_reconnecting', 'not_working') OR (c.status = 'connected' AND NOT $3))"
    );
    FIND = both("SELECT id, integration_key, started_by, role, created_at, ended_at FROM bulk_checks WHERE id = $1");
    LIST = both(
        "SELECT id, integration_key, started_by, role, created_at, ended_at FROM bulk_checks ORDER BY id DESC LIMIT $1"
    );
    PROGRESS = both(
        "SELECT COALESCE(outcome, ''), COUNT(*) FROM bulk_check_items WHERE bulk_check_id = $1 GROUP BY outcome ORDER BY 2 DESC, 1"
    );
    LIST_FAILED = both(
        "SELECT connection_id, outcome FROM bulk_check_items
         WHERE bulk_check_id = $1 AND checked_at IS NOT NULL AND outcome NOT IN ('passed', 'not_declared', 'not_connected')
         ORDER BY outcome, connection_id LIMIT $2"
    );
    CLAIM = both(
        "UPDATE bulk_checks SET lease_until = $2, fence = fence + 1
         WHERE id = (SELECT id FROM bulk_checks WHERE ended_at IS NULL AND (lease_until IS NULL OR lease_until <= $1)
             ORDER BY created_at LIMIT 1)
         AND (lease_until IS NULL OR lease_until <= $1)
         RETURNING id, integration_key, started_by, role, created_at, ended_at, fence"
    );
    HAS_OPEN = both("SELECT EXISTS (SELECT 1 FROM bulk_checks WHERE ended_at IS NULL)");
    HOLD = both("UPDATE bulk_checks SET lease_until = $3 WHERE id = $1 AND fence = $2 AND ended_at IS NULL");
    LIST_OPEN = both(
        "SELECT connection_id FROM bulk_check_items WHERE bulk_check_id = $1 AND checked_at IS NULL ORDER BY connection_id LIMIT $2"
    );
    NOTE = both(
        "UPDATE bulk_check_items SET checked_at = $3, outcome = $4 WHERE bulk_check_id = $1 AND connection_id = $2 AND checked_at IS NULL"
    );
    END = both("UPDATE bulk_checks SET ended_at = $3, lease_until = NULL WHERE id = $1 AND fence = $2 AND ended_at IS NULL");
    PURGE = both("DELETE FROM bulk_checks WHERE created_at < $1");
}

impl BulkChecks<'_> {
    /// With the connections that there are to check now; how many these are.
    pub async fn insert(&mut self, bulk: &BulkCheck, selection: &BulkSelection) -> Result<u64, StoreError> {
        let (id, integration) = (bulk.id.as_uuid(), selection.integration.as_ref().map(Key::as_str));
        let (by, role) = (bulk.started_by.as_uuid(), bulk.role.as_str());
        execute!(self.source, INSERT, id, integration, by, role, bulk.created_at.as_millis())?;
        execute!(self.source, FILL, id, integration, selection.only_broken)
    }

    /// It is the organization's own: no customer finds it.
    pub async fn find(&mut self, scope: Scope, id: BulkCheckId) -> Result<Option<BulkCheck>, StoreError> {
        if scope != Scope::Organization {
            return Ok(None);
        }
        let row = fetch!(fetch_optional as Row; self.source.within(scope), FIND, id.as_uuid())?;
        row.map(BulkCheck::try_from).transpose()
    }

    /// The newest first.
    pub async fn list(&mut self, limit: i64) -> Result<Vec<BulkCheck>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, LIST, limit)?;
        rows.into_iter().map(BulkCheck::try_from).collect()
    }

    pub async fn progress(&mut self, id: BulkCheckId) -> Result<BulkProgress, StoreError> {
        let rows = fetch!(fetch_all as (String, i64); self.source, PROGRESS, id.as_uuid())?;
        let total = rows.iter().map(|(_, count)| count).sum();
        let outcomes: Vec<_> = rows.into_iter().filter(|(outcome, _)| !outcome.is_empty()).collect();
        Ok(BulkProgress { total, checked: outcomes.iter().map(|(_, count)| count).sum(), outcomes })
    }

    /// The first of those that do not work, each with its reason's code.
    pub async fn list_failed(&mut self, id: BulkCheckId, limit: i64) -> Result<Vec<(ConnectionId, String)>, StoreError> {
        let rows = fetch!(fetch_all as FoundRow; self.source, LIST_FAILED, id.as_uuid(), limit)?;
        Ok(rows.into_iter().map(|row| (ConnectionId::from_uuid(row.connection_id), row.outcome)).collect())
    }

    /// The oldest that nobody works on. `None`: there is none, or another one was faster.
    pub async fn claim(&mut self, now: Timestamp, until: Timestamp) -> Result<Option<(BulkCheck, BulkLease)>, StoreError> {
        let found = fetch!(fetch_optional as LeasedRow; self.source, CLAIM, now.as_millis(), until.as_millis())?;
        let Some(LeasedRow { row, fence }) = found else { return Ok(None) };
        let bulk = BulkCheck::try_from(row)?;
        let lease = BulkLease { id: bulk.id, fence };
        Ok(Some((bulk, lease)))
    }

    pub async fn has_open(&mut self) -> Result<bool, StoreError> {
        fetch!(fetch_one as (bool,); self.source, HAS_OPEN).map(|(open,)| open)
    }

    /// False: another one has it by now.
    pub async fn hold(&mut self, lease: BulkLease, until: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, HOLD, lease.id.as_uuid(), lease.fence, until.as_millis()).map(|rows| rows == 1)
    }

    pub async fn list_open(&mut self, id: BulkCheckId, limit: i64) -> Result<Vec<ConnectionId>, StoreError> {
        let rows = fetch!(fetch_all as (Uuid,); self.source, LIST_OPEN, id.as_uuid(), limit)?;
        Ok(rows.into_iter().map(|(id,)| ConnectionId::from_uuid(id)).collect())
    }

    /// Keeps the first outcome.
    pub async fn note(&mut self, id: BulkCheckId, connection: ConnectionId, outcome: &str, now: Timestamp) -> Result<(), StoreError> {
        execute!(self.source, NOTE, id.as_uuid(), connection.as_uuid(), now.as_millis(), outcome).map(drop)
    }

    pub async fn end(&mut self, lease: BulkLease, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, END, lease.id.as_uuid(), lease.fence, now.as_millis()).map(|rows| rows == 1)
    }

    /// Those that were started before; how many there were.
    pub async fn purge(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, before.as_millis())
    }
}

impl TryFrom<Row> for BulkCheck {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: BulkCheckId::from_uuid(row.id),
            integration: row.integration_key.map(columns::key).transpose()?,
            started_by: UserId::from_uuid(row.started_by),
            role: row.role.parse().map_err(|()| StoreError::unreadable("bulk_checks.role"))?,
            created_at: Timestamp::from_millis(row.created_at),
            ended_at: columns::time(row.ended_at),
        })
    }
}
