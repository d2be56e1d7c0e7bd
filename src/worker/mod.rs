//! Loops that call flows. Add a job: its file here, its line in `Jobs::start`.
//!
//! A job ends when it is told to, after what it has begun; only one that takes too long is cut off.

mod flush_reads;
mod purge_sessions;
mod refresh_tokens;
mod sync_clock;

use std::time::Duration;

use tokio::{sync::watch, task::JoinSet};

use crate::flows::Context;

/// Longer than an outbound call may take.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// The jobs of one process.
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: JoinSet<()>,
}

impl Jobs {
    /// `refresh_every`: between two looks for tokens that are due.
    pub fn start(context: &Context, refresh_every: Duration) -> Self {
        let (stop, told) = watch::channel(false);
        let mut running = JoinSet::new();
        let told = || Told(told.clone());
        running.spawn(flush_reads::run(context.clone(), told()));
        running.spawn(purge_sessions::run(context.clone(), told()));
        running.spawn(refresh_tokens::run(context.clone(), refresh_every, told()));
        running.spawn(sync_clock::run(context.clone(), told()));
        Self { stop, running }
    }

    /// Returns when all have ended.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let ended = async { while self.running.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WITHIN, ended).await.is_err() {
            tracing::warn!("a job did not end in time and was cut off");
        }
    }
}

/// Whether a job has been told to stop.
#[derive(Clone)]
struct Told(watch::Receiver<bool>);

impl Told {
    /// Waits this long, or until told to stop. True: go on.
    async fn pause(&mut self, how_long: Duration) -> bool {
        // An error: nobody is left who could tell it anything.
        tokio::time::timeout(how_long, self.0.wait_for(|stop| *stop)).await.is_err()
    }
}
