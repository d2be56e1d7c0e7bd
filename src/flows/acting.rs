//! An org user who acts for a customer: for one instance, a quarter of an hour, and a reason that the customer reads.

use serde_json::json;

use super::{Broken, Context};
use crate::domain::{
    access::{ACTING_SECONDS, Acting, Actor, Scope},
    audit::{AuditAction, AuditEvent},
    customer::CustomerRef,
    ids::InstanceId,
};

/// `None`: there is no such instance.
pub async fn begin(context: &Context, actor: &Actor, id: InstanceId, reason: String) -> Result<Option<Acting>, Broken> {
    let scope = Scope::Organization;
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let customer = context.store().read().customers().find(scope, &CustomerRef::Id(instance.customer_id)).await?;
    let Some(customer) = customer else { return Ok(None) };
    let acting = Acting {
        customer_id: customer.id,
        customer: customer.name,
        instance_id: id,
        reason,
        until: context.now().plus_seconds(ACTING_SECONDS),
    };
    record(context, actor, AuditAction::ActingBegun, &acting).await?;
    Ok(Some(acting))
}

/// Before it ends by itself.
pub async fn end(context: &Context, actor: &Actor, acting: &Acting) -> Result<(), Broken> {
    record(context, actor, AuditAction::ActingEnded, acting).await
}

async fn record(context: &Context, actor: &Actor, action: AuditAction, acting: &Acting) -> Result<(), Broken> {
    let detail = json!({"reason": acting.reason, "until": acting.until});
    let event = AuditEvent { instance_id: Some(acting.instance_id), ..context.customer_event(actor, action, acting.customer_id, detail) };
    let mut work = context.store().begin().await?;
    context.record(&mut work, &event).await?;
    Ok(work.commit().await?)
}
