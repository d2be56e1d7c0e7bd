//! The outbox: what an audit event means to the organization's own programs, queued in the transaction of the change itself.
//!
//! A connection's events follow from its status in the row, compared with the one that was told last: whichever flow moved it,
//! each change is told once.

use super::{Broken, Context, disconnect::PLACES};
use crate::{
    domain::{
        access::Scope,
        audit::{AuditAction, AuditEvent},
        customer::CustomerRef,
        event::{Event, EventCustomer, EventData, EventKind, EventUse},
    },
    store::UnitOfWork,
};

/// Called for every audit event, so a change cannot be on record and not be told.
pub(super) async fn announce(context: &Context, work: &mut UnitOfWork, audited: &AuditEvent) -> Result<(), Broken> {
    let Some((kind, data)) = meaning(work, audited).await? else { return Ok(()) };
    let mut endpoints = work.webhook_endpoints().list_enabled().await?;
    endpoints.retain(|endpoint| endpoint.subscribes_to(kind));
    if endpoints.is_empty() {
        return Ok(());
    }
    let event = Event { id: context.new_event_id(), kind, at: audited.at, data };
    work.events().insert(&event).await?;
    for endpoint in endpoints {
        work.webhook_deliveries().insert(context.new_webhook_delivery_id(), event.id, endpoint.id, event.at).await?;
    }
    Ok(())
}

async fn meaning(work: &mut UnitOfWork, audited: &AuditEvent) -> Result<Option<(EventKind, EventData)>, Broken> {
    // Changes nothing, and comes with every read.
    if audited.action == AuditAction::CredentialRead {
        return Ok(None);
    }
    let named = EventKind::by_name(audited.action.name()).filter(|kind| !kind.is_of_status());
    if let Some(id) = audited.connection_id {
        let Some(mut now) = work.events().connection(id).await? else { return Ok(None) };
        if now.data.instance.is_none() {
            let uses = work.bindings().uses(Scope::Organization, id, PLACES).await?;
            let told = uses.into_iter().map(|of| EventUse { instance: of.instance_id, integration: of.integration_key, slot: of.slot });
            now.data.used_in = told.collect();
        }
        if now.announced_status != now.state.status()
            && let Some(kind) = EventKind::of_change(now.state, now.was_connected_before)
        {
            work.events().announce(id, audited.at).await?;
            return Ok(Some((kind, now.data)));
        }
        let ends_at = audited.detail["ends_at"].as_str().and_then(|time| time.parse().ok());
        return Ok(named.map(|kind| (kind, EventData { ends_at, ..now.data })));
    }
    let Some(kind) = named else { return Ok(None) };
    if let Some(id) = audited.instance_id {
        return Ok(work.events().instance(id).await?.map(|data| (kind, data)));
    }
    let Some(id) = audited.customer_id else { return Ok(None) };
    let customer = work.customers().find(Scope::Organization, &CustomerRef::Id(id)).await?;
    let customer = customer.map(|customer| EventCustomer { id, external_id: customer.external_id });
    Ok(customer.map(|customer| (kind, EventData { customer: Some(customer), ..EventData::default() })))
}
