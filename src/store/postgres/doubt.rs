//! Whether the connections that lie in the pools still lead somewhere. One that broke, or reached a server that only reads, is seldom
//! alone: every connection made before that moment is closed instead of used, and where there are several hosts the primary is looked for.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::hosts::Search;
use crate::store::trouble;

#[derive(Clone, Debug)]
pub(super) struct Doubt(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    since: Instant,
    /// Microseconds after `since`; what was connected before that moment is not trusted.
    moment: AtomicU64,
    search: OnceLock<Search>,
}

impl Doubt {
    pub fn new() -> Self {
        Self(Arc::new(Inner { since: Instant::now(), moment: AtomicU64::new(0), search: OnceLock::new() }))
    }

    /// Whoever looks for the primary when something breaks.
    pub fn look_with(&self, search: Search) {
        let _first = self.0.search.set(search);
    }

    /// True: the error is of a connection, or of the server behind it, and another one may do better.
    pub fn raise(&self, error: &sqlx::Error) -> bool {
        let is_of_the_connection = trouble::is_of_the_connection(error);
        if is_of_the_connection || matches!(error, sqlx::Error::PoolTimedOut) {
            self.now();
            if let Some(search) = self.0.search.get() {
                search.begin(self);
            }
        }
        is_of_the_connection
    }

    pub fn now(&self) {
        self.0.moment.fetch_max(micros(self.0.since.elapsed()), Ordering::Relaxed);
    }

    /// Of a connection so old.
    pub fn trusts(&self, age: Duration) -> bool {
        let made = self.0.since.elapsed().saturating_sub(age);
        let moment = self.0.moment.load(Ordering::Relaxed);
        moment == 0 || micros(made) > moment
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
