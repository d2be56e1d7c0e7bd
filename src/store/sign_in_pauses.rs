//! Failed sign-ins, counted for a hash of whom or where they are counted. Each try is counted before it is made, so that many
//! at once are not one.

use super::{
    StoreError,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    pause::{FORGET_SECONDS, KNOWN_SECONDS, Pauses},
    time::Timestamp,
};

pub struct SignInPauses<'a> {
    pub(super) source: Source<'a>,
}

statements! {
    COUNT = both(
        "INSERT INTO sign_in_pauses (key_hash, failures, failed_at, paused_until) VALUES ($1, 1, $2, 0)
         ON CONFLICT (key_hash) DO UPDATE SET failed_at = excluded.failed_at,
            failures = CASE WHEN sign_in_pauses.failed_at < $3 THEN 1 ELSE sign_in_pauses.failures + 1 END
         WHERE sign_in_pauses.paused_until <= $2 RETURNING failures"
    );
    PAUSE = both("UPDATE sign_in_pauses SET paused_until = $2 WHERE key_hash = $1");
    FIND = both("SELECT paused_until FROM sign_in_pauses WHERE key_hash = $1");
    IS_KNOWN = both("SELECT succeeded_at FROM sign_in_pauses WHERE key_hash = $1 AND succeeded_at > $2");
    SUCCEED = both("UPDATE sign_in_pauses SET failures = 0, paused_until = 0, succeeded_at = $2 WHERE key_hash = $1");
    PURGE = both("DELETE FROM sign_in_pauses WHERE failed_at < $1 AND (succeeded_at IS NULL OR succeeded_at < $2)");
}

impl SignInPauses<'_> {
    /// Counts a try as failed until `succeed` says otherwise. `Some`: it is not to be made before then.
    pub async fn count(&mut self, key_hash: &[u8; 32], pauses: Pauses, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let key = key_hash.as_slice();
        let forget = now.plus_seconds(-FORGET_SECONDS).as_millis();
        match fetch!(fetch_optional as (i64,); self.source, COUNT, key, now.as_millis(), forget)? {
            Some((failures,)) => {
                let seconds = pauses.seconds_after(failures);
                if seconds > 0 {
                    execute!(self.source, PAUSE, key, now.plus_seconds(seconds).as_millis())?;
                }
                Ok(None)
            }
            None => {
                let row = fetch!(fetch_optional as (i64,); self.source, FIND, key)?;
                Ok(row.map(|(until,)| Timestamp::from_millis(until)))
            }
        }
    }

    /// Whether a sign-in succeeded here lately.
    pub async fn is_known(&mut self, key_hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
        let since = now.plus_seconds(-KNOWN_SECONDS).as_millis();
        fetch!(fetch_optional as (i64,); self.source, IS_KNOWN, key_hash.as_slice(), since).map(|row| row.is_some())
    }

    pub async fn succeed(&mut self, key_hash: &[u8; 32], now: Timestamp) -> Result<(), StoreError> {
        execute!(self.source, SUCCEED, key_hash.as_slice(), now.as_millis()).map(drop)
    }

    /// Removes what no longer counts.
    pub async fn purge(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let (failed, succeeded) = (now.plus_seconds(-FORGET_SECONDS), now.plus_seconds(-KNOWN_SECONDS));
        execute!(self.source, PURGE, failed.as_millis(), succeeded.as_millis())
    }
}
