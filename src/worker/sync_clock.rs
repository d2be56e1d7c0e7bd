//! Follows the database's clock.

use std::time::Duration;

use super::Told;
use crate::flows::{Context, clock};

const EVERY: Duration = Duration::from_secs(15);

pub(super) async fn run(context: Context, mut told: Told) {
    while told.pause(EVERY).await {
        if let Err(error) = clock::sync(&context).await {
            tracing::warn!(%error, "the database's clock could not be read");
        }
    }
}
