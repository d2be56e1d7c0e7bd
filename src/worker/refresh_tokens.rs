//! Renews tokens ahead of their end. Each connector has its own places, so that a provider that hangs slows no other.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinSet};

use super::Told;
use crate::{
    domain::key::Key,
    flows::{Broken, Context, refresh},
};

/// Of one connector, in this process, at once.
const PLACES: usize = 16;
/// While more is due than there are places: how long the next claim waits for several to be free.
const BETWEEN_BATCHES: Duration = Duration::from_millis(20);
/// Polls between two looks for connections that end.
const WARN_EACH: u32 = 30;

struct Renewals {
    context: Context,
    places: HashMap<Key, Arc<Semaphore>>,
    running: JoinSet<()>,
}

pub(super) async fn run(context: Context, every: Duration, mut told: Told) {
    let mut renewals = Renewals { context: context.clone(), places: HashMap::new(), running: JoinSet::new() };
    let (mut polls, mut is_more_due) = (0_u32, false);
    while renewals.pause(&mut told, every, is_more_due).await {
        refresh::settle(&context).await;
        is_more_due = renewals.begin_due().await.unwrap_or_else(|error| {
            tracing::error!(%error, "due tokens could not be claimed");
            false
        });
        if polls.is_multiple_of(WARN_EACH)
            && let Err(error) = refresh::warn_of_ends(&context).await
        {
            tracing::error!(%error, "connections that end could not be told of");
        }
        polls = polls.wrapping_add(1);
    }
    // What is leased is finished, here and for readers who have gone.
    while renewals.running.join_next().await.is_some() {}
    refresh::finish_begun(&context).await;
}

impl Renewals {
    /// True: more is due than there are places.
    async fn begin_due(&mut self) -> Result<bool, Broken> {
        let mut is_more_due = false;
        for connector in refresh::due_connectors(&self.context).await? {
            let places = Arc::clone(self.places.entry(connector.clone()).or_insert_with(|| Arc::new(Semaphore::new(PLACES))));
            let free = places.available_permits();
            if free == 0 {
                is_more_due = true;
                continue;
            }
            let leases = refresh::claim_due(&self.context, &connector, free).await?;
            is_more_due |= leases.len() == free;
            for lease in leases {
                // There is one: only this loop takes places, and it claimed no more than were free.
                let (context, place) = (self.context.clone(), Arc::clone(&places).try_acquire_owned());
                self.running.spawn(async move {
                    refresh::renew(&context, lease).await;
                    drop(place);
                });
            }
        }
        Ok(is_more_due)
    }

    /// Until the next poll; or, while more is due, until a place is free. False: told to stop.
    async fn pause(&mut self, told: &mut Told, every: Duration, is_more_due: bool) -> bool {
        while self.running.try_join_next().is_some() {}
        if !is_more_due || self.running.is_empty() {
            return told.pause(every).await;
        }
        tokio::select! {
            go_on = told.pause(every) => go_on,
            _ = self.running.join_next() => told.pause(BETWEEN_BATCHES).await,
        }
    }
}
