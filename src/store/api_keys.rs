//! API keys, by the hash of the key. A revoked one is still found: the caller is told that it was revoked.

use std::collections::BTreeSet;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::{ApiKey, ApiScope, KeyReach},
    ids::{ApiKeyId, CustomerId},
    time::Timestamp,
};

pub struct ApiKeys<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    key_hash: Vec<u8>,
    scopes: Json<BTreeSet<ApiScope>>,
    created_at: i64,
    revoked_at: Option<i64>,
    used_at: Option<i64>,
    customer_id: Option<Uuid>,
    expires_at: Option<i64>,
}

statements! {
    INSERT = both(
        "INSERT INTO api_keys (id, name, key_hash, scopes, created_at, revoked_at, customer_id, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    PURGE = both("DELETE FROM api_keys WHERE expires_at <= $1");
    FIND_BY_HASH = both("SELECT * FROM api_keys WHERE key_hash = $1");
    LIST = both("SELECT * FROM api_keys WHERE customer_id IS NULL ORDER BY id");
    REVOKE = both("UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");
    USED = both("UPDATE api_keys SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at < $3)");
}

impl ApiKeys<'_> {
    pub async fn insert(&mut self, key: &ApiKey) -> Result<(), StoreError> {
        let (created_at, revoked_at) = (key.created_at.as_millis(), columns::millis(key.revoked_at));
        let (name, hash) = (key.name.as_str(), key.key_hash.as_slice());
        let customer_id = key.reach.scope().customer_id().map(CustomerId::as_uuid);
        let (id, scopes, expires_at) = (key.id.as_uuid(), Json(&key.scopes), columns::millis(key.expires_at));
        execute!(self.source, INSERT, id, name, hash, scopes, created_at, revoked_at, customer_id, expires_at).map(drop)
    }

    /// Removes what has ended: a customer's token lives for minutes or hours.
    pub async fn purge(&mut self, now: Timestamp) -> Result<(), StoreError> {
        execute!(self.source, PURGE, now.as_millis()).map(drop)
    }

    pub async fn find_by_hash(&mut self, key_hash: &[u8; 32]) -> Result<Option<ApiKey>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, FIND_BY_HASH, key_hash.as_slice())?;
        row.map(ApiKey::try_from).transpose()
    }

    /// The organization's, oldest first, revoked ones too.
    pub async fn list(&mut self) -> Result<Vec<ApiKey>, StoreError> {
        fetch!(fetch_all as Row; self.source, LIST)?.into_iter().map(ApiKey::try_from).collect()
    }

    /// To the minute.
    pub async fn used(&mut self, id: ApiKeyId, at: Timestamp) -> Result<(), StoreError> {
        execute!(self.source, USED, id.as_uuid(), at.as_millis(), at.plus_seconds(-60).as_millis()).map(drop)
    }

    /// False: it is not there, or was revoked before.
    pub async fn revoke(&mut self, id: ApiKeyId, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, REVOKE, id.as_uuid(), now.as_millis()).map(|rows| rows == 1)
    }
}

impl TryFrom<Row> for ApiKey {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: ApiKeyId::from_uuid(row.id),
            name: row.name,
            key_hash: columns::hash(&row.key_hash)?,
            scopes: row.scopes.0,
            created_at: Timestamp::from_millis(row.created_at),
            reach: row.customer_id.map_or(KeyReach::Organization, |id| KeyReach::Workflows(CustomerId::from_uuid(id))),
            revoked_at: columns::time(row.revoked_at),
            used_at: columns::time(row.used_at),
            expires_at: columns::time(row.expires_at),
        })
    }
}
