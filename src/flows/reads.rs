//! Credential reads of the last half second, counted in memory by connection, key and minute.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::domain::{
    ids::{ApiKeyId, ConnectionId},
    time::Timestamp,
};

/// (connection, key, Unix minute) → reads.
pub(super) type Counts = HashMap<(ConnectionId, ApiKeyId, i64), i64>;

#[derive(Default)]
pub struct Reads {
    counts: Mutex<Counts>,
    /// When each key was used last, since that was written.
    used: Mutex<HashMap<ApiKeyId, Timestamp>>,
}

impl Reads {
    pub(super) fn add(&self, connection_id: ConnectionId, api_key_id: ApiKeyId, minute: i64) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry((connection_id, api_key_id, minute)).or_default() += 1;
    }

    pub(super) fn key_used(&self, key: ApiKeyId, at: Timestamp) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(key, at);
    }

    pub(super) fn take_used(&self) -> HashMap<ApiKeyId, Timestamp> {
        std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What could not be written is counted on.
    pub(super) fn put_back(&self, counts: Counts) {
        let mut all = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (what, count) in counts {
            *all.entry(what).or_default() += count;
        }
    }

    pub(super) fn take(&self) -> Counts {
        std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_was_put_back_is_counted_with_what_came_since() {
        let reads = Reads::default();
        let (connection, key) = (ConnectionId::from_uuid(Uuid::nil()), ApiKeyId::from_uuid(Uuid::nil()));
        reads.add(connection, key, 1);
        let failed = reads.take();
        reads.add(connection, key, 1);
        reads.put_back(failed);
        assert_eq!(reads.take(), [((connection, key, 1), 2)].into());
    }
}
