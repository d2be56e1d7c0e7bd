//! Expired sessions are refused when they are read; this only keeps the table small.

use std::time::Duration;

use super::Told;
use crate::flows::{self, Context};

const EVERY: Duration = Duration::from_secs(3600);

pub(super) async fn run(context: Context, mut told: Told) {
    while told.pause(EVERY).await {
        if let Err(error) = flows::purge_sessions(&context).await {
            tracing::error!(%error, "expired sessions could not be removed");
        }
    }
}
