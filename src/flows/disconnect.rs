//! Disconnecting: what stops is listed first, the token is revoked where the provider can, the connection keeps its id.

use serde_json::json;

use super::{Broken, Context, SlotSummary};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        credential::{Credential, SealedCredential},
        ids::InstanceId,
        instance::InstanceStatus,
        resolution::SetBy,
    },
    providers,
};

/// How the provider took a revocation.
pub use crate::providers::oauth2::Revocation;

/// What a disconnect would touch.
pub struct Before {
    pub slot: SlotSummary,
    pub instance_name: String,
    /// The instance is turned on, so its runs would stop.
    pub stops_runs: bool,
}

pub async fn before(context: &Context, scope: Scope, id: InstanceId, slot: &str) -> Result<Option<Before>, Broken> {
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let Some(requirement) = context.find_requirement(scope, id, slot).await? else { return Ok(None) };
    if requirement.is_managed()? {
        return Ok(None);
    }
    Ok(Some(Before { slot: requirement.summary()?, instance_name: instance.name, stops_runs: instance.status == InstanceStatus::Active }))
}

pub enum Disconnected {
    /// How the provider took it; what we held is gone in any case.
    Done {
        connector: String,
        revocation: Revocation,
    },
    NotFound,
}

pub async fn disconnect(context: &Context, scope: Scope, actor: &Actor, id: InstanceId, slot: &str) -> Result<Disconnected, Broken> {
    loop {
        let Some(requirement) = context.find_requirement(scope, id, slot).await? else { return Ok(Disconnected::NotFound) };
        let connection = requirement.connection.clone();
        // The organization's pre-filled values are not the customer's to throw away.
        let kept = requirement.credential.inputs.iter().filter(|(_, (_, set_by))| *set_by == SetBy::Organization);
        let kept = Credential { inputs: kept.map(|(k, v)| (k.clone(), v.clone())).collect(), token: None };
        let sealed = context.vault().seal_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &kept, &connection.credential);
        let emptied = connection.disconnect(SealedCredential { token: None, ..sealed }, context.now());
        let mut work = context.store().begin().await?;
        if work.connections().save(scope, &emptied).await?.is_none() {
            continue;
        }
        context
            .record(&mut work, &context.connection_event(actor, AuditAction::ConnectionDisconnected, &emptied, json!({"slot": slot})))
            .await?;
        work.commit().await?;
        let revocation = match (requirement.connection_type()?.auth().oauth2(), &requirement.credential.token) {
            (Some(oauth2), Some(token)) => {
                let resolved = requirement.resolve()?;
                let (secret, hint) =
                    token.refresh_token.as_ref().map_or((&token.access_token, "access_token"), |refresh| (refresh, "refresh_token"));
                providers::oauth2::revoke(context.outbound(), oauth2, &resolved, (secret, hint), &context.stamp()).await
            }
            _ => Revocation::NotSupported,
        };
        return Ok(Disconnected::Done { connector: requirement.connector.name.clone(), revocation });
    }
}
