//! Loops that call flows. Add a job: its file here, its line in `Jobs::start`.
//!
//! A job ends when it is told to, after what it has begun; only one that takes too long is cut off.

mod deliver_mails;
mod deliver_webhooks;
mod flush_reads;
mod import_customers;
mod follow_master_keys;
mod purge_attempts;
mod purge_events;
mod purge_replaced;
mod purge_sessions;
mod refresh_tokens;
mod run_bulk_checks;
mod run_checks;
mod sync_clock;
mod sync_settings;
mod watch_alerts;

use std::time::Duration;

use tokio::{sync::watch, task::JoinSet};

use crate::flows::Context;

/// Longer than an outbound call may take.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// How long jobs that a test must hold still wait between two rounds.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub refresh_tokens: Duration,
    pub sync_clock: Duration,
    pub watch_alerts: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { refresh_tokens: Duration::from_secs(1), sync_clock: Duration::from_secs(15), watch_alerts: Duration::from_secs(15) }
    }
}

/// The jobs of one process.
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: JoinSet<()>,
}

impl Jobs {
    pub fn start(context: &Context, pace: Pace) -> Self {
        let (stop, told) = watch::channel(false);
        let mut running = JoinSet::new();
        let told = || Told(told.clone());
        running.spawn(deliver_mails::run(context.clone(), told()));
        running.spawn(deliver_webhooks::run(context.clone(), told()));
        running.spawn(flush_reads::run(context.clone(), told()));
        running.spawn(follow_master_keys::run(context.clone(), told()));
        running.spawn(import_customers::run(context.clone(), told()));
        running.spawn(purge_attempts::run(context.clone(), told()));
        running.spawn(purge_events::run(context.clone(), told()));
        running.spawn(purge_replaced::run(context.clone(), told()));
        running.spawn(purge_sessions::run(context.clone(), told()));
        running.spawn(refresh_tokens::run(context.clone(), pace.refresh_tokens, told()));
        running.spawn(run_bulk_checks::run(context.clone(), told()));
        running.spawn(run_checks::run(context.clone(), told()));
        running.spawn(sync_clock::run(context.clone(), pace.sync_clock, told()));
        running.spawn(sync_settings::run(context.clone(), told()));
        running.spawn(watch_alerts::run(context.clone(), pace.watch_alerts, told()));
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
