//! Secrets that were replaced more than a day ago, and bulk checks of another month.

use std::time::Duration;

use super::Told;
use crate::flows::{Context, bulk_checks, replaced};

const EVERY: Duration = Duration::from_secs(600);

pub(super) async fn run(context: Context, mut told: Told) {
    while told.pause(EVERY).await {
        for done in [replaced::purge(&context).await, bulk_checks::purge(&context).await] {
            if let Err(error) = done {
                tracing::error!(%error, "what was kept for a while could not be removed");
            }
        }
    }
}
