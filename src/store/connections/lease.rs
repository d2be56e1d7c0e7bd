//! The refresh lease: whoever holds it may refresh the token. By the database's clock, so that replicas need not agree on theirs.
//!
//! Each claim has a higher fence; a holder that slept past its lease and was followed by another can save no more.

use super::{Connections, content, row::ContentColumns};
use crate::{
    domain::{connection::Connection, ids::ConnectionId},
    store::{
        StoreError, columns,
        statement::{execute, fetch, statements},
    },
};

/// Unix milliseconds by the engine's clock.
macro_rules! claim {
    ($now:literal) => {
        concat!(
            "UPDATE connections SET lease_owner = $2, lease_until = ",
            $now,
            " + $3 * 1000, fence = fence + 1 WHERE id = $1 AND (lease_until IS NULL OR lease_until <= ",
            $now,
            ") RETURNING fence"
        )
    };
}

statements! {
    CLAIM_LEASE = split {
        sqlite: claim!("CAST(unixepoch('subsec') * 1000 AS INTEGER)"),
        postgres: claim!("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"),
    };
    SAVE_LEASED = both(concat!(
        "UPDATE connections SET lease_owner = NULL, lease_until = NULL, ", content!(),
        " WHERE id = $1 AND revision = $2 AND fence = $3 AND lease_owner IS NOT NULL"
    ));
    RELEASE_LEASE = both("UPDATE connections SET lease_owner = NULL, lease_until = NULL WHERE id = $1 AND fence = $2");
}

impl Connections<'_> {
    /// The fence to save under. `None`: someone else holds the lease, or the connection is gone. Claiming is no new revision.
    pub async fn claim_lease(&mut self, id: ConnectionId, owner: &str, lease_seconds: i64) -> Result<Option<i64>, StoreError> {
        let claimed = fetch!(fetch_optional as (i64,); self.source, CLAIM_LEASE, id.as_uuid(), owner, lease_seconds)?;
        Ok(claimed.map(|(fence,)| fence))
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
        )
        .map(|rows| rows == 1)
    }

    /// False: another holder has it by now.
    pub async fn release_lease(&mut self, id: ConnectionId, fence: i64) -> Result<bool, StoreError> {
        execute!(self.source, RELEASE_LEASE, id.as_uuid(), fence).map(|rows| rows == 1)
    }
}
