//! Loops that call flows. Add a job: one file here, its loop started in `app`.

use std::time::Duration;

use crate::flows::Context;

const FLUSH_READS_EVERY: Duration = Duration::from_millis(500);
const PURGE_SESSIONS_EVERY: Duration = Duration::from_secs(3600);

/// Credential reads are counted in memory and written here, durable within a second.
pub async fn flush_reads(context: Context) {
    loop {
        tokio::time::sleep(FLUSH_READS_EVERY).await;
        if let Err(error) = context.flush_reads().await {
            tracing::error!(%error, "credential reads could not be noted");
        }
    }
}

/// Expired sessions are refused when they are read; this only keeps the table small.
pub async fn purge_sessions(context: Context) {
    loop {
        tokio::time::sleep(PURGE_SESSIONS_EVERY).await;
        if let Err(error) = crate::flows::purge_sessions(&context).await {
            tracing::error!(%error, "expired sessions could not be removed");
        }
    }
}
