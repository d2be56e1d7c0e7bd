//! Who uses what is applied, and how it stands, in numbers.

use std::collections::BTreeSet;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, fetch, statements},
};
use crate::domain::{
    connection_type::TypeRef,
    ids::{CustomerId, InstanceId},
    instance::InstanceStatus,
    key::Key,
    reason::Reason,
    time::Timestamp,
};

/// They are about all customers, so they take no scope.
pub struct Rollups<'a> {
    pub(super) source: Source<'a>,
}

/// The instances of one version of an integration, by their status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionUse {
    pub integration: Key,
    pub version: i64,
    pub drafts: i64,
    pub active: i64,
    pub paused: i64,
}

/// Connections that need somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Troubled {
    pub need_reconnecting: i64,
    pub not_working: i64,
}

/// An instance, for a list of who uses an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceLine {
    pub id: InstanceId,
    pub customer_id: CustomerId,
    pub customer: String,
    pub version: i64,
    pub status: InstanceStatus,
    pub deployed_at: Option<Timestamp>,
}

/// How many connections are of one type; those with test credentials count too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeUse {
    pub type_ref: TypeRef,
    pub connections: i64,
    pub trouble: Troubled,
}

#[derive(FromRow)]
struct UseRow {
    integration_key: String,
    integration_version: i64,
    drafts: i64,
    active: i64,
    paused: i64,
}

#[derive(FromRow)]
struct LineRow {
    id: Uuid,
    customer_id: Uuid,
    name: String,
    integration_version: i64,
    status: String,
    deployed_at: Option<i64>,
}

macro_rules! count {
    ($condition:literal) => {
        concat!("CAST(COALESCE(SUM(CASE WHEN ", $condition, " THEN 1 ELSE 0 END), 0) AS BIGINT)")
    };
}

macro_rules! uses {
    ($which:literal) => {
        concat!(
            "SELECT integration_key, integration_version, ",
            count!("status = 'draft'"),
            " AS drafts, ",
            count!("status = 'active'"),
            " AS active, ",
            count!("status = 'paused'"),
            " AS paused FROM instances ",
            $which,
            " GROUP BY integration_key, integration_version ORDER BY integration_key, integration_version DESC"
        )
    };
}

macro_rules! trouble {
    () => {
        concat!(
            "SELECT i.integration_key, ",
            count!("c.status = 'needs_reconnecting'"),
            ", ",
            count!("c.status = 'not_working'"),
            " FROM connections c JOIN instances i ON i.id = c.instance_id WHERE c.status IN ('needs_reconnecting', 'not_working')"
        )
    };
}

statements! {
    USES = both(uses!(""));
    USES_OF = both(uses!("WHERE integration_key = $1"));
    CUSTOMERS = both("SELECT COUNT(DISTINCT customer_id) FROM instances WHERE integration_key = $1");
    TROUBLE = both(concat!(trouble!(), " GROUP BY i.integration_key"));
    TROUBLE_OF = both(concat!(trouble!(), " AND i.integration_key = $1 GROUP BY i.integration_key"));
    PROGRESS = both(
        "SELECT reached_pages, turned_on, connected, COUNT(*) AS instances FROM
             (SELECT i.reached_pages, i.deployed_at IS NOT NULL AS turned_on, EXISTS (SELECT 1 FROM connections c
                  WHERE c.instance_id = i.id AND c.owner = 'slot' AND c.user_id IS NULL AND c.first_connected_at IS NOT NULL) AS connected
              FROM instances i WHERE i.integration_key = $1 AND i.created_at >= $2 AND i.reached_pages <> '[]') p
         GROUP BY reached_pages, turned_on, connected"
    );
    // The sub-select is asked of each failure since then, and only of those.
    REASONS = both(
        "SELECT reason, COUNT(*) FROM
             (SELECT c.reason FROM instances i JOIN connections c ON c.customer_id = i.customer_id AND c.instance_id = i.id
              WHERE c.status IN ('needs_reconnecting', 'not_working') AND i.integration_key = $1 AND i.deployed_at IS NULL
              UNION ALL
              SELECT a.reason FROM attempts a WHERE a.reason IS NOT NULL AND a.created_at >= $2 AND $1 =
                  (SELECT i.integration_key FROM connections c JOIN instances i ON i.id = c.instance_id WHERE c.id = a.connection_id)) r
         WHERE reason IS NOT NULL GROUP BY reason ORDER BY COUNT(*) DESC, reason LIMIT $3"
    );
    // Two questions, each answered by an index alone or by few rows.
    TYPES = both("SELECT connector, connection_type, COUNT(*) FROM connections GROUP BY connector, connection_type");
    TYPES_OF = both(
        "SELECT connector, connection_type, COUNT(*) FROM connections WHERE connector = $1 GROUP BY connector, connection_type"
    );
    TROUBLED_TYPES = both(concat!(
        "SELECT connector, connection_type, ", count!("status = 'needs_reconnecting'"), ", ", count!("status = 'not_working'"),
        " FROM connections WHERE status IN ('needs_reconnecting', 'not_working') GROUP BY connector, connection_type"
    ));
    LINES = both(
        "SELECT i.id, i.customer_id, u.name, i.integration_version, i.status, i.deployed_at FROM instances i
         JOIN customers u ON u.id = i.customer_id WHERE i.integration_key = $1 AND (i.integration_version = $2 OR $2 IS NULL)
         AND (i.id > $3 OR $3 IS NULL) ORDER BY i.id LIMIT $4"
    );
}

/// Instances of one kind of progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Pages of the wizard that a person has seen.
    pub reached: BTreeSet<Key>,
    pub turned_on: bool,
    /// At least one of its connections was connected once.
    pub connected: bool,
    pub instances: i64,
}

#[derive(FromRow)]
struct ProgressRow {
    reached_pages: Json<BTreeSet<Key>>,
    turned_on: bool,
    connected: bool,
    instances: i64,
}

impl Rollups<'_> {
    /// Of instances made since then whose wizard was opened.
    pub async fn progress(&mut self, integration: &Key, since: Timestamp) -> Result<Vec<Progress>, StoreError> {
        let rows = fetch!(fetch_all as ProgressRow; self.source, PROGRESS, integration.as_str(), since.as_millis())?;
        let progress = |row: ProgressRow| Progress {
            reached: row.reached_pages.0,
            turned_on: row.turned_on,
            connected: row.connected,
            instances: row.instances,
        };
        Ok(rows.into_iter().map(progress).collect())
    }

    /// Why connections of those that are not turned on do not work, and sign-ins since then came to nothing; the most frequent first.
    pub async fn reasons(&mut self, integration: &Key, since: Timestamp, limit: i64) -> Result<Vec<(Reason, i64)>, StoreError> {
        let rows = fetch!(fetch_all as (String, i64); self.source, REASONS, integration.as_str(), since.as_millis(), limit)?;
        let counted = |(code, count)| Ok(columns::reason(Some(code))?.map(|reason| (reason, count)));
        rows.into_iter().filter_map(|row| counted(row).transpose()).collect()
    }

    /// Newest versions first. `None`: of every integration.
    pub async fn versions_in_use(&mut self, integration: Option<&Key>) -> Result<Vec<VersionUse>, StoreError> {
        let rows = match integration {
            Some(key) => fetch!(fetch_all as UseRow; self.source, USES_OF, key.as_str())?,
            None => fetch!(fetch_all as UseRow; self.source, USES)?,
        };
        rows.into_iter().map(VersionUse::try_from).collect()
    }

    pub async fn customers_of(&mut self, integration: &Key) -> Result<i64, StoreError> {
        fetch!(fetch_one as (i64,); self.source, CUSTOMERS, integration.as_str()).map(|(count,)| count)
    }

    /// By integration; one that is not there has none.
    pub async fn trouble(&mut self) -> Result<Vec<(Key, Troubled)>, StoreError> {
        let rows = fetch!(fetch_all as (String, i64, i64); self.source, TROUBLE)?;
        let trouble = |(key, need_reconnecting, not_working)| Ok((columns::key(key)?, Troubled { need_reconnecting, not_working }));
        rows.into_iter().map(trouble).collect()
    }

    pub async fn trouble_of(&mut self, integration: &Key) -> Result<Troubled, StoreError> {
        let row = fetch!(fetch_optional as (String, i64, i64); self.source, TROUBLE_OF, integration.as_str())?;
        Ok(row.map_or_else(Troubled::default, |(_, need_reconnecting, not_working)| Troubled { need_reconnecting, not_working }))
    }

    /// `None`: of every connector.
    pub async fn types_in_use(&mut self, connector: Option<&Key>) -> Result<Vec<TypeUse>, StoreError> {
        let type_ref = |connector, connection_type| {
            Ok::<_, StoreError>(TypeRef { connector: columns::key(connector)?, connection_type: columns::key(connection_type)? })
        };
        let mut uses = Vec::new();
        let counted = match connector {
            Some(key) => fetch!(fetch_all as (String, String, i64); self.source, TYPES_OF, key.as_str())?,
            None => fetch!(fetch_all as (String, String, i64); self.source, TYPES)?,
        };
        for (connector, connection_type, connections) in counted {
            uses.push(TypeUse { type_ref: type_ref(connector, connection_type)?, connections, trouble: Troubled::default() });
        }
        let troubled = fetch!(fetch_all as (String, String, i64, i64); self.source, TROUBLED_TYPES)?;
        for (connector, connection_type, need_reconnecting, not_working) in troubled {
            let type_ref = type_ref(connector, connection_type)?;
            if let Some(of) = uses.iter_mut().find(|of| of.type_ref == type_ref) {
                of.trouble = Troubled { need_reconnecting, not_working };
            }
        }
        Ok(uses)
    }

    /// Oldest first; `cursor`: the last one of the page before.
    pub async fn instances(
        &mut self,
        integration: &Key,
        version: Option<i64>,
        cursor: Option<InstanceId>,
        limit: i64,
    ) -> Result<Vec<InstanceLine>, StoreError> {
        let cursor = cursor.map(InstanceId::as_uuid);
        let rows = fetch!(fetch_all as LineRow; self.source, LINES, integration.as_str(), version, cursor, limit)?;
        rows.into_iter().map(InstanceLine::try_from).collect()
    }
}

impl VersionUse {
    pub const fn instances(&self) -> i64 {
        self.drafts + self.active + self.paused
    }
}

impl Troubled {
    pub const fn connections(self) -> i64 {
        self.need_reconnecting + self.not_working
    }
}

impl TryFrom<UseRow> for VersionUse {
    type Error = StoreError;
    fn try_from(row: UseRow) -> Result<Self, StoreError> {
        Ok(Self {
            integration: columns::key(row.integration_key)?,
            version: row.integration_version,
            drafts: row.drafts,
            active: row.active,
            paused: row.paused,
        })
    }
}

impl TryFrom<LineRow> for InstanceLine {
    type Error = StoreError;
    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: InstanceId::from_uuid(row.id),
            customer_id: CustomerId::from_uuid(row.customer_id),
            customer: row.name,
            version: row.integration_version,
            status: row.status.parse().map_err(|()| StoreError::unreadable("instances.status"))?,
            deployed_at: columns::time(row.deployed_at),
        })
    }
}
