//! The outbox of mails: due by the product's clock, leased by the database's, saved under a fence.

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    credential::SealedSecret,
    ids::MailId,
    mail::{MailSummary, NextTry, Outgoing},
    time::Timestamp,
};

/// They are the organization's, so they take no scope.
pub struct Mails<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct ClaimedRow {
    id: Uuid,
    recipient: String,
    letter: Json<SealedColumn>,
    tries: i64,
    fence: i64,
}

#[derive(FromRow)]
struct SummaryRow {
    id: Uuid,
    kind: String,
    recipient: String,
    status: String,
    failure: Option<String>,
    created_at: i64,
}

/// Unix milliseconds by the engine's clock, and who is free: nobody is at it, or whoever was has been gone for longer than a lease.
macro_rules! claim {
    ($now:literal, $lock:literal) => {
        concat!(
            "UPDATE mails SET status = 'delivering', fence = fence + 1, lease_until = $3 * 1000 + ",
            $now,
            " WHERE id IN (SELECT id FROM mails WHERE due_at <= $1 AND (status <> 'delivering' OR lease_until <= ",
            $now,
            ") ORDER BY due_at LIMIT $2",
            $lock,
            ") RETURNING id, recipient, letter, tries, fence"
        )
    };
}

statements! {
    INSERT = both(
        "INSERT INTO mails (id, kind, recipient, letter, key_ids, status, due_at, created_at) VALUES ($1, $2, $3, $4, $5, 'pending', $6, $6)"
    );
    CLAIM = split {
        sqlite: claim!("CAST(unixepoch('subsec') * 1000 AS INTEGER)", ""),
        postgres: claim!("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", " FOR UPDATE SKIP LOCKED"),
    };
    DUE = both("SELECT COUNT(*) FROM mails WHERE due_at <= $1");
    SENT = both(
        "UPDATE mails SET status = 'delivered', due_at = NULL, letter = NULL, key_ids = '', ended_at = $3, tries = tries + 1,
         failure = NULL, lease_until = NULL WHERE id = $1 AND fence = $2 AND status = 'delivering'"
    );
    RETRY = both(
        "UPDATE mails SET status = 'retrying', due_at = $3, failure = $4, tries = tries + 1, lease_until = NULL
         WHERE id = $1 AND fence = $2 AND status = 'delivering'"
    );
    GIVE_UP = both(
        "UPDATE mails SET status = 'given_up', due_at = NULL, letter = NULL, key_ids = '', ended_at = $3, failure = $4,
         tries = tries + 1, lease_until = NULL WHERE id = $1 AND fence = $2 AND status = 'delivering'"
    );
    LIST = both("SELECT id, kind, recipient, status, failure, created_at FROM mails ORDER BY id DESC LIMIT $1");
    PURGE = both("DELETE FROM mails WHERE ended_at < $1");
}

impl Mails<'_> {
    /// Due at once.
    pub async fn insert(
        &mut self,
        id: MailId,
        kind: &str,
        recipient: &str,
        letter: &SealedSecret,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (column, keys) = (Json(SealedColumn(letter.clone())), columns::key_ids(std::iter::once(letter)));
        execute!(self.source, INSERT, id.as_uuid(), kind, recipient, column, keys, now.as_millis()).map(drop)
    }

    /// Whether anything waits: asked of the readers, so that an empty outbox costs no write.
    pub async fn is_any_due(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        fetch!(fetch_one as (i64,); self.source, DUE, now.as_millis()).map(|(count,)| count > 0)
    }

    pub async fn claim(&mut self, now: Timestamp, limit: i64, lease_seconds: i64) -> Result<Vec<Outgoing>, StoreError> {
        let rows = fetch!(fetch_all as ClaimedRow; self.source, CLAIM, now.as_millis(), limit, lease_seconds)?;
        Ok(rows.into_iter().map(Outgoing::from).collect())
    }

    /// False: its lease had passed to someone else, whose word counts.
    pub async fn sent(&mut self, mail: &Outgoing, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, SENT, mail.id.as_uuid(), mail.fence, now.as_millis()).map(|rows| rows == 1)
    }

    /// `failure`: a code. False as for `sent`.
    pub async fn failed(&mut self, mail: &Outgoing, failure: &str, next: NextTry, now: Timestamp) -> Result<bool, StoreError> {
        let (statement, at) = match next {
            NextTry::At(at) => (RETRY, at),
            NextTry::GivenUp => (GIVE_UP, now),
        };
        execute!(self.source, statement, mail.id.as_uuid(), mail.fence, at.as_millis(), failure).map(|rows| rows == 1)
    }

    /// Newest first.
    pub async fn list(&mut self, limit: i64) -> Result<Vec<MailSummary>, StoreError> {
        let rows = fetch!(fetch_all as SummaryRow; self.source, LIST, limit)?;
        Ok(rows.into_iter().map(MailSummary::from).collect())
    }

    /// Removes those that ended before then.
    pub async fn purge(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, before.as_millis())
    }
}

impl From<ClaimedRow> for Outgoing {
    fn from(row: ClaimedRow) -> Self {
        Self {
            id: MailId::from_uuid(row.id),
            recipient: row.recipient,
            letter: row.letter.0.0,
            tries: usize::try_from(row.tries).unwrap_or(0),
            fence: row.fence,
        }
    }
}

impl From<SummaryRow> for MailSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: MailId::from_uuid(row.id),
            kind: row.kind,
            recipient: row.recipient,
            status: row.status,
            failure: row.failure,
            created_at: Timestamp::from_millis(row.created_at),
        }
    }
}
