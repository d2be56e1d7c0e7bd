//! Going back to a secret that was replaced a short while ago. The newer one takes its place among the kept.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Broken, Context, requirement::Requirement};
use crate::domain::{
    access::{Actor, Scope},
    audit::AuditAction,
    connection::Connection,
    connection::ConnectionRef,
    credential::{Credential, ReplacedSecrets, SealedCredential, SealedSecret, SecretField},
    ids::InstanceId,
    resolution::SetBy,
};

pub enum Restored {
    Back,
    /// Nothing is kept any more.
    Nothing,
    NotFound,
}

pub async fn restore(context: &Context, actor: &Actor, id: InstanceId, slot: &str) -> Result<Restored, Broken> {
    let scope = Scope::Organization;
    loop {
        let Some(requirement) = context.find_requirement(scope, &ConnectionRef::slot(id, slot)).await? else {
            return Ok(Restored::NotFound);
        };
        let Some(kept) = context.store().read().replaced_secrets().find(scope, requirement.connection.id, context.now()).await? else {
            return Ok(Restored::Nothing);
        };
        let (credential, newer) = swapped(context, &requirement, &kept)?;
        let next = connection(context, &requirement, &credential)?;
        let mut work = context.store().begin().await?;
        if work.connections().save(scope, context.wrapped(&next)?.as_ref()).await?.is_none() {
            continue;
        }
        work.replaced_secrets().keep(next.id, &newer).await?;
        let fields: Vec<String> = kept.sealed.secrets.keys().map(ToString::to_string).collect();
        let detail = json!({"slot": slot, "fields": fields});
        context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionRestored, &next, detail)).await?;
        work.commit().await?;
        return Ok(Restored::Back);
    }
}

/// The old ones in place of the newer, and the newer ones as they are kept.
fn swapped(context: &Context, requirement: &Requirement, kept: &ReplacedSecrets) -> Result<(Credential, ReplacedSecrets), Broken> {
    let connection = &requirement.connection;
    let old = context.vault().open_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &kept.sealed)?;
    let mut credential = requirement.credential.clone();
    credential.inputs.extend(old.inputs);
    let secrets = connection.credential.secrets.iter().filter(|(field, _)| kept.sealed.secrets.contains_key(field));
    let secrets = secrets.map(|(field, secret)| (field.clone(), secret.clone())).collect();
    Ok((credential, kept_of(context, connection, secrets)?))
}

/// Of this connection, as they are saved: under the current master key.
pub(super) fn kept_of(
    context: &Context,
    connection: &Connection,
    secrets: BTreeMap<SecretField, (SealedSecret, SetBy)>,
) -> Result<ReplacedSecrets, Broken> {
    let sealed = SealedCredential { secrets, ..SealedCredential::default() };
    let held = Connection { credential: sealed, draft: SealedCredential::default(), ..connection.clone() };
    Ok(ReplacedSecrets::keep(context.wrapped(&held)?.into_owned().credential, context.now()))
}

/// Connected, and not confirmed: nobody has asked the service with the old one since.
fn connection(context: &Context, requirement: &Requirement, credential: &Credential) -> Result<Connection, Broken> {
    let connection = requirement.connection.clone();
    let (owner, row) = (connection.owner.owner_uuid(), connection.id.as_uuid());
    let sealed = context.vault().seal_credential(owner, row, credential, &connection.credential);
    let now = context.now();
    if requirement.needs_consent()? || !requirement.resolve_with(&credential.inputs)?.is_whole() {
        return Ok(connection.hold_values(sealed, now));
    }
    Ok(Connection { checked_at: None, ..connection }.connect(sealed, None, false, now))
}

/// Removes those whose day is over.
pub async fn purge(context: &Context) -> Result<u64, Broken> {
    let mut work = context.store().begin().await?;
    let gone = work.replaced_secrets().purge(context.now()).await?;
    work.commit().await?;
    Ok(gone)
}
