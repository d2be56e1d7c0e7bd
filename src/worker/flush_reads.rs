//! Credential reads are counted in memory and written here, durable within a second.

use std::time::Duration;

use super::Told;
use crate::flows::Context;

const EVERY: Duration = Duration::from_millis(500);

pub(super) async fn run(context: Context, mut told: Told) {
    while told.pause(EVERY).await {
        if let Err(error) = context.flush_reads().await {
            tracing::error!(%error, "credential reads could not be noted");
        }
    }
}
