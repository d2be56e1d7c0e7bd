//! Disconnecting: what stops is listed first, our copy goes, then the provider is asked to take the grant back.
//!
//! In this order: a crash between the two leaves a token that nobody has, never one that looks good here and is not. The
//! connection keeps its id, and what is bound to it.

use serde_json::json;

use super::{Broken, Context, SlotSummary, requirement::Requirement, revoke};
use crate::domain::{
    access::{Actor, Scope},
    audit::AuditAction,
    connection::{Connection, ConnectionOwner, ConnectionRef, ConnectionState},
    credential::{Credential, SealedCredential},
    instance::InstanceStatus,
    reason::Reason,
};
use crate::store::UnitOfWork;

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

/// How many places are named; beyond it they are only counted.
pub(super) const PLACES: i64 = 1000;

/// `None`: it is not there for this caller, or not theirs to end.
pub async fn before(context: &Context, scope: Scope, at: &ConnectionRef) -> Result<Option<Before>, Broken> {
    let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(None) };
    if !requirement.is_open_to(scope)? {
        return Ok(None);
    }
    Ok(Some(Before { slot: requirement.summary()?, uses: uses(context, scope, &requirement.connection).await? }))
}

/// Every instance that a connection serves, once each.
pub(super) async fn uses(context: &Context, scope: Scope, connection: &Connection) -> Result<Vec<Use>, Broken> {
    if let Some(instance_id) = connection.owner.instance_id() {
        let instance = context.store().read().instances().find(scope, instance_id).await?;
        let used = instance.map(|instance| Use { name: instance.name, is_on: instance.status == InstanceStatus::Active });
        return Ok(used.into_iter().collect());
    }
    let mut uses = context.store().read().bindings().uses(scope, connection.id, PLACES).await?;
    uses.dedup_by_key(|used| used.instance_id);
    Ok(uses.into_iter().map(|used| Use { name: used.instance_name, is_on: used.status == InstanceStatus::Active }).collect())
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
pub async fn disconnect(context: &Context, scope: Scope, actor: &Actor, at: &ConnectionRef) -> Result<Disconnected, Broken> {
    let (context, actor, at) = (context.clone(), actor.clone(), at.clone());
    tokio::spawn(async move { run(&context, scope, &actor, &at).await })
        .await
        .map_err(|error| Broken::Inconsistent(format!("a disconnect ended early: {error}")))?
}

async fn run(context: &Context, scope: Scope, actor: &Actor, at: &ConnectionRef) -> Result<Disconnected, Broken> {
    loop {
        let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(Disconnected::NotFound) };
        // What the organization manages is not a customer's to disconnect.
        if !requirement.is_open_to(scope)? {
            return Ok(Disconnected::NotFound);
        }
        if is_empty(&requirement) {
            return Ok(Disconnected::Already);
        }
        let connection = requirement.connection.clone();
        // The organization's pre-filled values are not the customer's to throw away.
        let kept =
            requirement.credential.inputs.iter().filter(|(_, (_, set_by))| !is_whole_gone(&requirement) && set_by.is_of_organization());
        let kept = Credential { inputs: kept.map(|(k, v)| (k.clone(), v.clone())).collect(), token: None };
        let sealed = context.vault().seal_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &kept, &connection.credential);
        let emptied = connection.disconnect(SealedCredential { token: None, ..sealed }, context.now());
        let mut work = context.store().begin().await?;
        let emptied = still_used(&mut work, emptied, context.now()).await?;
        if work.connections().save(scope, context.wrapped(&emptied)?.as_ref()).await?.is_none() {
            continue;
        }
        context
            .record(
                &mut work,
                &context.connection_event(actor, AuditAction::ConnectionDisconnected, &emptied, json!({"slot": requirement.slot.key})),
            )
            .await?;
        work.commit().await?;
        let Some(token) = &requirement.credential.token else { return Ok(Disconnected::Emptied) };
        let resolved = requirement.resolve()?;
        return revoke::revoke_and_record(context, actor, &requirement, &resolved, token).await.map(Disconnected::Done);
    }
}

/// Of what belongs to the organization, and of tests, everything goes; there is nobody else whose values they were.
fn is_whole_gone(requirement: &Requirement) -> bool {
    requirement.is_the_organizations() || requirement.connection.owner.is_test()
}

/// Whoever still uses it is told to reconnect, not that there never was a connection.
async fn still_used(work: &mut UnitOfWork, emptied: Connection, now: crate::domain::time::Timestamp) -> Result<Connection, Broken> {
    let is_used = match &emptied.owner {
        ConnectionOwner::Slot { .. } | ConnectionOwner::User { .. } => false,
        _ => work.bindings().count(emptied.id).await? > 0,
    };
    Ok(if is_used { emptied.require_reconnect(Reason::AuthDisconnected, now) } else { emptied })
}

/// Nothing that goes is left in it.
fn is_empty(requirement: &Requirement) -> bool {
    let state = requirement.connection.state;
    (state == ConnectionState::NotConnected || state.reason() == Some(Reason::AuthDisconnected))
        && requirement.credential.token.is_none()
        && requirement.draft.inputs.is_empty()
        && requirement.credential.inputs.values().all(|(_, set_by)| !is_whole_gone(requirement) && set_by.is_of_organization())
}
