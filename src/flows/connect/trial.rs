//! The end of trying an OAuth app: what came back is looked at, thrown away, and taken back at the provider.

use serde_json::json;

use super::finish::{Finished, Obtained};
use crate::{
    domain::{
        access::{Actor, Scope},
        attempt::{Attempt, AttemptEnd, Claimed},
        audit::AuditAction,
    },
    flows::{Broken, Context, requirement::Requirement, revoke},
};

/// Nothing of it is saved.
pub(super) async fn conclude(
    context: &Context,
    actor: &Actor,
    attempt: Attempt<Claimed>,
    requirement: &Requirement,
    obtained: Obtained,
) -> Result<Finished, Broken> {
    let ended = attempt.end(AttemptEnd::Completed, context.now());
    let connection = &requirement.connection;
    let detail = json!({"preset": requirement.slot.preset, "confirmed": obtained.confirmed});
    let mut work = context.store().begin().await?;
    work.attempts().end(&ended).await?;
    work.connections().delete(Scope::Organization, connection.id).await?;
    context.record(&mut work, &context.event(actor, AuditAction::PresetTried, detail)).await?;
    work.commit().await?;
    let mut own = requirement.credential.inputs.clone();
    own.extend(obtained.inputs);
    revoke::revoke_and_record(context, actor, requirement, &requirement.resolve_with(&own)?, &obtained.token).await?;
    Ok(Finished::Tried { return_to: ended.return_to, account: obtained.account, confirmed: obtained.confirmed })
}
