//! Sign-ins as another account that nobody chose in time: erased here, and taken back at the provider.

use std::time::Duration;

use super::Told;
use crate::flows::{Context, connect};

const EVERY: Duration = Duration::from_secs(15);

pub(super) async fn run(context: Context, mut told: Told) {
    while told.pause(EVERY).await {
        if let Err(error) = connect::purge(&context).await {
            tracing::error!(%error, "sign-ins that nobody chose could not be erased");
        }
    }
}
