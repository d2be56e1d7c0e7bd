//! What waits for the worker: tokens that are due, and connections whose end is to be warned of.

use super::{
    Connections,
    lease::{Lease, LeaseColumns, lease, leased, postgres_now, returning, sqlite_now},
    row::Row,
};
use crate::{
    domain::{connection::Connection, key::Key, refresh::LEASE_SECONDS, time::Timestamp},
    store::{
        StoreError, columns,
        statement::{fetch, statements},
    },
};

macro_rules! due {
    ($now:expr) => {
        concat!(
            "SELECT id FROM connections WHERE connector = $1 AND refresh_at <= $5
             AND (lease_until IS NULL OR lease_until <= ",
            $now,
            " - 60000) ORDER BY refresh_at LIMIT $4"
        )
    };
}

statements! {
    // Steps through the index from connector to connector: as many steps as there are connectors, however many rows.
    DUE_CONNECTORS = both(
        "WITH RECURSIVE each (connector) AS (
             SELECT MIN(connector) FROM connections WHERE refresh_at IS NOT NULL
             UNION ALL
             SELECT (SELECT MIN(c.connector) FROM connections c WHERE c.refresh_at IS NOT NULL AND c.connector > each.connector)
             FROM each WHERE each.connector IS NOT NULL)
         SELECT each.connector FROM each WHERE each.connector IS NOT NULL
             AND EXISTS (SELECT 1 FROM connections c WHERE c.connector = each.connector AND c.refresh_at <= $1)"
    );
    CLAIM_DUE = split {
        sqlite: concat!("UPDATE connections SET ", leased!(sqlite_now!()), " WHERE id IN (", due!(sqlite_now!()), ")", returning!()),
        // Materialized: a join could run the sub-select again, and lock more than the limit.
        postgres: concat!(
            "WITH due AS MATERIALIZED (", due!(postgres_now!()), " FOR UPDATE SKIP LOCKED)
             UPDATE connections SET ", leased!(postgres_now!()), " WHERE id IN (SELECT due.id FROM due)", returning!()
        ),
    };
    LIST_TO_WARN = both("SELECT * FROM connections WHERE ends_warn_at <= $1 ORDER BY ends_warn_at LIMIT $2");
}

impl Connections<'_> {
    /// The connectors of which at least one token is due.
    pub async fn list_due_connectors(&mut self, now: Timestamp) -> Result<Vec<Key>, StoreError> {
        let rows = fetch!(fetch_all as (String,); self.source, DUE_CONNECTORS, now.as_millis())?;
        rows.into_iter().map(|(connector,)| columns::key(connector)).collect()
    }

    /// Those of one connector that are due at `now`, the longest due first. A holder that went quiet has a minute more than its
    /// lease to come back with an answer, for nobody waits for these.
    pub async fn claim_due(&mut self, connector: &Key, owner: &str, limit: i64, now: Timestamp) -> Result<Vec<Lease>, StoreError> {
        let (connector, now) = (connector.as_str(), now.as_millis());
        let claimed = fetch!(fetch_all as LeaseColumns; self.source, CLAIM_DUE, connector, owner, LEASE_SECONDS, limit, now)?;
        Ok(claimed.into_iter().map(lease).collect())
    }

    /// Those that end soon, and whose people have not been told. At most `limit`.
    pub async fn list_to_warn(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Connection>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, LIST_TO_WARN, now.as_millis(), limit)?;
        rows.into_iter().map(Connection::try_from).collect()
    }
}
