//! Who uses what is applied, and how it stands, in numbers.

use sqlx::FromRow;
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

statements! {
    USES = both(concat!(
        "SELECT integration_key, integration_version, ", count!("status = 'draft'"), " AS drafts, ", count!("status = 'active'"),
        " AS active, ", count!("status = 'paused'"), " AS paused FROM instances WHERE integration_key = $1 OR $1 IS NULL
         GROUP BY integration_key, integration_version ORDER BY integration_key, integration_version DESC"
    ));
    CUSTOMERS = both("SELECT COUNT(DISTINCT customer_id) FROM instances WHERE integration_key = $1");
    TROUBLE = both(concat!(
        "SELECT i.integration_key, ", count!("c.status = 'needs_reconnecting'"), ", ", count!("c.status = 'not_working'"),
        " FROM connections c JOIN instances i ON i.id = c.instance_id
         WHERE c.status IN ('needs_reconnecting', 'not_working') GROUP BY i.integration_key"
    ));
    // Two questions, each answered by an index alone or by few rows.
    TYPES = both("SELECT connector, connection_type, COUNT(*) FROM connections GROUP BY connector, connection_type");
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

impl Rollups<'_> {
    /// Newest versions first. `None`: of every integration.
    pub async fn versions_in_use(&mut self, integration: Option<&Key>) -> Result<Vec<VersionUse>, StoreError> {
        let rows = fetch!(fetch_all as UseRow; self.source, USES, integration.map(Key::as_str))?;
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

    pub async fn types_in_use(&mut self) -> Result<Vec<TypeUse>, StoreError> {
        let type_ref = |connector, connection_type| {
            Ok::<_, StoreError>(TypeRef { connector: columns::key(connector)?, connection_type: columns::key(connection_type)? })
        };
        let mut uses = Vec::new();
        for (connector, connection_type, connections) in fetch!(fetch_all as (String, String, i64); self.source, TYPES)? {
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
