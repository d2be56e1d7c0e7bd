//! Many connections checked one after the other, at a bounded rate, by whoever has the lease.

use super::{
    ids::{BulkCheckId, UserId},
    key::Key,
    time::Timestamp,
    user::Role,
};

/// Checks begun in a second, by all replicas together: who is asked is not to be flooded.
pub const A_SECOND: usize = 5;
/// Without a word from its holder a lease ends. Longer than a refresh and two checks may take.
pub const LEASE_SECONDS: i64 = 120;
/// How long what came of it can be looked at.
pub const KEEP_DAYS: i64 = 30;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkCheck {
    pub id: BulkCheckId,
    /// `None`: of every integration.
    pub integration: Option<Key>,
    pub started_by: UserId,
    pub role: Role,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// Which connections it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkSelection {
    pub integration: Option<Key>,
    /// Only those that do not work.
    pub only_broken: bool,
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkProgress {
    pub total: i64,
    pub checked: i64,
    /// Outcome and how many: `passed`, `not_declared`, `not_connected`, or a reason's code.
    pub outcomes: Vec<(String, i64)>,
}
