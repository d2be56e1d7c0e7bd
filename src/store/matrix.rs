//! The instances of one integration by their customers' names: the rows of its matrix.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    NameCursor, StoreError, by_name, columns,
    instances::Row as InstanceRow,
    statement::{Source, fetch, statements},
};
use crate::domain::{
    ids::{ConnectionId, CustomerId, InstanceId},
    instance::Instance,
    key::Key,
    time::Timestamp,
};

/// It is the organization's, so it takes no scope.
pub struct Matrix<'a> {
    pub(super) source: Source<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixFilter {
    /// A slot's connection needs reconnecting, or does not work.
    Attention,
    All,
    /// Not turned on yet, or a connection was given up.
    Waiting,
}

#[derive(Debug)]
pub struct MatrixRow {
    pub instance: Instance,
    pub external_id: String,
    pub customer: String,
    pub cursor: NameCursor,
}

/// How many rows each filter finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatrixTally {
    pub all: i64,
    pub attention: i64,
    pub waiting: i64,
}

/// A link that a person was given, and may follow still.
#[derive(Clone, Debug)]
pub struct SentLink {
    /// Of the person it was made for.
    pub user: Option<String>,
    pub is_opened: bool,
    customer_id: CustomerId,
    integration_key: Option<String>,
    instance_id: Option<InstanceId>,
    connection_id: Option<ConnectionId>,
}

#[derive(FromRow)]
struct LinkRow {
    customer_id: Uuid,
    integration_key: Option<String>,
    instance_id: Option<Uuid>,
    connection_id: Option<Uuid>,
    user_name: Option<String>,
    opened_at: Option<i64>,
}

/// So many are looked through, of those that a customer was sent: they are good for days.
const LINKS_AN_INSTANCE: i64 = 20;

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    instance: InstanceRow,
    external_id: String,
    customer: String,
    name_key: String,
}

macro_rules! is_bad {
    () => {
        "EXISTS (SELECT 1 FROM connections b WHERE b.customer_id = i.customer_id AND b.instance_id = i.id
         AND b.user_id IS NULL AND b.status IN ('needs_reconnecting', 'not_working'))"
    };
}
macro_rules! is_waiting {
    () => {
        "(i.status = 'draft' OR EXISTS (SELECT 1 FROM connections l WHERE l.customer_id = i.customer_id AND l.instance_id = i.id
         AND l.user_id IS NULL AND l.status = 'not_connected' AND l.first_connected_at IS NOT NULL))"
    };
}
// CROSS: by name from the first customer on, so that a page is found without sorting them all.
macro_rules! page {
    ($($filter:expr),*) => {
        concat!(
            "SELECT i.*, c.external_id, c.name AS customer, c.name_key FROM customers c CROSS JOIN instances i
             WHERE i.customer_id = c.id AND i.integration_key = $1 AND c.name_key >= $2 AND (c.name_key > $2 OR i.id > $3)
             AND (c.name_key LIKE $4 ESCAPE '!' OR lower(c.external_id) LIKE $4 ESCAPE '!')"
            $(, $filter)*, " ORDER BY c.name_key, i.id LIMIT $5"
        )
    };
}

macro_rules! links {
    () => {
        "SELECT l.customer_id, l.integration_key, l.instance_id, l.connection_id, l.user_name, l.opened_at
         FROM asked JOIN links l ON l.customer_id = asked.id
         WHERE l.revoked_at IS NULL AND l.finished_at IS NULL AND l.expires_at > $2 ORDER BY l.id DESC LIMIT $3"
    };
}

statements! {
    PAGE = both(page!());
    PAGE_OF_ATTENTION = both(page!(" AND ", is_bad!()));
    PAGE_OF_WAITING = both(page!(" AND ", is_waiting!()));
    TALLY = both(concat!(
        "SELECT COUNT(*), COUNT(CASE WHEN ", is_bad!(), " THEN 1 END), COUNT(CASE WHEN ", is_waiting!(),
        " THEN 1 END) FROM instances i WHERE i.integration_key = $1"
    ));
    LINKS = split {
        sqlite: concat!("WITH asked AS MATERIALIZED (SELECT DISTINCT unhex(value) AS id FROM json_each($1)) ", links!()),
        postgres: concat!(
            "WITH asked AS MATERIALIZED (SELECT DISTINCT value::uuid AS id FROM jsonb_array_elements_text($1)) ", links!()
        ),
    };
}

impl Matrix<'_> {
    /// By the customer's name; `search`: a part of its name or external id. `cursor`: the last row of the page before.
    pub async fn page(
        &mut self,
        integration: &Key,
        filter: MatrixFilter,
        search: &str,
        cursor: &NameCursor,
        limit: i64,
    ) -> Result<Vec<MatrixRow>, StoreError> {
        let statement = match filter {
            MatrixFilter::All => PAGE,
            MatrixFilter::Attention => PAGE_OF_ATTENTION,
            MatrixFilter::Waiting => PAGE_OF_WAITING,
        };
        let (key, from, pattern) = (integration.as_str(), cursor.name_key.as_str(), by_name::containing(search));
        let rows = fetch!(fetch_all as Row; self.source, statement, key, from, cursor.id, pattern.as_str(), limit)?;
        rows.into_iter().map(MatrixRow::try_from).collect()
    }

    pub async fn tally(&mut self, integration: &Key) -> Result<MatrixTally, StoreError> {
        let (all, attention, waiting) = fetch!(fetch_one as (i64, i64, i64); self.source, TALLY, integration.as_str())?;
        Ok(MatrixTally { all, attention, waiting })
    }

    /// Of the customers of these instances, those that are good still, newest first.
    pub async fn links(&mut self, instances: &[Instance], now: Timestamp) -> Result<Vec<SentLink>, StoreError> {
        let customers = columns::id_list(instances.iter().map(|instance| instance.customer_id.as_uuid()));
        let limit = i64::try_from(instances.len()).unwrap_or(i64::MAX).saturating_mul(LINKS_AN_INSTANCE);
        let rows = fetch!(fetch_all as LinkRow; self.source, LINKS, customers, now.as_millis(), limit)?;
        Ok(rows.into_iter().map(SentLink::from).collect())
    }
}

impl SentLink {
    /// Whether whoever follows it comes to this connection in a slot of the instance.
    pub fn leads_to(&self, instance: &Instance, connection: ConnectionId) -> bool {
        self.customer_id == instance.customer_id
            && match (self.instance_id, self.connection_id) {
                (Some(id), _) => id == instance.id,
                (None, Some(id)) => id == connection,
                (None, None) => self.integration_key.as_deref() == Some(instance.integration_key.as_str()),
            }
    }
}

impl From<LinkRow> for SentLink {
    fn from(row: LinkRow) -> Self {
        Self {
            user: row.user_name,
            is_opened: row.opened_at.is_some(),
            customer_id: CustomerId::from_uuid(row.customer_id),
            integration_key: row.integration_key,
            instance_id: row.instance_id.map(InstanceId::from_uuid),
            connection_id: row.connection_id.map(ConnectionId::from_uuid),
        }
    }
}

impl MatrixFilter {
    pub const ALL: [Self; 3] = [Self::Attention, Self::All, Self::Waiting];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attention => "attention",
            Self::All => "all",
            Self::Waiting => "waiting",
        }
    }
}

impl MatrixTally {
    pub const fn of(self, filter: MatrixFilter) -> i64 {
        match filter {
            MatrixFilter::Attention => self.attention,
            MatrixFilter::All => self.all,
            MatrixFilter::Waiting => self.waiting,
        }
    }
}

impl TryFrom<Row> for MatrixRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let instance = Instance::try_from(row.instance)?;
        let id: Uuid = instance.id.as_uuid();
        Ok(Self { instance, external_id: row.external_id, customer: row.customer, cursor: NameCursor { name_key: row.name_key, id } })
    }
}
