//! Trying an OAuth app with a consent that is given back at once.
//!
//! Nothing of a trial is kept: its connection holds what was typed for it until the browser is back, and goes with its token.

use std::collections::BTreeMap;

use super::{find, requirement};
use crate::{
    domain::{
        access::{Actor, Scope},
        connection::{Connection, ConnectionOwner},
        credential::{Credential, SealedCredential},
        input::Raw,
        key::Key,
        resolution::SetBy,
        validation::FieldError,
    },
    flows::{
        Broken, Context,
        connect::{self, Begun},
        requirement::Requirement,
    },
    manifest::Preset,
};

/// The slot that a trial's connection stands in; there is no integration of that name.
pub(super) const SLOT: &str = "trial";

pub(super) fn owner(preset: &Key) -> Result<ConnectionOwner, Broken> {
    let key = |text: String| Key::parse(text).map_err(|error| Broken::Inconsistent(error.to_string()));
    Ok(ConnectionOwner::Test { integration: key(format!("preset:{preset}"))?, slot: key(SLOT.to_owned())? })
}

/// It holds an OAuth app that is tried, and is no test run's.
pub fn is_trial(owner: &ConnectionOwner) -> bool {
    preset_of(owner).is_some()
}

/// Whose trial a connection is for.
fn preset_of(owner: &ConnectionOwner) -> Option<Key> {
    match owner {
        ConnectionOwner::Test { integration, slot } if slot.as_str() == SLOT => {
            Key::parse(integration.as_str().strip_prefix("preset:")?).ok()
        }
        _ => None,
    }
}

/// `None`: its connector is gone, or it is no connection of a trial.
pub async fn trial_of(context: &Context, connection: &Connection) -> Result<Option<Requirement>, Broken> {
    let Some(key) = preset_of(&connection.owner) else { return Ok(None) };
    let Some(preset) = context.preset(&key).await? else { return Ok(None) };
    requirement(context, &preset, true, Some(connection.clone())).await
}

pub enum Tried {
    Begun(Begun),
    Refused(BTreeMap<Key, FieldError>),
    NotFound,
}

/// Leaves for the provider with the preset's values, and what each customer would be asked for.
pub async fn try_out(
    context: &Context,
    actor: &Actor,
    key: &Key,
    typed: &BTreeMap<Key, Raw>,
    browser_hash: [u8; 32],
    return_to: String,
) -> Result<Tried, Broken> {
    let (Some(preset), Some(look)) = (context.preset(key).await?, find(context, key).await?) else { return Ok(Tried::NotFound) };
    if !look.needs_consent {
        return Ok(Tried::NotFound);
    }
    let (mut inputs, mut errors) = (BTreeMap::new(), BTreeMap::new());
    for input in &look.asked {
        match input.parse(typed.get(&input.key).unwrap_or(&Raw::Texts(Vec::new()))) {
            Ok(Some(given)) => drop(inputs.insert(input.key.clone(), (given, SetBy::Organization))),
            Ok(None) if input.required => drop(errors.insert(input.key.clone(), FieldError::Required)),
            Ok(None) => {}
            Err(error) => drop(errors.insert(input.key.clone(), error)),
        }
    }
    if !errors.is_empty() {
        return Ok(Tried::Refused(errors));
    }
    let Some(connection) = kept(context, &preset, Credential { inputs, token: None }).await? else { return Ok(Tried::NotFound) };
    let Some(requirement) = requirement(context, &preset, true, Some(connection)).await? else { return Ok(Tried::NotFound) };
    connect::start(context, actor, &requirement, SetBy::Organization, browser_hash, return_to).await.map(Tried::Begun)
}

/// In place of what an earlier trial left behind.
async fn kept(context: &Context, preset: &Preset, credential: Credential) -> Result<Option<Connection>, Broken> {
    let Some(Requirement { mut connection, .. }) = requirement(context, preset, true, None).await? else { return Ok(None) };
    let (owner, row) = (connection.owner.owner_uuid(), connection.id.as_uuid());
    connection.credential = context.vault().seal_credential(owner, row, &credential, &SealedCredential::default());
    let mut work = context.store().begin().await?;
    if let ConnectionOwner::Test { integration, slot } = &connection.owner
        && let Some(before) = work.connections().find_test(Scope::Organization, integration, slot).await?
    {
        work.connections().delete(Scope::Organization, before.id).await?;
    }
    let is_inserted = work.connections().insert(&connection).await?.is_inserted();
    work.commit().await?;
    Ok(is_inserted.then_some(connection))
}
