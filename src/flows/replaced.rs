//! Going back to a secret that was replaced a short while ago. The newer one takes its place among the kept.

use serde_json::json;

use super::{Broken, Context, requirement::Requirement};
use crate::domain::{
    access::{Actor, Scope},
    audit::AuditAction,
    connection::Connection,
    credential::{Credential, ReplacedSecret, SecretField},
    ids::InstanceId,
    value::Given,
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
        let Some(requirement) = context.find_requirement(scope, id, slot).await? else { return Ok(Restored::NotFound) };
        let kept = context.store().read().replaced_secrets().list(scope, requirement.connection.id, context.now()).await?;
        if kept.is_empty() {
            return Ok(Restored::Nothing);
        }
        let (credential, newer) = swapped(context, &requirement, &kept)?;
        let next = connection(context, &requirement, &credential)?;
        let mut work = context.store().begin().await?;
        if work.connections().save(scope, &next).await?.is_none() {
            continue;
        }
        work.replaced_secrets().forget(next.id).await?;
        for one in &newer {
            work.replaced_secrets().keep(next.id, one).await?;
        }
        let fields: Vec<String> = kept.iter().map(|one| one.field.to_string()).collect();
        let detail = json!({"slot": slot, "fields": fields});
        context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionRestored, &next, detail)).await?;
        work.commit().await?;
        return Ok(Restored::Back);
    }
}

/// The old ones in place of the newer, and the newer ones as they are kept.
fn swapped(context: &Context, requirement: &Requirement, kept: &[ReplacedSecret]) -> Result<(Credential, Vec<ReplacedSecret>), Broken> {
    let (now, connection) = (context.now(), &requirement.connection);
    let mut credential = requirement.credential.clone();
    let mut newer = Vec::new();
    for old in kept {
        let SecretField::Input(key) = &old.field else { continue };
        let place = context.vault().place(connection.owner.owner_uuid(), connection.id.as_uuid(), old.field.clone(), old.sealed.revision());
        let secret = context.vault().open(&place, &old.sealed)?;
        if let Some((sealed, set_by)) = connection.credential.secrets.get(&old.field) {
            newer.push(ReplacedSecret {
                field: old.field.clone(),
                sealed: sealed.clone(),
                set_by: *set_by,
                replaced_at: now,
                keep_until: now.plus_seconds(ReplacedSecret::KEEP_SECONDS),
            });
        }
        credential.inputs.insert(key.clone(), (Given::Secret(secret), old.set_by));
    }
    Ok((credential, newer))
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
