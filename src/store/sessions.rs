//! Sessions, by the hash of their key. `update` is an UPDATE and nothing else: it never revives one that was ended meanwhile.

use super::{
    StoreError,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::time::Timestamp;

pub struct Sessions<'a> {
    pub(super) source: Source<'a>,
}

statements! {
    LOAD = both("SELECT state FROM sessions WHERE key_hash = $1 AND expires_at > $2");
    INSERT = both("INSERT INTO sessions (key_hash, state, subject, expires_at, created_at) VALUES ($1, $2, $3, $4, $5)");
    UPDATE = both("UPDATE sessions SET state = $2, subject = $3, expires_at = $4 WHERE key_hash = $1");
    TOUCH = both("UPDATE sessions SET expires_at = $2 WHERE key_hash = $1");
    DELETE = both("DELETE FROM sessions WHERE key_hash = $1");
    DELETE_OF_SUBJECT = both("DELETE FROM sessions WHERE subject = $1");
    PURGE = both("DELETE FROM sessions WHERE expires_at <= $1");
}

impl Sessions<'_> {
    /// Its state, as it was given. `None`: unknown, ended or expired.
    pub async fn load(&mut self, key_hash: &[u8; 32], now: Timestamp) -> Result<Option<String>, StoreError> {
        let row = fetch!(fetch_optional as (String,); self.source, LOAD, key_hash.as_slice(), now.as_millis())?;
        Ok(row.map(|(state,)| state))
    }

    /// `subject`: whose it is, for `delete_of_subject`; `None` before anyone signed in.
    pub async fn insert(
        &mut self,
        key_hash: &[u8; 32],
        state: &str,
        subject: Option<&str>,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(self.source, INSERT, key_hash.as_slice(), state, subject, expires_at.as_millis(), now.as_millis()).map(drop)
    }

    /// False: it has been ended, and stays so.
    pub async fn update(
        &mut self,
        key_hash: &[u8; 32],
        state: &str,
        subject: Option<&str>,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        execute!(self.source, UPDATE, key_hash.as_slice(), state, subject, expires_at.as_millis()).map(|rows| rows == 1)
    }

    /// A new end, the same state.
    pub async fn touch(&mut self, key_hash: &[u8; 32], expires_at: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, TOUCH, key_hash.as_slice(), expires_at.as_millis()).map(|rows| rows == 1)
    }

    pub async fn delete(&mut self, key_hash: &[u8; 32]) -> Result<(), StoreError> {
        execute!(self.source, DELETE, key_hash.as_slice()).map(drop)
    }

    /// Signs someone out everywhere; how many sessions that were.
    pub async fn delete_of_subject(&mut self, subject: &str) -> Result<u64, StoreError> {
        execute!(self.source, DELETE_OF_SUBJECT, subject)
    }

    /// Removes the expired; how many there were.
    pub async fn purge(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, now.as_millis())
    }
}
