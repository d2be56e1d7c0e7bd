//! Sessions, by the hash of their key. `update` is an UPDATE and nothing else: it never revives one that was ended meanwhile.

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::time::Timestamp;

pub struct Sessions<'a> {
    pub(super) source: Source<'a>,
}

/// By their ids. Neither, before anyone signed in; both, where one browser is an org user's and a customer user's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    pub org_user: Option<String>,
    pub customer_user: Option<String>,
}

statements! {
    LOAD = both("SELECT state FROM sessions WHERE key_hash = $1 AND expires_at > $2");
    INSERT = both(
        "INSERT INTO sessions (key_hash, state, subject, customer_user, expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    UPDATE = both("UPDATE sessions SET state = $2, subject = $3, customer_user = $4, expires_at = $5 WHERE key_hash = $1");
    TOUCH = both("UPDATE sessions SET expires_at = $2 WHERE key_hash = $1");
    DELETE = both("DELETE FROM sessions WHERE key_hash = $1");
    LIST = both(
        "SELECT key_hash, state, created_at FROM sessions WHERE (subject = $1 OR customer_user = $1) AND expires_at > $2
         ORDER BY created_at DESC"
    );
    DELETE_OF = both("DELETE FROM sessions WHERE (subject = $1 OR customer_user = $1) AND key_hash = $2");
    DELETE_OF_SUBJECT = both("DELETE FROM sessions WHERE subject = $1 OR customer_user = $1");
    PURGE = both("DELETE FROM sessions WHERE expires_at <= $1");
}

impl Sessions<'_> {
    /// Its state, as it was given. `None`: unknown, ended or expired.
    pub async fn load(&mut self, key_hash: &[u8; 32], now: Timestamp) -> Result<Option<String>, StoreError> {
        let row = fetch!(fetch_optional as (String,); self.source, LOAD, key_hash.as_slice(), now.as_millis())?;
        Ok(row.map(|(state,)| state))
    }

    /// `whose`: for `list` and `delete_of_subject`.
    pub async fn insert(
        &mut self,
        key_hash: &[u8; 32],
        state: &str,
        whose: &Whose,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (subject, user) = (whose.org_user.as_deref(), whose.customer_user.as_deref());
        execute!(self.source, INSERT, key_hash.as_slice(), state, subject, user, expires_at.as_millis(), now.as_millis()).map(drop)
    }

    /// False: it has been ended, and stays so.
    pub async fn update(&mut self, key_hash: &[u8; 32], state: &str, whose: &Whose, expires_at: Timestamp) -> Result<bool, StoreError> {
        let (subject, user) = (whose.org_user.as_deref(), whose.customer_user.as_deref());
        execute!(self.source, UPDATE, key_hash.as_slice(), state, subject, user, expires_at.as_millis()).map(|rows| rows == 1)
    }

    /// A new end, the same state.
    pub async fn touch(&mut self, key_hash: &[u8; 32], expires_at: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, TOUCH, key_hash.as_slice(), expires_at.as_millis()).map(|rows| rows == 1)
    }

    pub async fn delete(&mut self, key_hash: &[u8; 32]) -> Result<(), StoreError> {
        execute!(self.source, DELETE, key_hash.as_slice()).map(drop)
    }

    /// The sessions of an org user or a customer user, by their id, newest first: the hash of the key, the state, when it began.
    pub async fn list(&mut self, whose: &str, now: Timestamp) -> Result<Vec<([u8; 32], String, Timestamp)>, StoreError> {
        let rows = fetch!(fetch_all as (Vec<u8>, String, i64); self.source, LIST, whose, now.as_millis())?;
        let row = |(hash, state, at): (Vec<u8>, String, i64)| Ok((columns::hash(&hash)?, state, Timestamp::from_millis(at)));
        rows.into_iter().map(row).collect()
    }

    /// One of theirs. False: it is not theirs, or ended before.
    pub async fn delete_of(&mut self, whose: &str, key_hash: &[u8; 32]) -> Result<bool, StoreError> {
        execute!(self.source, DELETE_OF, whose, key_hash.as_slice()).map(|rows| rows == 1)
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
