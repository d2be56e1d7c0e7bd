//! When a token is renewed: the policy, and the plan that a connection keeps. `docs/refresh.md` says it in plain words.
//!
//! Times spread by the connection's own id, so that a hundred thousand tokens of one minute are not due in one minute.

use std::num::NonZeroU32;

use super::{credential::TokenMeta, ids::ConnectionId, reason::Reason, time::Timestamp};

const MINUTE_MILLIS: i64 = 60_000;
const DAY_MILLIS: i64 = 24 * 60 * MINUTE_MILLIS;
const BEFORE_END_MILLIS: i64 = 5 * MINUTE_MILLIS;
const WARN_BEFORE_MILLIS: i64 = 14 * DAY_MILLIS;
const FIRST_RETRY_MILLIS: i64 = 30_000;
const LONGEST_RETRY_MILLIS: i64 = 60 * MINUTE_MILLIS;

/// A lease outlives the longest outbound call (15 s), so that none is lost to a slow answer.
pub const LEASE_SECONDS: i64 = 60;

/// What is to be done about a connection's token, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refresh {
    /// Nothing: there is no token, it has no end, or there is no way to renew it.
    #[default]
    Idle,
    Fresh {
        due_at: Timestamp,
    },
    /// It failed, and is tried again without end: only the provider's word ends a grant.
    Retrying {
        retry_at: Timestamp,
        failures: NonZeroU32,
        reason: Reason,
    },
}

impl Refresh {
    /// For a token just obtained.
    pub fn plan(token: Option<&TokenMeta>, id: ConnectionId) -> Self {
        match token.filter(|token| token.is_renewable()).and_then(|token| Some((token, token.useful_until()?))) {
            Some((token, end)) => Self::Fresh { due_at: due_at(token.obtained_at, end, id) },
            None => Self::Idle,
        }
    }

    /// After one more failure. `retry_after_seconds`: the provider's own wish, honoured where it is longer.
    pub fn retry(self, reason: Reason, retry_after_seconds: Option<i64>, id: ConnectionId, now: Timestamp) -> Self {
        let failures = self.failures().saturating_add(1);
        let wait = back_off_millis(failures, seed(id, now)).max(retry_after_seconds.unwrap_or(0).saturating_mul(1000));
        let retry_at = plus(now, wait.min(LONGEST_RETRY_MILLIS));
        Self::Retrying { retry_at, failures: NonZeroU32::MIN.saturating_add(failures - 1), reason }
    }

    /// From its columns. A retry without a reason is none.
    pub fn from_parts(at: Option<Timestamp>, failures: u32, reason: Option<Reason>) -> Self {
        match (at, NonZeroU32::new(failures), reason) {
            (None, ..) => Self::Idle,
            (Some(retry_at), Some(failures), Some(reason)) => Self::Retrying { retry_at, failures, reason },
            (Some(due_at), ..) => Self::Fresh { due_at },
        }
    }

    /// When the worker asks the provider next.
    pub const fn next_at(self) -> Option<Timestamp> {
        match self {
            Self::Idle => None,
            Self::Fresh { due_at } => Some(due_at),
            Self::Retrying { retry_at, .. } => Some(retry_at),
        }
    }
    /// In a row, since the last success.
    pub const fn failures(self) -> u32 {
        match self {
            Self::Retrying { failures, .. } => failures.get(),
            Self::Idle | Self::Fresh { .. } => 0,
        }
    }
    /// Of the last failure.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Retrying { reason, .. } => Some(reason),
            Self::Idle | Self::Fresh { .. } => None,
        }
    }
    /// The provider is left alone until then.
    pub fn backs_off_until(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Retrying { retry_at, .. } if retry_at > now => Some(retry_at),
            _ => None,
        }
    }
}

/// When a connection ends by itself, unless a person consents again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    pub at: Timestamp,
    /// `None`: was warned of.
    pub warn_at: Option<Timestamp>,
}

impl Ending {
    /// The warning comes 14 days ahead, but never in the first half: a refresh token that is good for a week and renewed every
    /// hour is no cause for alarm.
    pub fn plan(token: Option<&TokenMeta>) -> Option<Self> {
        let token = token?;
        let at = if token.is_renewable() { token.refresh_expires_at } else { token.expires_at }?;
        let half = halfway(token.obtained_at, at);
        Some(Self { at, warn_at: Some(plus(at, -WARN_BEFORE_MILLIS).max(half)) })
    }

    /// The end that a renewed token names. A provider that counts the same end down in seconds has not moved it.
    pub fn moved_to(before: Option<Self>, next: Option<Self>) -> Option<Self> {
        match (before, next) {
            (Some(before), Some(next)) if before.at.as_millis().abs_diff(next.at.as_millis()) <= MINUTE_MILLIS.unsigned_abs() => {
                Some(before)
            }
            (_, next) => next,
        }
    }
}

/// Five minutes before the end or at 80 % of its life, whichever is earlier, and up to a fifth of its life before that; but never
/// in the first half, after which a twentieth of its life is there to spread over.
fn due_at(obtained_at: Timestamp, end: Timestamp, id: ConnectionId) -> Timestamp {
    let life = end.as_millis().saturating_sub(obtained_at.as_millis()).max(0);
    let half = life / 2;
    let wanted = (life - BEFORE_END_MILLIS).min(life / 5 * 4).max(half);
    let (earliest, latest) = ((wanted - life / 5).max(half), wanted.max(half + life / 20));
    plus(obtained_at, earliest + share(seed(id, obtained_at), latest - earliest))
}

/// 30 s, doubled by each failure to an hour; up to a fifth of it less.
fn back_off_millis(failures: u32, seed: u64) -> i64 {
    let doublings = failures.saturating_sub(1).min(7);
    let longest = (FIRST_RETRY_MILLIS << doublings).min(LONGEST_RETRY_MILLIS);
    longest - share(seed, longest / 5)
}

fn halfway(from: Timestamp, to: Timestamp) -> Timestamp {
    plus(from, to.as_millis().saturating_sub(from.as_millis()).max(0) / 2)
}

const fn plus(time: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(time.as_millis().saturating_add(millis))
}

/// Between 0 and `whole`, evenly over all seeds.
fn share(seed: u64, whole: i64) -> i64 {
    let parts = u64::try_from(whole).unwrap_or(0).saturating_add(1);
    i64::try_from(seed % parts).unwrap_or(0)
}

/// The finalizer of SplitMix64: neighbours in, strangers out.
fn seed(id: ConnectionId, at: Timestamp) -> u64 {
    let (high, low) = id.as_uuid().as_u64_pair();
    let mut mixed = high ^ low.rotate_left(32) ^ at.as_millis().unsigned_abs();
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
