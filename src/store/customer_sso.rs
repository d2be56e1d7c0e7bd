//! Customers' own single sign-on: one a customer, one customer a domain.

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{ids::CustomerId, sso::CustomerSso, time::Timestamp};

pub struct CustomerSsos<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    customer_id: Uuid,
    issuer: String,
    client_id: String,
    client_secret: Json<SealedColumn>,
    domain: String,
    default_role: String,
    revision: i64,
}

statements! {
    FIND = both("SELECT * FROM customer_sso WHERE customer_id = $1");
    FIND_BY_DOMAIN = both("SELECT * FROM customer_sso WHERE domain = $1");
    SAVE = both(
        "INSERT INTO customer_sso (customer_id, issuer, client_id, client_secret, domain, default_role, key_ids, revision, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE NOT EXISTS
            (SELECT 1 FROM customer_sso WHERE domain = $5 AND customer_id <> $1)
         ON CONFLICT (customer_id) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id,
            client_secret = excluded.client_secret, domain = excluded.domain, default_role = excluded.default_role,
            key_ids = excluded.key_ids, revision = excluded.revision, updated_at = excluded.updated_at"
    );
    DELETE = both("DELETE FROM customer_sso WHERE customer_id = $1");
}

impl CustomerSsos<'_> {
    pub async fn find(&mut self, customer: CustomerId) -> Result<Option<CustomerSso>, StoreError> {
        fetch!(fetch_optional as Row; self.source, FIND, customer.as_uuid())?.map(CustomerSso::try_from).transpose()
    }

    /// Whose users come with addresses of this domain.
    pub async fn find_by_domain(&mut self, domain: &str) -> Result<Option<CustomerSso>, StoreError> {
        fetch!(fetch_optional as Row; self.source, FIND_BY_DOMAIN, domain)?.map(CustomerSso::try_from).transpose()
    }

    /// False: another customer has this domain.
    pub async fn save(&mut self, sso: &CustomerSso, now: Timestamp) -> Result<bool, StoreError> {
        execute!(
            self.source,
            SAVE,
            sso.customer_id.as_uuid(),
            sso.issuer.as_str(),
            sso.client_id.as_str(),
            Json(SealedColumn(sso.client_secret.clone())),
            sso.domain.as_str(),
            sso.default_role.as_str(),
            columns::key_ids(std::iter::once(&sso.client_secret)),
            sso.revision,
            now.as_millis(),
        )
        .map(|rows| rows == 1)
    }

    pub async fn delete(&mut self, customer: CustomerId) -> Result<bool, StoreError> {
        execute!(self.source, DELETE, customer.as_uuid()).map(|rows| rows == 1)
    }
}

impl TryFrom<Row> for CustomerSso {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            customer_id: CustomerId::from_uuid(row.customer_id),
            issuer: row.issuer,
            client_id: row.client_id,
            client_secret: row.client_secret.0.0,
            domain: row.domain,
            default_role: row.default_role.parse().map_err(|()| StoreError::unreadable("customer_sso.default_role"))?,
            revision: row.revision,
        })
    }
}
