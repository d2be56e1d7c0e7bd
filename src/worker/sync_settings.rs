//! Takes up what another process changed of how the organization appears.

use std::time::Duration;

use super::Told;
use crate::flows::{Context, settings};

const EVERY: Duration = Duration::from_secs(5);

pub(super) async fn run(context: Context, mut told: Told) {
    while told.pause(EVERY).await {
        if let Err(error) = settings::refresh(&context).await {
            tracing::error!(%error, "the organization's settings could not be read");
        }
    }
}
