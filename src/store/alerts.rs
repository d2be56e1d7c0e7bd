//! Alerts: opened once a cause, whoever finds it; closed once it is gone.

mod told;

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    alert::{Alert, AlertKind, EXPIRING_SECONDS, LEFT_SECONDS, NewAlert, Subject},
    ids::{AlertId, ConnectionId, CustomerId, InstanceId, UserId},
    time::Timestamp,
};

pub use told::Subscriber;

#[cfg(test)]
pub(super) use told::ALL as TOLD_STATEMENTS;

/// The organization's own, about all customers: they take no scope.
pub struct Alerts<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct SubjectRow {
    customer_id: Option<Uuid>,
    instance_id: Option<Uuid>,
    connection_id: Option<Uuid>,
    reason: Option<String>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    customer_id: Option<Uuid>,
    instance_id: Option<Uuid>,
    connection_id: Option<Uuid>,
    reason: Option<String>,
    opened_at: i64,
    acknowledged_at: Option<i64>,
    closed_at: Option<i64>,
    customer: Option<String>,
    integration_key: Option<String>,
    slot: Option<String>,
    definition: Option<String>,
    connector: Option<String>,
    account: Option<String>,
    ends_at: Option<i64>,
    muted_until: Option<i64>,
}

/// No alert of this kind is open about it.
macro_rules! unalerted {
    ($kind:literal, $subject:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM alerts a WHERE a.kind = '",
            $kind,
            "' AND a.subject_id = ",
            $subject,
            " AND a.closed_at IS NULL)"
        )
    };
}
macro_rules! of_connection {
    () => {
        "SELECT c.customer_id, c.instance_id, c.id AS connection_id, c.reason FROM connections c WHERE c.owner <> 'test' AND "
    };
}
/// `$failed`: of an outcome, in the engine's words.
macro_rules! failing {
    ($failed:literal) => {
        concat!(
            of_connection!(),
            "c.status IN ('connected', 'not_working') AND c.id IN (SELECT k.connection_id FROM checks k WHERE ",
            $failed,
            " GROUP BY k.connection_id HAVING COUNT(*) >= $1) AND (SELECT COUNT(*) FROM
             (SELECT k.outcome FROM checks k WHERE k.connection_id = c.id ORDER BY k.id DESC LIMIT $1) k WHERE ",
            $failed,
            ") >= $1 AND ",
            unalerted!("check_failed", "c.id"),
            " LIMIT $2"
        )
    };
}
/// Whether the cause is there still; a word of the kind's own each.
macro_rules! gone {
    ($failed:literal) => {
        concat!(
            "SELECT a.id FROM alerts a LEFT JOIN connections c ON c.id = a.connection_id LEFT JOIN instances i ON i.id = a.instance_id
             WHERE a.closed_at IS NULL AND NOT COALESCE(CASE a.kind
                 WHEN 'needs_reconnecting' THEN c.status = 'needs_reconnecting'
                 WHEN 'check_failed' THEN c.status = 'not_working' OR (c.status = 'connected' AND EXISTS (SELECT 1 FROM
                     (SELECT k.outcome FROM checks k WHERE k.connection_id = c.id ORDER BY k.id DESC LIMIT 1) k WHERE ",
            $failed,
            "))
                 WHEN 'expiring' THEN c.status = 'connected' AND c.ends_at > $1 AND c.ends_at <= $2
                 WHEN 'wizard_left' THEN i.status = 'draft' AND i.updated_at <= $3
                 ELSE a.acknowledged_at IS NULL AND COALESCE(i.deployed_at, 0) < a.opened_at END, FALSE) LIMIT $4"
        )
    };
}
macro_rules! named {
    () => {
        "SELECT a.id, a.kind, a.customer_id, a.instance_id, a.connection_id, a.reason, a.opened_at, a.acknowledged_at, a.closed_at,
         u.name AS customer, i.integration_key,
         CASE WHEN c.user_id IS NULL THEN c.slot END AS slot, c.definition, c.connector, c.account, c.ends_at,
         (SELECT MAX(m.until_at) FROM alert_mutes m WHERE m.until_at > $1 AND (m.kind = a.kind OR m.kind IS NULL)
             AND (m.connection_id = a.connection_id OR m.connection_id IS NULL)) AS muted_until
         FROM alerts a LEFT JOIN customers u ON u.id = a.customer_id LEFT JOIN instances i ON i.id = a.instance_id
         LEFT JOIN connections c ON c.id = a.connection_id WHERE "
    };
}

statements! {
    NEEDS_RECONNECTING = both(concat!(
        of_connection!(), "c.status = 'needs_reconnecting' AND ", unalerted!("needs_reconnecting", "c.id"), " LIMIT $1"
    ));
    CHECK_FAILED = split {
        sqlite: failing!("json_extract(k.outcome, '$.outcome') = 'failed'"),
        postgres: failing!("k.outcome ->> 'outcome' = 'failed'"),
    };
    FAILURE_TOLD = both(concat!(
        of_connection!(), "c.status = 'not_working' AND c.failed_at IS NOT NULL AND ", unalerted!("check_failed", "c.id"), " LIMIT $1"
    ));
    EXPIRING = both(concat!(
        of_connection!(), "c.status = 'connected' AND c.ends_at > $1 AND c.ends_at <= $2 AND ", unalerted!("expiring", "c.id"), " LIMIT $3"
    ));
    WIZARD_LEFT = both(concat!(
        "SELECT i.customer_id, i.id AS instance_id, NULL AS connection_id, NULL AS reason FROM instances i
         WHERE i.status = 'draft' AND i.updated_at <= $1 AND i.reached_pages <> '[]' AND ", unalerted!("wizard_left", "i.id"), " LIMIT $2"
    ));
    GONE = split {
        sqlite: gone!("json_extract(k.outcome, '$.outcome') = 'failed'"),
        postgres: gone!("k.outcome ->> 'outcome' = 'failed'"),
    };
    INSERT = both(
        "INSERT INTO alerts (id, kind, subject_id, customer_id, instance_id, connection_id, reason, opened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (kind, subject_id) WHERE closed_at IS NULL DO NOTHING"
    );
    CLOSE = both("UPDATE alerts SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL");
    ACKNOWLEDGE = both(
        "UPDATE alerts SET acknowledged_at = $2, acknowledged_by = $3 WHERE id = $1 AND closed_at IS NULL AND acknowledged_at IS NULL"
    );
    RELEASE = both(
        "UPDATE alerts SET acknowledged_at = NULL, acknowledged_by = NULL WHERE id = $1 AND closed_at IS NULL AND acknowledged_at IS NOT NULL"
    );
    FIND = both(concat!(named!(), "a.id = $2"));
    LIST_OPEN = both(concat!(named!(), "a.closed_at IS NULL AND (a.id < $2 OR $2 IS NULL) ORDER BY a.id DESC LIMIT $3"));
    LIST_CLOSED = both(concat!(named!(), "a.closed_at IS NOT NULL AND (a.id < $2 OR $2 IS NULL) ORDER BY a.id DESC LIMIT $3"));
    COUNT_OPEN = both("SELECT COUNT(*) FROM alerts WHERE closed_at IS NULL AND acknowledged_at IS NULL");
    PURGE = both("DELETE FROM alerts WHERE closed_at < $1");
}

impl Alerts<'_> {
    /// What no alert is open about yet, at most so many of each kind. `failures`: so many checks in a row.
    pub async fn list_unalerted(&mut self, now: Timestamp, failures: i64, limit: i64) -> Result<Vec<(AlertKind, Subject)>, StoreError> {
        let until = now.plus_seconds(EXPIRING_SECONDS).as_millis();
        let left = now.plus_seconds(-LEFT_SECONDS).as_millis();
        let reconnect = fetch!(fetch_all as SubjectRow; self.source, NEEDS_RECONNECTING, limit)?;
        let mut failing = fetch!(fetch_all as SubjectRow; self.source, CHECK_FAILED, failures, limit)?;
        for told in fetch!(fetch_all as SubjectRow; self.source, FAILURE_TOLD, limit)? {
            if failing.iter().all(|row| row.connection_id != told.connection_id) {
                failing.push(told);
            }
        }
        let expiring = fetch!(fetch_all as SubjectRow; self.source, EXPIRING, now.as_millis(), until, limit)?;
        let left = fetch!(fetch_all as SubjectRow; self.source, WIZARD_LEFT, left, limit)?;
        let mut found = Vec::new();
        let kinds = [
            (AlertKind::NeedsReconnecting, reconnect),
            (AlertKind::CheckFailed, failing),
            (AlertKind::Expiring, expiring),
            (AlertKind::WizardLeft, left),
        ];
        for (kind, rows) in kinds {
            for row in rows {
                found.push((kind, Subject::try_from(row)?));
            }
        }
        Ok(found)
    }

    /// Open ones whose cause is not there any more.
    pub async fn list_gone(&mut self, now: Timestamp, limit: i64) -> Result<Vec<AlertId>, StoreError> {
        let (until, left) = (now.plus_seconds(EXPIRING_SECONDS).as_millis(), now.plus_seconds(-LEFT_SECONDS).as_millis());
        let rows = fetch!(fetch_all as (Uuid,); self.source, GONE, now.as_millis(), until, left, limit)?;
        Ok(rows.into_iter().map(|(id,)| AlertId::from_uuid(id)).collect())
    }

    /// False: one is open about the same already.
    pub async fn open(&mut self, alert: &NewAlert) -> Result<bool, StoreError> {
        let Some(cause) = alert.subject.cause() else { return Ok(false) };
        let rows = execute!(
            self.source,
            INSERT,
            alert.id.as_uuid(),
            alert.kind.as_str(),
            cause,
            alert.subject.customer_id.map(CustomerId::as_uuid),
            alert.subject.instance_id.map(InstanceId::as_uuid),
            alert.subject.connection_id.map(ConnectionId::as_uuid),
            alert.subject.reason.map(|reason| reason.code()),
            alert.opened_at.as_millis(),
        )?;
        Ok(rows == 1)
    }

    /// False: somebody else has.
    pub async fn close(&mut self, id: AlertId, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, CLOSE, id.as_uuid(), now.as_millis()).map(|rows| rows == 1)
    }

    /// False: it is closed, or somebody has.
    pub async fn acknowledge(&mut self, id: AlertId, by: UserId, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, ACKNOWLEDGE, id.as_uuid(), now.as_millis(), by.as_uuid()).map(|rows| rows == 1)
    }

    /// The opposite. False: it is closed, or nobody has.
    pub async fn release(&mut self, id: AlertId) -> Result<bool, StoreError> {
        execute!(self.source, RELEASE, id.as_uuid()).map(|rows| rows == 1)
    }

    pub async fn find(&mut self, id: AlertId, now: Timestamp) -> Result<Option<Alert>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, FIND, now.as_millis(), id.as_uuid())?;
        row.map(Alert::try_from).transpose()
    }

    /// Newest first; `cursor`: the last one of the page before.
    pub async fn list(&mut self, open: bool, cursor: Option<AlertId>, limit: i64, now: Timestamp) -> Result<Vec<Alert>, StoreError> {
        let statement = if open { LIST_OPEN } else { LIST_CLOSED };
        let rows = fetch!(fetch_all as Row; self.source, statement, now.as_millis(), cursor.map(AlertId::as_uuid), limit)?;
        rows.into_iter().map(Alert::try_from).collect()
    }

    /// Open, and taken by nobody.
    pub async fn count_open(&mut self) -> Result<i64, StoreError> {
        fetch!(fetch_one as (i64,); self.source, COUNT_OPEN).map(|(count,)| count)
    }

    /// Removes those closed before then.
    pub async fn purge(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, before.as_millis())
    }
}

fn kind(text: &str) -> Result<AlertKind, StoreError> {
    text.parse().map_err(|()| StoreError::unreadable("alerts.kind"))
}

impl TryFrom<SubjectRow> for Subject {
    type Error = StoreError;
    fn try_from(row: SubjectRow) -> Result<Self, StoreError> {
        Ok(Self {
            customer_id: row.customer_id.map(CustomerId::from_uuid),
            instance_id: row.instance_id.map(InstanceId::from_uuid),
            connection_id: row.connection_id.map(ConnectionId::from_uuid),
            reason: columns::reason(row.reason)?,
        })
    }
}

impl TryFrom<Row> for Alert {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let Row { customer_id, instance_id, connection_id, reason, .. } = row;
        Ok(Self {
            id: AlertId::from_uuid(row.id),
            kind: kind(&row.kind)?,
            subject: SubjectRow { customer_id, instance_id, connection_id, reason }.try_into()?,
            customer: row.customer,
            integration: row.integration_key.map(columns::key).transpose()?,
            slot: row.slot.map(columns::key).transpose()?,
            definition: row.definition.map(columns::key).transpose()?,
            connector: row.connector.map(columns::key).transpose()?,
            account: row.account,
            ends_at: columns::time(row.ends_at),
            opened_at: Timestamp::from_millis(row.opened_at),
            acknowledged_at: columns::time(row.acknowledged_at),
            closed_at: columns::time(row.closed_at),
            muted_until: columns::time(row.muted_until),
        })
    }
}
