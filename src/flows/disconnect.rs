//! Disconnecting: what stops is listed first, our copy goes, then the provider is asked to take the grant back.
//!
//! In this order: a crash between the two leaves a token that nobody has, never one that looks good here and is not. The
//! connection keeps its id, and what is bound to it.

use serde_json::json;

use super::{Broken, Context, SlotSummary, requirement::Requirement, revoke};
use crate::domain::{
    access::{Actor, Scope},
    audit::AuditAction,
    connection::ConnectionState,
    credential::{Credential, SealedCredential},
    ids::InstanceId,
    instance::InstanceStatus,
};

/// How the provider took a revocation.
pub use crate::providers::oauth2::Revocation;

/// What a disconnect would touch.
pub struct Before {
    pub slot: SlotSummary,
    /// Everything that uses the connection.
    pub uses: Vec<Use>,
}

pub struct Use {
    pub name: String,
    /// Turned on, so its runs would stop.
    pub is_on: bool,
}

pub async fn before(context: &Context, scope: Scope, id: InstanceId, slot: &str) -> Result<Option<Before>, Broken> {
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let Some(requirement) = context.find_requirement(scope, id, slot).await? else { return Ok(None) };
    if matches!(scope, Scope::Customer(_)) && requirement.is_managed()? {
        return Ok(None);
    }
    let uses = vec![Use { name: instance.name, is_on: instance.status == InstanceStatus::Active }];
    Ok(Some(Before { slot: requirement.summary()?, uses }))
}

pub enum Disconnected {
    /// What we held is gone, however the provider took it.
    Done(Revocation),
    /// There was no token to take back; what was entered is gone.
    Emptied,
    /// It was disconnected before.
    Already,
    NotFound,
}

/// Runs in a task of its own, so that a browser that goes away leaves no grant behind.
pub async fn disconnect(context: &Context, scope: Scope, actor: &Actor, id: InstanceId, slot: &str) -> Result<Disconnected, Broken> {
    let (context, actor, slot) = (context.clone(), actor.clone(), slot.to_owned());
    tokio::spawn(async move { run(&context, scope, &actor, id, &slot).await })
        .await
        .map_err(|error| Broken::Inconsistent(format!("a disconnect ended early: {error}")))?
}

async fn run(context: &Context, scope: Scope, actor: &Actor, id: InstanceId, slot: &str) -> Result<Disconnected, Broken> {
    loop {
        let Some(requirement) = context.find_requirement(scope, id, slot).await? else { return Ok(Disconnected::NotFound) };
        // What the organization manages is not a customer's to disconnect.
        if matches!(scope, Scope::Customer(_)) && requirement.is_managed()? {
            return Ok(Disconnected::NotFound);
        }
        if is_empty(&requirement) {
            return Ok(Disconnected::Already);
        }
        let connection = requirement.connection.clone();
        // The organization's pre-filled values are not the customer's to throw away.
        let kept = requirement.credential.inputs.iter().filter(|(_, (_, set_by))| set_by.is_of_organization());
        let kept = Credential { inputs: kept.map(|(k, v)| (k.clone(), v.clone())).collect(), token: None };
        let sealed = context.vault().seal_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &kept, &connection.credential);
        let emptied = connection.disconnect(SealedCredential { token: None, ..sealed }, context.now());
        let mut work = context.store().begin().await?;
        if work.connections().save(scope, context.wrapped(&emptied)?.as_ref()).await?.is_none() {
            continue;
        }
        context
            .record(&mut work, &context.connection_event(actor, AuditAction::ConnectionDisconnected, &emptied, json!({"slot": slot})))
            .await?;
        work.commit().await?;
        let Some(token) = &requirement.credential.token else { return Ok(Disconnected::Emptied) };
        let resolved = requirement.resolve()?;
        return revoke::revoke_and_record(context, actor, &requirement, &resolved, token).await.map(Disconnected::Done);
    }
}

/// Nothing of the customer's is left in it.
fn is_empty(requirement: &Requirement) -> bool {
    requirement.connection.state == ConnectionState::NotConnected
        && requirement.credential.token.is_none()
        && requirement.draft.inputs.is_empty()
        && requirement.credential.inputs.values().all(|(_, set_by)| set_by.is_of_organization())
}
