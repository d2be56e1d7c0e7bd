//! Single sign-ons in progress. Claiming one deletes it: it comes back once, and only to the browser that began it.

use uuid::Uuid;

use super::{
    StoreError,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{ids::CustomerId, time::Timestamp};

pub struct SsoAttempts<'a> {
    pub(super) source: Source<'a>,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SsoClaim {
    /// An org user's, or one of this customer.
    Claimed(Option<CustomerId>),
    /// Unknown, used, too old, or begun by another browser.
    Nothing,
}

statements! {
    INSERT = both("INSERT INTO sso_attempts (state_hash, browser_hash, customer_id, created_at) VALUES ($1, $2, $3, $4)");
    CLAIM = both("DELETE FROM sso_attempts WHERE state_hash = $1 AND browser_hash = $2 AND created_at > $3 RETURNING customer_id");
    PURGE = both("DELETE FROM sso_attempts WHERE created_at <= $1");
}

const LIVES_SECONDS: i64 = 600;

impl SsoAttempts<'_> {
    /// `customer`: whose user signs in; `None` is an org user.
    pub async fn insert(
        &mut self,
        state_hash: &[u8; 32],
        browser_hash: &[u8; 32],
        customer: Option<CustomerId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let customer = customer.map(CustomerId::as_uuid);
        execute!(self.source, INSERT, state_hash.as_slice(), browser_hash.as_slice(), customer, now.as_millis()).map(drop)
    }

    pub async fn claim(&mut self, state_hash: &[u8; 32], browser_hash: &[u8; 32], now: Timestamp) -> Result<SsoClaim, StoreError> {
        let since = now.plus_seconds(-LIVES_SECONDS).as_millis();
        let row = fetch!(fetch_optional as (Option<Uuid>,); self.source, CLAIM, state_hash.as_slice(), browser_hash.as_slice(), since)?;
        Ok(row.map_or(SsoClaim::Nothing, |(customer,)| SsoClaim::Claimed(customer.map(CustomerId::from_uuid))))
    }

    pub async fn purge(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, now.plus_seconds(-LIVES_SECONDS).as_millis())
    }
}
