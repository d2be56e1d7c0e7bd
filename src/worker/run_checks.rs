//! Checks that are due by schedule, or after a failure. A connector has so many places and no more, so that one whose service
//! hangs keeps no other waiting.

use std::{collections::HashMap, time::Duration};

use tokio::task::JoinSet;

use super::Told;
use crate::{
    domain::key::Key,
    flows::{Broken, Context, due_checks},
};

const EVERY: Duration = Duration::from_secs(2);
/// Rounds between two plannings of what has no check ahead of it.
const ROUNDS_A_PLAN: u32 = 30;
/// At once, of each connector.
const PLACES: usize = 8;

/// The checks under way, by connector.
#[derive(Default)]
struct Underway {
    tasks: JoinSet<Key>,
    of: HashMap<Key, usize>,
}

pub(super) async fn run(context: Context, mut told: Told) {
    let mut underway = Underway::default();
    let mut round = 0_u32;
    while told.pause(EVERY).await {
        if round.is_multiple_of(ROUNDS_A_PLAN)
            && let Err(error) = due_checks::plan(&context).await
        {
            tracing::error!(%error, "checks could not be planned");
        }
        round = round.wrapping_add(1);
        if let Err(error) = underway.start_due(&context).await {
            tracing::error!(%error, "checks that are due could not be started");
        }
    }
    while underway.tasks.join_next().await.is_some() {}
}

impl Underway {
    async fn start_due(&mut self, context: &Context) -> Result<(), Broken> {
        while let Some(ended) = self.tasks.try_join_next() {
            match ended {
                Ok(connector) => self.leave(&connector),
                // Whose place it was is not known any more; all are free once nothing runs.
                Err(error) => tracing::error!(%error, "a check ended early"),
            }
        }
        if self.tasks.is_empty() {
            self.of.clear();
        }
        for due in due_checks::list(context, PLACES as i64).await? {
            let taken = self.of.entry(due.connector.clone()).or_default();
            if *taken >= PLACES {
                continue;
            }
            *taken += 1;
            let context = context.clone();
            self.tasks.spawn(async move {
                if let Err(error) = due_checks::run(&context, &due).await {
                    tracing::error!(%error, connection = %due.connection_id, "a check could not be run");
                }
                due.connector
            });
        }
        Ok(())
    }

    fn leave(&mut self, connector: &Key) {
        if let Some(taken) = self.of.get_mut(connector) {
            *taken = taken.saturating_sub(1);
        }
    }
}
