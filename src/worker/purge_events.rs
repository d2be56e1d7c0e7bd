//! Events, their deliveries and tries are kept for 30 days, mails too; alerts that are closed for 90, and plans for an hour.

use std::time::Duration;

use super::Told;
use crate::flows::{Context, alerts, apply::review, mail, webhooks};

const EVERY: Duration = Duration::from_secs(3600);

pub(super) async fn run(context: Context, mut told: Told) {
    while told.pause(EVERY).await {
        if let Err(error) = webhooks::purge(&context).await {
            tracing::error!(%error, "old events could not be removed");
        }
        if let Err(error) = mail::purge(&context).await {
            tracing::error!(%error, "old mails could not be removed");
        }
        if let Err(error) = alerts::purge(&context).await {
            tracing::error!(%error, "old alerts could not be removed");
        }
        if let Err(error) = review::purge(&context).await {
            tracing::error!(%error, "old plans could not be removed");
        }
    }
}
