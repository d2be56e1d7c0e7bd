//! Answers already given, by API key and `Idempotency-Key`, so that a repeated request gets the same one.

use sqlx::FromRow;

use super::{
    Insertion, StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{ids::ApiKeyId, time::Timestamp};

pub struct Idempotency<'a> {
    pub(super) source: Source<'a>,
}

/// Never of a call whose answer holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// SHA-256 of the request: the same key with another request is an error.
    pub request_hash: [u8; 32],
    pub status: u16,
    pub body: String,
}

#[derive(FromRow)]
struct Row {
    request_hash: Vec<u8>,
    status: i64,
    body: String,
}

statements! {
    FIND = both("SELECT request_hash, status, body FROM idempotency_keys WHERE api_key_id = $1 AND key = $2");
    INSERT = both(
        "INSERT INTO idempotency_keys (api_key_id, key, request_hash, status, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (api_key_id, key) DO NOTHING"
    );
    PURGE = both("DELETE FROM idempotency_keys WHERE created_at < $1");
}

impl Idempotency<'_> {
    pub async fn find(&mut self, api_key: ApiKeyId, key: &str) -> Result<Option<StoredAnswer>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, FIND, api_key.as_uuid(), key)?;
        row.map(StoredAnswer::try_from).transpose()
    }

    /// `Duplicate`: the same request ran beside this one, and its answer counts.
    pub async fn insert(&mut self, api_key: ApiKeyId, key: &str, answer: &StoredAnswer, now: Timestamp) -> Result<Insertion, StoreError> {
        let (hash, status) = (answer.request_hash.as_slice(), i64::from(answer.status));
        execute!(self.source, INSERT, api_key.as_uuid(), key, hash, status, answer.body.as_str(), now.as_millis()).map(Insertion::of)
    }

    /// Removes what was answered before then; how many that were.
    pub async fn purge(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, before.as_millis())
    }
}

impl TryFrom<Row> for StoredAnswer {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            request_hash: columns::hash(&row.request_hash)?,
            status: u16::try_from(row.status).map_err(|_| StoreError::unreadable("idempotency_keys.status"))?,
            body: row.body,
        })
    }
}
