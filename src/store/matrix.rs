//! The instances of one integration by their customers' names: the rows of its matrix.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    NameCursor, StoreError, by_name,
    instances::Row as InstanceRow,
    statement::{Source, fetch, statements},
};
use crate::domain::{ids::ConnectionId, instance::Instance, key::Key, time::Timestamp};

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
    /// The one it is for; `None`: for all of the instance.
    pub connection_id: Option<ConnectionId>,
}

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

statements! {
    PAGE = both(page!());
    PAGE_OF_ATTENTION = both(page!(" AND ", is_bad!()));
    PAGE_OF_WAITING = both(page!(" AND ", is_waiting!()));
    TALLY = both(concat!(
        "SELECT COUNT(*), COUNT(CASE WHEN ", is_bad!(), " THEN 1 END), COUNT(CASE WHEN ", is_waiting!(),
        " THEN 1 END) FROM instances i WHERE i.integration_key = $1"
    ));
    LINKS = both(
        "SELECT l.user_name, l.opened_at, l.connection_id FROM links l WHERE l.customer_id = $1 AND l.revoked_at IS NULL AND l.finished_at IS NULL
         AND l.expires_at > $2 AND (l.instance_id = $3 OR l.integration_key = $4
         OR l.connection_id IN (SELECT c.id FROM connections c WHERE c.owner = 'slot' AND c.user_id IS NULL AND c.instance_id = $3)) ORDER BY l.id DESC LIMIT 20"
    );
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

    /// Those that lead to this instance and are good still, newest first.
    pub async fn links(&mut self, instance: &Instance, now: Timestamp) -> Result<Vec<SentLink>, StoreError> {
        let (customer, id, key) = (instance.customer_id.as_uuid(), instance.id.as_uuid(), instance.integration_key.as_str());
        let rows =
            fetch!(fetch_all as (Option<String>, Option<i64>, Option<Uuid>); self.source, LINKS, customer, now.as_millis(), id, key)?;
        let link = |(user, opened_at, connection_id): (Option<String>, Option<i64>, Option<Uuid>)| SentLink {
            user,
            is_opened: opened_at.is_some(),
            connection_id: connection_id.map(ConnectionId::from_uuid),
        };
        Ok(rows.into_iter().map(link).collect())
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
