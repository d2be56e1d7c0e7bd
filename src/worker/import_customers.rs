//! Imports what was started: one file at a time, a few records a step.

use std::time::Duration;

use super::Told;
use crate::flows::{
    Context,
    import::{self, Claimed, Step},
};

const EVERY: Duration = Duration::from_millis(500);
/// Between steps that ask services.
const REST: Duration = Duration::from_secs(1);
/// One purge in so many rounds.
const ROUNDS_A_PURGE: u32 = 1200;

pub(super) async fn run(context: Context, mut told: Told) {
    let mut round = 0_u32;
    while told.pause(EVERY).await {
        match import::claim(&context).await {
            Ok(Some(claimed)) => work(&context, claimed, &mut told).await,
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "an import could not be looked up"),
        }
        if round.is_multiple_of(ROUNDS_A_PURGE)
            && let Err(error) = import::purge(&context).await
        {
            tracing::error!(%error, "old imports could not be removed");
        }
        round = round.wrapping_add(1);
    }
}

/// Until it is done, lost, or all is to end.
async fn work(context: &Context, claimed: Claimed, told: &mut Told) {
    let rest = if claimed.asks_services() { REST } else { Duration::ZERO };
    while told.pause(rest).await {
        match claimed.step(context).await {
            Ok(Step::More) => {}
            Ok(Step::Done | Step::Lost) => return,
            Err(error) => {
                tracing::error!(%error, import = %claimed.id(), "an import stands still, and is tried again when its lease ends");
                return;
            }
        }
    }
    if let Err(error) = claimed.give_back(context).await {
        tracing::warn!(%error, "an import could not be given back");
    }
}
