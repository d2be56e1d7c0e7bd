//! Bulk checks, a few connections a second. What was begun is finished before the job ends; the rest is anybody's.

use std::time::Duration;

use super::Told;
use crate::flows::{
    Context,
    bulk_checks::{self, Held},
};

const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(context: Context, mut told: Told) {
    let mut held = Held::None;
    while told.pause(EVERY).await {
        if let Err(error) = bulk_checks::step(&context, &mut held).await {
            tracing::error!(%error, "a bulk check could not go on");
        }
    }
    if let Err(error) = bulk_checks::release(&context, &held).await {
        tracing::error!(%error, "a bulk check could not be given back");
    }
}
