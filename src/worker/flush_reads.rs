//! Credential reads are counted in memory and written here, durable within a second.

use std::time::Duration;

use super::Told;
use crate::flows::Context;

const EVERY: Duration = Duration::from_millis(500);

pub(super) async fn run(context: Context, mut told: Told) {
    let mut fails = false;
    while told.pause(EVERY).await {
        let flushed = context.flush_reads().await;
        match &flushed {
            // Said once: a full disk would be told of twice a second.
            Err(error) if !fails => tracing::error!(%error, "credential reads cannot be noted; they are counted on"),
            Ok(()) if fails => tracing::info!("credential reads are noted again"),
            _ => {}
        }
        fails = flushed.is_err();
    }
}
