//! Looks for what needs somebody, and tells of it.

use std::time::Duration;

use super::Told;
use crate::flows::{Context, alerts};

pub(super) async fn run(context: Context, every: Duration, mut told: Told) {
    while told.pause(every).await {
        if let Err(error) = alerts::watch(&context).await {
            tracing::error!(%error, "alerts could not be looked after");
        }
    }
}
