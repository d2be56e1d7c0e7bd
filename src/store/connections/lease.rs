//! The refresh lease: whoever holds it may refresh the token. By the database's clock, so that replicas need not agree on theirs.
//!
//! Each claim has a higher fence; a holder that slept past its lease and was followed by another can save no more.

use super::{Connections, content, row::ContentColumns};
use crate::{
    domain::{connection::Connection, ids::ConnectionId, refresh::Refresh},
    store::{
        StoreError, columns,
        statement::{execute, fetch, statements},
    },
};

/// A lease just claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    pub id: ConnectionId,
    /// To save under.
    pub fence: i64,
    /// Someone asked the provider before, and how that ended is not known.
    pub follows_unanswered: bool,
}

pub(super) type LeaseColumns = (uuid::Uuid, i64, bool);

pub(super) fn lease((id, fence, follows_unanswered): LeaseColumns) -> Lease {
    Lease { id: ConnectionId::from_uuid(id), fence, follows_unanswered }
}

/// Unix milliseconds by the engine's clock.
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
/// `$2` is the owner, `$3` the seconds. The start is durable before the provider is asked, and stands until an answer is known.
macro_rules! leased {
    ($now:expr) => {
        concat!(
            "lease_owner = $2, lease_until = ",
            $now,
            " + $3 * 1000, fence = fence + 1, refresh_started_at = COALESCE(refresh_started_at, ",
            $now,
            ")"
        )
    };
}
macro_rules! returning {
    () => {
        " RETURNING id, fence, refresh_started_at < lease_until - $3 * 1000"
    };
}
macro_rules! claim {
    ($now:expr) => {
        concat!(
            "UPDATE connections SET ",
            leased!($now),
            " WHERE id = $1 AND (lease_until IS NULL OR lease_until <= ",
            $now,
            ")",
            returning!()
        )
    };
}
pub(super) use {leased, postgres_now, returning, sqlite_now};

statements! {
    CLAIM_LEASE = split { sqlite: claim!(sqlite_now!()), postgres: claim!(postgres_now!()) };
    SAVE_LEASED = both(concat!(
        "UPDATE connections SET lease_owner = NULL, lease_until = NULL, refresh_started_at = NULL, ", content!(),
        " WHERE id = $1 AND revision = $2 AND fence = $3 AND lease_owner IS NOT NULL"
    ));
    // What somebody saved meanwhile has a plan of its own.
    RETRY_LATER = both(
        "UPDATE connections SET lease_owner = NULL, lease_until = NULL, refresh_at = $4, refresh_failures = $5, refresh_reason = $6,
         refresh_started_at = CASE WHEN $7 THEN refresh_started_at END
         WHERE id = $1 AND revision = $2 AND fence = $3 AND lease_owner IS NOT NULL"
    );
    RELEASE_LEASE = both(
        "UPDATE connections SET lease_owner = NULL, lease_until = NULL, refresh_started_at = CASE WHEN $3 THEN refresh_started_at END
         WHERE id = $1 AND fence = $2"
    );
}

impl Connections<'_> {
    /// `None`: someone else holds the lease, or the connection is gone. Claiming is no new revision.
    pub async fn claim_lease(&mut self, id: ConnectionId, owner: &str, lease_seconds: i64) -> Result<Option<Lease>, StoreError> {
        let claimed = fetch!(fetch_optional as LeaseColumns; self.source, CLAIM_LEASE, id.as_uuid(), owner, lease_seconds)?;
        Ok(claimed.map(lease))
    }

    /// Saves and ends the lease, while both the fence and `connection.revision` are still the row's. False changes nothing: when
    /// a person saved meanwhile the lease is still held, so read the row again, put the new token into it and save that.
    pub async fn save_leased(&mut self, connection: &Connection, fence: i64) -> Result<bool, StoreError> {
        let content = ContentColumns::of(connection);
        execute!(
            self.source,
            SAVE_LEASED,
            connection.id.as_uuid(),
            connection.revision,
            fence,
            connection.connector_version,
            content.status,
            content.reason,
            content.account,
            content.context,
            content.clear,
            content.secrets,
            content.token,
            content.draft_clear,
            content.draft_secrets,
            content.key_ids,
            columns::millis(connection.checked_at),
            connection.updated_at.as_millis(),
            content.refresh_at,
            content.refresh_failures,
            content.refresh_reason,
            content.refreshed_at,
            content.ends_at,
            content.ends_warn_at,
        )
        .map(|rows| rows == 1)
    }

    /// Ends the lease and notes when to try again; no new revision. False: another holder has it, or the connection was saved
    /// meanwhile.
    pub async fn retry_later(
        &mut self,
        connection: &Connection,
        refresh: Refresh,
        outcome_unknown: bool,
        fence: i64,
    ) -> Result<bool, StoreError> {
        let (at, failures) = (columns::millis(refresh.next_at()), i64::from(refresh.failures()));
        let reason = refresh.reason().map(|reason| reason.code());
        let (id, revision) = (connection.id.as_uuid(), connection.revision);
        execute!(self.source, RETRY_LATER, id, revision, fence, at, failures, reason, outcome_unknown).map(|rows| rows == 1)
    }

    /// False: another holder has it by now.
    pub async fn release_lease(&mut self, id: ConnectionId, fence: i64, outcome_unknown: bool) -> Result<bool, StoreError> {
        execute!(self.source, RELEASE_LEASE, id.as_uuid(), fence, outcome_unknown).map(|rows| rows == 1)
    }
}
