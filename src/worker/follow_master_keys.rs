//! Tells the other processes which master keys this one has, and follows the current one.

use super::Told;
use crate::flows::{Context, master_keys};

pub(super) async fn run(context: Context, mut told: Told) {
    while told.pause(master_keys::EVERY).await {
        if let Err(error) = master_keys::tell_alive(&context).await {
            tracing::warn!(%error, "the current master key could not be followed");
        }
    }
}
