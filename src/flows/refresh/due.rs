//! What the worker calls: tokens renewed ahead of their end, and people told of connections that will end.

use serde_json::json;

use super::{NotLive, leased, unsaved};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        key::Key,
    },
    flows::{Broken, Context},
    store::Lease,
};

/// How many connections are told of at a time.
const WARNINGS: i64 = 100;

/// The connectors of which a token is due.
pub async fn due_connectors(context: &Context) -> Result<Vec<Key>, Broken> {
    Ok(context.store().read().connections().list_due_connectors(context.now()).await?)
}

/// Claims as many as the caller renews at once: a lease never waits in a queue.
pub async fn claim_due(context: &Context, connector: &Key, limit: usize) -> Result<Vec<Lease>, Broken> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut work = context.store().begin().await?;
    let leases = work.connections().claim_due(connector, &leased::owner(context), limit, context.now()).await?;
    work.commit().await?;
    Ok(leases)
}

/// Refreshes under a lease from `claim_due`. Failures have their next time by then, and are logged.
pub async fn renew(context: &Context, lease: Lease) {
    if context.unsaved().holds(lease.id) {
        // The provider has answered already: the lease goes to whoever saves that.
        let _lapses_else = leased::release(context, lease, true).await;
        unsaved::settle_one(context, lease.id).await;
        return;
    }
    match leased::refresh(context, lease, None).await {
        Ok(Ok(()) | Err(NotLive::Unavailable { .. } | NotLive::Unsaved)) => {}
        Ok(Err(NotLive::NeedsReconnect(reason))) => tracing::info!(connection = %lease.id, %reason, "a grant has ended"),
        Err(error) => tracing::error!(connection = %lease.id, %error, "a due token could not be refreshed"),
    }
}

/// Once for each end.
pub async fn warn_of_ends(context: &Context) -> Result<(), Broken> {
    for connection in context.store().read().connections().list_to_warn(context.now(), WARNINGS).await? {
        let warned = connection.warned(context.now());
        let mut work = context.store().begin().await?;
        // Stale: someone saved meanwhile, and whether there is still an end is read again.
        if work.connections().save(Scope::Organization, context.wrapped(&warned)?.as_ref()).await?.is_none() {
            continue;
        }
        let detail = json!({"ends_at": warned.ending.map(|ending| ending.at)});
        context.record(&mut work, &context.connection_event(&Actor::System, AuditAction::ConnectionExpiring, &warned, detail)).await?;
        work.commit().await?;
    }
    Ok(())
}
