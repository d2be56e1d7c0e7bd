//! Codes that stand in for a lost second step, by their hash. Using one deletes it.

use super::{
    StoreError,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::ids::UserId;

pub struct RecoveryCodes<'a> {
    pub(super) source: Source<'a>,
}

statements! {
    INSERT = both("INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)");
    USE = both("DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2");
    CLEAR = both("DELETE FROM recovery_codes WHERE user_id = $1");
    COUNT = both("SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1");
}

impl RecoveryCodes<'_> {
    /// In place of those that there were.
    pub async fn replace(&mut self, id: UserId, code_hashes: &[[u8; 32]]) -> Result<(), StoreError> {
        execute!(self.source, CLEAR, id.as_uuid())?;
        for hash in code_hashes {
            execute!(self.source, INSERT, id.as_uuid(), hash.as_slice())?;
        }
        Ok(())
    }

    /// False: there is no such code, or it was used.
    pub async fn take(&mut self, id: UserId, code_hash: &[u8; 32]) -> Result<bool, StoreError> {
        execute!(self.source, USE, id.as_uuid(), code_hash.as_slice()).map(|rows| rows == 1)
    }

    /// How many are left.
    pub async fn count(&mut self, id: UserId) -> Result<i64, StoreError> {
        fetch!(fetch_one as (i64,); self.source, COUNT, id.as_uuid()).map(|(count,)| count)
    }
}
