//! Customers. Deleting one takes along its drafts, saved connections and links, never an instance that was turned on.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Insertion, StoreError, by_name, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::Scope,
    customer::{Customer, CustomerRef},
    ids::CustomerId,
    time::Timestamp,
};

pub struct Customers<'a> {
    pub(super) source: Source<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerDeletion {
    Deleted,
    NotFound,
    /// It has instances that are, or were, turned on.
    InUse,
}

#[derive(FromRow)]
pub(super) struct Row {
    id: Uuid,
    external_id: String,
    name: String,
    revision: i64,
    created_at: i64,
    updated_at: i64,
}

statements! {
    FIND = both("SELECT * FROM customers WHERE id = $1 AND (id = $2 OR $2 IS NULL)");
    FIND_EXTERNAL = both("SELECT * FROM customers WHERE external_id = $1 AND (id = $2 OR $2 IS NULL)");
    LIST = both("SELECT * FROM customers WHERE (id = $1 OR $1 IS NULL) AND id > $2 ORDER BY id LIMIT $3");
    INSERT = both(
        "INSERT INTO customers (id, external_id, name, revision, created_at, updated_at, name_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (external_id) DO NOTHING"
    );
    SAVE = both(
        "UPDATE customers SET name = $3, updated_at = $4, name_key = $6, revision = revision + 1
         WHERE id = $1 AND (id = $2 OR $2 IS NULL) AND revision = $5"
    );
    DELETE = both(
        "DELETE FROM customers WHERE id = $1 AND (id = $2 OR $2 IS NULL)
         AND NOT EXISTS (SELECT 1 FROM instances WHERE customer_id = $1 AND status <> 'draft')"
    );
    COUNT = both("SELECT COUNT(*) FROM customers");
}

impl Customers<'_> {
    pub async fn find(&mut self, scope: Scope, customer: &CustomerRef) -> Result<Option<Customer>, StoreError> {
        let own = columns::customer(scope);
        let row = match customer {
            CustomerRef::Id(id) => fetch!(fetch_optional as Row; self.source.within(scope), FIND, id.as_uuid(), own),
            CustomerRef::External(external_id) => {
                fetch!(fetch_optional as Row; self.source.within(scope), FIND_EXTERNAL, external_id.as_str(), own)
            }
        }?;
        Ok(row.map(Customer::from))
    }

    /// Oldest first; `cursor`: the last one of the page before.
    pub async fn list(&mut self, scope: Scope, cursor: Option<CustomerId>, limit: i64) -> Result<Vec<Customer>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source.within(scope), LIST, columns::customer(scope), columns::after(cursor.map(CustomerId::as_uuid)), limit)?;
        Ok(rows.into_iter().map(Customer::from).collect())
    }

    /// `Duplicate`: another customer has this `external_id`.
    pub async fn insert(&mut self, customer: &Customer) -> Result<Insertion, StoreError> {
        execute!(
            self.source,
            INSERT,
            customer.id.as_uuid(),
            customer.external_id.as_str(),
            customer.name.as_str(),
            customer.revision,
            customer.created_at.as_millis(),
            customer.updated_at.as_millis(),
            by_name::name_key(&customer.name),
        )
        .map(Insertion::of)
    }

    /// False: someone else saved since, or it is not there.
    pub async fn save(&mut self, scope: Scope, customer: &Customer, expected_revision: i64) -> Result<bool, StoreError> {
        let (id, name, updated_at) = (customer.id.as_uuid(), customer.name.as_str(), customer.updated_at.as_millis());
        let (own, name_key) = (columns::customer(scope), by_name::name_key(name));
        execute!(self.source.within(scope), SAVE, id, own, name, updated_at, expected_revision, name_key.as_str()).map(|rows| rows == 1)
    }

    pub async fn delete(&mut self, scope: Scope, id: CustomerId) -> Result<CustomerDeletion, StoreError> {
        if execute!(self.source.within(scope), DELETE, id.as_uuid(), columns::customer(scope))? == 1 {
            return Ok(CustomerDeletion::Deleted);
        }
        let still_there = self.find(scope, &CustomerRef::Id(id)).await?.is_some();
        Ok(if still_there { CustomerDeletion::InUse } else { CustomerDeletion::NotFound })
    }

    pub async fn count(&mut self) -> Result<i64, StoreError> {
        fetch!(fetch_one as (i64,); self.source, COUNT).map(|(count,)| count)
    }
}

impl From<Row> for Customer {
    fn from(row: Row) -> Self {
        Self {
            id: CustomerId::from_uuid(row.id),
            external_id: row.external_id,
            name: row.name,
            revision: row.revision,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        }
    }
}
