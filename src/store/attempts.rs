//! Attempts, found by the hash of their `state` alone. Claiming is one UPDATE: of any number of callbacks one wins.

mod undecided;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

#[cfg(test)]
pub(super) use undecided::ALL as UNDECIDED_STATEMENTS;

use super::{
    StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    attempt::{Attempt, AttemptEnd, Claimed, Ended, Pending},
    ids::{AttemptId, ConnectionId, RegistrationId},
    resolution::SetBy,
    time::Timestamp,
};

pub struct Attempts<'a> {
    pub(super) source: Source<'a>,
}

/// For the page that a late, repeated or foreign callback is sent to.
#[derive(Clone, Debug)]
pub struct AttemptSummary {
    pub status: AttemptStatus,
    pub return_to: String,
    pub browser_hash: [u8; 32],
    pub connection_id: ConnectionId,
    pub given_by: SetBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptStatus {
    Pending,
    Claimed,
    /// Another account signed in; the person has not chosen yet.
    Undecided,
    Ended(AttemptEnd),
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    connection_id: Uuid,
    state_hash: Vec<u8>,
    browser_hash: Vec<u8>,
    secret: Option<Json<SealedColumn>>,
    redirect_uri: String,
    return_to: String,
    issuer: Option<String>,
    names_issuer: bool,
    registration_id: Option<Uuid>,
    given_by: String,
    created_at: i64,
}

#[derive(FromRow)]
struct SummaryRow {
    status: String,
    reason: Option<String>,
    return_to: String,
    browser_hash: Vec<u8>,
    connection_id: Uuid,
    given_by: String,
}

statements! {
    INSERT = both(
        "INSERT INTO attempts (id, connection_id, state_hash, browser_hash, secret, redirect_uri, return_to, issuer, names_issuer,
         registration_id, key_ids, status, created_at, given_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending', $12, $13)"
    );
    CLAIM = both("UPDATE attempts SET status = 'claimed', claimed_at = $2 WHERE state_hash = $1 AND status = 'pending' RETURNING *");
    FIND_STATUS = both(
        "SELECT CASE WHEN u.attempt_id IS NULL THEN a.status ELSE 'undecided' END AS status, a.reason, a.return_to, a.browser_hash,
          a.connection_id, a.given_by FROM attempts a LEFT JOIN undecided_attempts u ON u.attempt_id = a.id WHERE a.state_hash = $1"
    );
    END = both("UPDATE attempts SET status = $2, reason = $3, ended_at = $4, secret = NULL, key_ids = ''
         WHERE id = $1 AND status = 'claimed'");
}

impl Attempts<'_> {
    pub async fn insert(&mut self, attempt: &Attempt<Pending>) -> Result<(), StoreError> {
        execute!(
            self.source,
            INSERT,
            attempt.id.as_uuid(),
            attempt.connection_id.as_uuid(),
            attempt.state_hash.as_slice(),
            attempt.browser_hash.as_slice(),
            attempt.secret.clone().map(|sealed| Json(SealedColumn(sealed))),
            attempt.redirect_uri.as_str(),
            attempt.return_to.as_str(),
            attempt.issuer.as_deref(),
            attempt.names_issuer,
            attempt.registration.map(RegistrationId::as_uuid),
            columns::key_ids(attempt.secret.iter()),
            attempt.created_at.as_millis(),
            attempt.given_by.as_str(),
        )
        .map(drop)
    }

    /// `None`: unknown, or another callback was first; `find_status` tells which.
    pub async fn claim(&mut self, state_hash: &[u8; 32], now: Timestamp) -> Result<Option<Attempt<Claimed>>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, CLAIM, state_hash.as_slice(), now.as_millis())?;
        row.map(|row| Ok(Attempt::<Pending>::try_from(row)?.claim(now))).transpose()
    }

    pub async fn find_status(&mut self, state_hash: &[u8; 32]) -> Result<Option<AttemptSummary>, StoreError> {
        let row = fetch!(fetch_optional as SummaryRow; self.source, FIND_STATUS, state_hash.as_slice())?;
        row.map(AttemptSummary::try_from).transpose()
    }

    /// Forgets the attempt's secret and what was kept too. False: it was not claimed, or has ended already.
    pub async fn end(&mut self, attempt: &Attempt<Ended>) -> Result<bool, StoreError> {
        let Ended { at, end } = attempt.state;
        self.forget_kept(attempt.id).await?;
        let reason = end.reason().map(|reason| reason.code());
        execute!(self.source, END, attempt.id.as_uuid(), end.status(), reason, at.as_millis()).map(|rows| rows == 1)
    }
}

fn set_by(text: &str) -> Result<SetBy, StoreError> {
    text.parse().map_err(|()| StoreError::unreadable("attempts.given_by"))
}

impl TryFrom<Row> for Attempt<Pending> {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: AttemptId::from_uuid(row.id),
            connection_id: ConnectionId::from_uuid(row.connection_id),
            state_hash: columns::hash(&row.state_hash)?,
            browser_hash: columns::hash(&row.browser_hash)?,
            secret: row.secret.map(|sealed| sealed.0.0),
            redirect_uri: row.redirect_uri,
            return_to: row.return_to,
            issuer: row.issuer,
            names_issuer: row.names_issuer,
            registration: row.registration_id.map(RegistrationId::from_uuid),
            given_by: set_by(&row.given_by)?,
            created_at: Timestamp::from_millis(row.created_at),
            state: Pending,
        })
    }
}

impl TryFrom<SummaryRow> for AttemptSummary {
    type Error = StoreError;
    fn try_from(row: SummaryRow) -> Result<Self, StoreError> {
        let status = match (row.status.as_str(), columns::reason(row.reason)?) {
            ("pending", _) => AttemptStatus::Pending,
            ("claimed", _) => AttemptStatus::Claimed,
            ("undecided", _) => AttemptStatus::Undecided,
            ("completed", _) => AttemptStatus::Ended(AttemptEnd::Completed),
            ("expired", _) => AttemptStatus::Ended(AttemptEnd::Expired),
            ("denied", Some(reason)) => AttemptStatus::Ended(AttemptEnd::Denied(reason)),
            ("failed", Some(reason)) => AttemptStatus::Ended(AttemptEnd::Failed(reason)),
            _ => return Err(StoreError::unreadable("attempts.status")),
        };
        Ok(Self {
            status,
            return_to: row.return_to,
            browser_hash: columns::hash(&row.browser_hash)?,
            connection_id: ConnectionId::from_uuid(row.connection_id),
            given_by: set_by(&row.given_by)?,
        })
    }
}
