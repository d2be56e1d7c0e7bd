//! Customers as the console lists them: by name, with how all is with each, searched and filtered.
//!
//! The roll-up is made of partial indexes that hold only what is out of order, for the rows of one page.

use sqlx::FromRow;

use super::{
    NameCursor, StoreError, by_name,
    customers::Row as CustomerRow,
    statement::{Source, fetch, statements},
};
use crate::domain::roll_up::{ListedCustomer, RollUp, Tally};

/// It is the organization's, so it takes no scope.
pub struct Directory<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    customer: CustomerRow,
    roll_up: String,
    instances: i64,
    turned_on: i64,
}

macro_rules! is_bad {
    () => {
        "EXISTS (SELECT 1 FROM connections b WHERE b.customer_id = c.id AND b.status IN ('needs_reconnecting', 'not_working'))"
    };
}
macro_rules! is_waiting {
    () => {
        "(EXISTS (SELECT 1 FROM instances d WHERE d.customer_id = c.id AND d.status = 'draft')
          OR EXISTS (SELECT 1 FROM connections l WHERE l.customer_id = c.id AND l.status = 'not_connected'
          AND l.first_connected_at IS NOT NULL))"
    };
}
/// As `is_waiting`, for each row of a page: with EXISTS Postgres would read all instances once rather than look up these.
macro_rules! looks_waiting {
    () => {
        "((SELECT 1 FROM instances d WHERE d.customer_id = c.id AND d.status = 'draft' LIMIT 1) IS NOT NULL
          OR EXISTS (SELECT 1 FROM connections l WHERE l.customer_id = c.id AND l.status = 'not_connected'
          AND l.first_connected_at IS NOT NULL))"
    };
}
macro_rules! is_begun {
    () => {
        "EXISTS (SELECT 1 FROM instances i WHERE i.customer_id = c.id)"
    };
}
macro_rules! page {
    ($($filter:expr),*) => {
        concat!(
            "SELECT c.id, c.external_id, c.name, c.revision, c.created_at, c.updated_at, CASE WHEN ", is_bad!(),
            " THEN 'attention' WHEN ", looks_waiting!(), " THEN 'waiting' WHEN (SELECT 1 FROM instances i WHERE i.customer_id = c.id LIMIT 1)
             IS NOT NULL THEN 'well' ELSE 'nothing' END AS roll_up,
             (SELECT COUNT(*) FROM instances n WHERE n.customer_id = c.id) AS instances,
             (SELECT COUNT(*) FROM instances o WHERE o.customer_id = c.id AND o.status = 'active') AS turned_on
             FROM customers c WHERE (c.name_key, c.id) > ($1, $2)
             AND (c.name_key LIKE $3 ESCAPE '!' OR lower(c.external_id) LIKE $3 ESCAPE '!')"
            $(, $filter)*, " ORDER BY c.name_key, c.id LIMIT $4"
        )
    };
}

statements! {
    PAGE = both(page!());
    PAGE_OF_ATTENTION = both(page!(" AND ", is_bad!()));
    PAGE_OF_WAITING = both(page!(" AND NOT ", is_bad!(), " AND ", is_waiting!()));
    PAGE_OF_WELL = both(page!(" AND NOT ", is_bad!(), " AND NOT ", is_waiting!(), " AND ", is_begun!()));
    PAGE_OF_NOTHING = both(page!(" AND NOT ", is_bad!(), " AND NOT ", is_waiting!(), " AND NOT ", is_begun!()));
    TALLY = both(concat!(
        "SELECT COUNT(*), COUNT(CASE WHEN ", is_bad!(), " THEN 1 END), COUNT(CASE WHEN NOT ", is_bad!(), " AND ", is_waiting!(),
        " THEN 1 END), COUNT(CASE WHEN NOT ", is_bad!(), " AND NOT ", is_waiting!(), " AND NOT ", is_begun!(),
        " THEN 1 END) FROM customers c"
    ));
}

impl Directory<'_> {
    /// By name; `search`: a part of the name or the external id, in any case. `cursor`: the last one of the page before.
    pub async fn page(
        &mut self,
        search: &str,
        roll_up: Option<RollUp>,
        cursor: &NameCursor,
        limit: i64,
    ) -> Result<Vec<ListedCustomer>, StoreError> {
        let statement = match roll_up {
            None => PAGE,
            Some(RollUp::Attention) => PAGE_OF_ATTENTION,
            Some(RollUp::Waiting) => PAGE_OF_WAITING,
            Some(RollUp::Well) => PAGE_OF_WELL,
            Some(RollUp::Nothing) => PAGE_OF_NOTHING,
        };
        let pattern = by_name::containing(search);
        let rows = fetch!(fetch_all as Row; self.source, statement, cursor.name_key.as_str(), cursor.id, pattern.as_str(), limit)?;
        rows.into_iter().map(ListedCustomer::try_from).collect()
    }

    pub async fn tally(&mut self) -> Result<Tally, StoreError> {
        let (all, attention, waiting, nothing) = fetch!(fetch_one as (i64, i64, i64, i64); self.source, TALLY)?;
        Ok(Tally { all, attention, waiting, nothing })
    }
}

impl NameCursor {
    pub fn of(listed: &ListedCustomer) -> Self {
        Self { name_key: by_name::name_key(&listed.customer.name), id: listed.customer.id.as_uuid() }
    }
}

impl TryFrom<Row> for ListedCustomer {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let roll_up = row.roll_up.parse().map_err(|()| StoreError::unreadable("a roll-up"))?;
        Ok(Self { customer: row.customer.into(), roll_up, instances: row.instances, turned_on: row.turned_on })
    }
}
