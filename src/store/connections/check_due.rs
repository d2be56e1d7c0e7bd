//! When a connection is checked next. Claiming is one UPDATE that moves the time on: of any number of workers one wins.
//!
//! None of it is a new revision: a check changes nothing by being due.

use sqlx::FromRow;
use uuid::Uuid;

use super::Connections;
use crate::{
    domain::{connection_type::TypeRef, ids::ConnectionId, key::Key, time::Timestamp},
    store::{
        StoreError, columns,
        statement::{execute, fetch, statements},
    },
};

/// A check that should run now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueCheck {
    pub connection_id: ConnectionId,
    pub connector: Key,
    pub due_at: Timestamp,
    /// A step told of a failure that no check has looked into yet.
    pub after_failure: bool,
}

/// Connections that nobody has planned a check for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unscheduled {
    pub type_ref: TypeRef,
    pub connector_version: i64,
}

#[derive(FromRow)]
struct DueRow {
    id: Uuid,
    connector: String,
    check_at: i64,
    after_failure: bool,
}

macro_rules! unscheduled {
    () => {
        "check_at IS NULL AND NOT is_test AND status IN ('connected', 'not_working')"
    };
}

statements! {
    LIST_DUE = both(
        "SELECT id, connector, check_at, (failed_at IS NOT NULL AND failed_at >= COALESCE(failure_checked_at, 0)) AS after_failure
         FROM (SELECT id, connector, check_at, failed_at, failure_checked_at,
                   ROW_NUMBER() OVER (PARTITION BY connector ORDER BY check_at) AS place
               FROM connections WHERE check_at <= $1) AS due
         WHERE place <= $2 ORDER BY check_at"
    );
    FIND_DUE = both(
        "SELECT id, connector, check_at, (failed_at IS NOT NULL AND failed_at >= COALESCE(failure_checked_at, 0)) AS after_failure
         FROM connections WHERE id = $1 AND check_at <= $2"
    );
    CLAIM_CHECK = both(
        "UPDATE connections SET check_at = $3, failure_checked_at = COALESCE($4, failure_checked_at) WHERE id = $1 AND check_at = $2"
    );
    MOVE_CHECK = both("UPDATE connections SET check_at = $3 WHERE id = $1 AND check_at = $2");
    CHECK_AFTER_FAILURE = both(
        "UPDATE connections SET failed_at = $2,
         check_at = CASE WHEN failure_checked_at + $3 > $2 THEN failure_checked_at + $3 ELSE $2 END WHERE id = $1 RETURNING check_at"
    );
    LIST_UNSCHEDULED_TYPES =
        both(concat!("SELECT DISTINCT connector, connection_type, connector_version FROM connections WHERE ", unscheduled!()));
    LIST_UNSCHEDULED = both(concat!(
        "SELECT id FROM connections WHERE connector = $1 AND connection_type = $2 AND connector_version = $3 AND ", unscheduled!(),
        " LIMIT $4"
    ));
    SCHEDULE = both("UPDATE connections SET check_at = $2 WHERE id = $1 AND check_at IS NULL");
    NOTE_CHECKED = both("UPDATE connections SET checked_at = $3 WHERE id = $1 AND revision = $2");
}

impl Connections<'_> {
    /// At most so many of each connector, so that a slow one keeps no other waiting.
    pub async fn list_due_checks(&mut self, now: Timestamp, of_each_connector: i64) -> Result<Vec<DueCheck>, StoreError> {
        let rows = fetch!(fetch_all as DueRow; self.source, LIST_DUE, now.as_millis(), of_each_connector)?;
        rows.into_iter().map(DueCheck::try_from).collect()
    }

    pub async fn find_due_check(&mut self, id: ConnectionId, now: Timestamp) -> Result<Option<DueCheck>, StoreError> {
        let row = fetch!(fetch_optional as DueRow; self.source, FIND_DUE, id.as_uuid(), now.as_millis())?;
        row.map(DueCheck::try_from).transpose()
    }

    /// Ours until `until`, after which it is due again for whoever comes. False: somebody else has it.
    pub async fn claim_check(&mut self, due: &DueCheck, now: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        let looked_into = due.after_failure.then_some(now.as_millis());
        execute!(self.source, CLAIM_CHECK, due.connection_id.as_uuid(), due.due_at.as_millis(), until.as_millis(), looked_into)
            .map(|rows| rows == 1)
    }

    /// Only from `seen`: a failure told meanwhile keeps its own time. `None`: not by itself any more.
    pub async fn move_check(&mut self, id: ConnectionId, seen: Timestamp, next: Option<Timestamp>) -> Result<bool, StoreError> {
        execute!(self.source, MOVE_CHECK, id.as_uuid(), seen.as_millis(), columns::millis(next)).map(|rows| rows == 1)
    }

    /// When it is checked: now, but `apart_ms` after the last check that followed a failure. `None`: it is not there.
    pub async fn check_after_failure(&mut self, id: ConnectionId, now: Timestamp, apart_ms: i64) -> Result<Option<Timestamp>, StoreError> {
        let due = fetch!(fetch_optional as (i64,); self.source, CHECK_AFTER_FAILURE, id.as_uuid(), now.as_millis(), apart_ms)?;
        Ok(due.map(|(due,)| Timestamp::from_millis(due)))
    }

    /// The types of those that work, or should, and have no check ahead of them.
    pub async fn list_unscheduled_types(&mut self) -> Result<Vec<Unscheduled>, StoreError> {
        let rows = fetch!(fetch_all as (String, String, i64); self.source, LIST_UNSCHEDULED_TYPES)?;
        let unscheduled = |(connector, connection_type, connector_version)| {
            let type_ref = TypeRef { connector: columns::key(connector)?, connection_type: columns::key(connection_type)? };
            Ok(Unscheduled { type_ref, connector_version })
        };
        rows.into_iter().map(unscheduled).collect()
    }

    pub async fn list_unscheduled(&mut self, of: &Unscheduled, limit: i64) -> Result<Vec<ConnectionId>, StoreError> {
        let (connector, connection_type) = (of.type_ref.connector.as_str(), of.type_ref.connection_type.as_str());
        let rows = fetch!(
            fetch_all as (Uuid,); self.source, LIST_UNSCHEDULED, connector, connection_type, of.connector_version, limit
        )?;
        Ok(rows.into_iter().map(|(id,)| ConnectionId::from_uuid(id)).collect())
    }

    /// The first one.
    pub async fn schedule_check(&mut self, id: ConnectionId, at: Timestamp) -> Result<(), StoreError> {
        execute!(self.source, SCHEDULE, id.as_uuid(), at.as_millis()).map(drop)
    }

    /// A check that found all as it was. No new revision: nobody's save is in its way.
    pub async fn note_checked(&mut self, id: ConnectionId, revision: i64, at: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, NOTE_CHECKED, id.as_uuid(), revision, at.as_millis()).map(|rows| rows == 1)
    }
}

impl TryFrom<DueRow> for DueCheck {
    type Error = StoreError;
    fn try_from(row: DueRow) -> Result<Self, StoreError> {
        Ok(Self {
            connection_id: ConnectionId::from_uuid(row.id),
            connector: columns::key(row.connector)?,
            due_at: Timestamp::from_millis(row.check_at),
            after_failure: row.after_failure,
        })
    }
}
