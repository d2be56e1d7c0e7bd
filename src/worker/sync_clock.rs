//! Follows the database's clock.

use std::time::Duration;

use super::Told;
use crate::flows::{Context, clock};

pub(super) async fn run(context: Context, every: Duration, mut told: Told) {
    while told.pause(every).await {
        if let Err(error) = clock::sync(&context).await {
            tracing::warn!(%error, "the database's clock could not be read");
        }
    }
}
