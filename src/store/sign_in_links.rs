//! Links that sign a customer user in, by the hash of their token: one a user, each used once.

use uuid::Uuid;

use super::{
    StoreError,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{ids::CustomerUserId, time::Timestamp};

pub struct SignInLinks<'a> {
    pub(super) source: Source<'a>,
}

statements! {
    REPLACE = both(
        "INSERT INTO sign_in_links (user_id, token_hash, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at"
    );
    FIND = both("SELECT user_id FROM sign_in_links WHERE token_hash = $1 AND expires_at > $2");
    TAKE = both("DELETE FROM sign_in_links WHERE token_hash = $1 AND expires_at > $2 RETURNING user_id");
    CLEAR = both("DELETE FROM sign_in_links WHERE user_id = $1");
    PURGE = both("DELETE FROM sign_in_links WHERE expires_at <= $1");
}

impl SignInLinks<'_> {
    /// In place of the one that there was.
    pub async fn replace(&mut self, id: CustomerUserId, token_hash: &[u8; 32], expires_at: Timestamp) -> Result<(), StoreError> {
        execute!(self.source, REPLACE, id.as_uuid(), token_hash.as_slice(), expires_at.as_millis()).map(drop)
    }

    /// Whose it is, while it lasts.
    pub async fn find(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<CustomerUserId>, StoreError> {
        let row = fetch!(fetch_optional as (Uuid,); self.source, FIND, token_hash.as_slice(), now.as_millis())?;
        Ok(row.map(|(id,)| CustomerUserId::from_uuid(id)))
    }

    /// As `find`, and it is used up: one caller gets it.
    pub async fn take(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<CustomerUserId>, StoreError> {
        let row = fetch!(fetch_optional as (Uuid,); self.source, TAKE, token_hash.as_slice(), now.as_millis())?;
        Ok(row.map(|(id,)| CustomerUserId::from_uuid(id)))
    }

    pub async fn clear(&mut self, id: CustomerUserId) -> Result<(), StoreError> {
        execute!(self.source, CLEAR, id.as_uuid()).map(drop)
    }

    /// Removes the expired; how many there were.
    pub async fn purge(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, now.as_millis())
    }
}
