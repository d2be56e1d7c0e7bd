//! Somebody cannot go on because of what the organization manages: it is told so.

use serde_json::json;

use crate::{
    domain::{
        access::{Actor, Scope},
        audit::{AuditAction, AuditEvent},
        connection::ConnectionRef,
        ids::InstanceId,
        key::Key,
    },
    flows::{Broken, Context},
};

/// The wizard's page with the slot. `None`: there is no such slot for this caller, or nothing wrong with it.
pub async fn ask_for_help(context: &Context, scope: Scope, actor: &Actor, id: InstanceId, slot: &str) -> Result<Option<Key>, Broken> {
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    // The organization's own connection is in no customer's scope, and whoever has the instance may ask about it.
    let at = ConnectionRef::slot(id, slot);
    let Some(requirement) = context.find_requirement(Scope::Organization, &at).await? else { return Ok(None) };
    if !requirement.is_managed()? || !requirement.summary()?.is_failing {
        return Ok(None);
    }
    let detail = json!({"slot": slot, "connection": requirement.connection.id, "status": requirement.state()?.status()});
    let event = context.customer_event(actor, AuditAction::HelpAsked, instance.customer_id, detail);
    let mut work = context.store().begin().await?;
    context.record(&mut work, &AuditEvent { instance_id: Some(id), ..event }).await?;
    work.commit().await?;
    Ok(context.published_for(&instance).await?.integration.page_of_slot(slot).map(|page| page.key.clone()))
}
