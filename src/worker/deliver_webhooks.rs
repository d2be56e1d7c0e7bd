//! Sends what the outbox holds, a lane an endpoint: one that hangs holds up nobody else's events.

use std::{collections::HashMap, time::Duration};

use futures_util::future::join_all;
use tokio::task::JoinHandle;

use super::Told;
use crate::{
    domain::ids::WebhookEndpointId,
    flows::{Context, webhooks},
};

const EVERY: Duration = Duration::from_millis(500);

pub(super) async fn run(context: Context, mut told: Told) {
    let mut lanes: HashMap<WebhookEndpointId, JoinHandle<()>> = HashMap::new();
    while told.pause(EVERY).await {
        lanes.retain(|_, lane| !lane.is_finished());
        match webhooks::due_endpoints(&context).await {
            Ok(due) => {
                for endpoint in due {
                    lanes.entry(endpoint).or_insert_with(|| tokio::spawn(lane(context.clone(), endpoint, told.clone())));
                }
            }
            Err(error) => tracing::error!(%error, "due webhooks could not be looked up"),
        }
    }
    join_all(lanes.into_values()).await;
}

/// Until nothing more is due.
async fn lane(context: Context, endpoint: WebhookEndpointId, mut told: Told) {
    while told.pause(Duration::ZERO).await {
        match webhooks::deliver_due(&context, endpoint).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, %endpoint, "webhooks could not be sent");
                return;
            }
        }
    }
}
