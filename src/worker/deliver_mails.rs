//! Sends the mails that are due.

use std::time::Duration;

use super::Told;
use crate::flows::{Context, mail};

const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(context: Context, mut told: Told) {
    if !mail::is_configured(&context) {
        return;
    }
    while told.pause(EVERY).await {
        loop {
            match mail::deliver_due(&context).await {
                Ok(0) => break,
                Ok(_) if told.pause(Duration::ZERO).await => {}
                Ok(_) => return,
                Err(error) => {
                    tracing::error!(%error, "mails could not be sent");
                    break;
                }
            }
        }
    }
}
