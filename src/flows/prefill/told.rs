//! What is set in a slot, as the API tells it: never a secret.

use std::collections::BTreeMap;

use crate::{
    domain::{
        access::Scope,
        connection::{Connection, ConnectionRef, ConnectionState},
        ids::InstanceId,
        input::Visibility,
        key::Key,
        time::Timestamp,
        value::{Given, Value},
    },
    flows::{Broken, Context, requirement::Requirement},
    manifest::Activation,
};

/// One slot's connection as the API tells it: what is set, never a secret.
pub struct SlotConnection {
    pub slot: Key,
    pub connection: Connection,
    /// Nobody has begun: there is no such row, and its id means nothing.
    pub is_new: bool,
    pub status: ConnectionState,
    pub inputs: BTreeMap<Key, Shown>,
    pub missing: Vec<Key>,
    /// Values of this connection that the customer neither sees nor changes.
    pub locked: Vec<Key>,
    /// The reusable connection that it is one of, or will be.
    pub reusable: Option<Reusable>,
    /// A refresh was sent, and nobody knows how it ended.
    pub refresh_outcome_unknown: bool,
}

pub struct Reusable {
    pub key: Key,
    pub name: String,
    pub activation: Activation,
}

pub enum Shown {
    Value(Value),
    HasValue,
}

pub async fn list(context: &Context, scope: Scope, id: InstanceId) -> Result<Option<Vec<SlotConnection>>, Broken> {
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let published = context.published_for(&instance).await?;
    let requirements = context.requirements(&instance, &published).await?;
    requirements.iter().map(|requirement| slot_connection(requirement, context.now())).collect::<Result<Vec<_>, _>>().map(Some)
}

pub async fn find(context: &Context, scope: Scope, at: &ConnectionRef) -> Result<Option<SlotConnection>, Broken> {
    let found = context.find_requirement(scope, at).await?;
    found.map(|requirement| slot_connection(&requirement, context.now())).transpose()
}

pub(in crate::flows) fn slot_connection(requirement: &Requirement, now: Timestamp) -> Result<SlotConnection, Broken> {
    let resolved = requirement.resolve()?;
    let mut inputs = BTreeMap::new();
    for input in requirement.connection_type()?.inputs().iter().filter(|i| !i.is_computed()) {
        // The organization's own values of the definition are told as present, never as values: they may be another team's.
        let own = requirement.credential.inputs.contains_key(&input.key);
        match resolved.get(input.key.as_str()) {
            Some(Given::Clear(value)) if own || input.visibility == Visibility::Customer => {
                inputs.insert(input.key.clone(), Shown::Value(value.clone()))
            }
            Some(_) => inputs.insert(input.key.clone(), Shown::HasValue),
            None => None,
        };
    }
    Ok(SlotConnection {
        slot: requirement.slot.key.clone(),
        connection: requirement.connection.clone(),
        is_new: requirement.is_new,
        status: requirement.state()?,
        inputs,
        missing: resolved.missing,
        reusable: requirement.reusable.as_ref().map(|of| Reusable {
            key: of.key.clone(),
            name: of.name.clone(),
            activation: of.activation,
        }),
        locked: requirement.credential.inputs.iter().filter(|(_, (_, by))| by.is_locked()).map(|(key, _)| key.clone()).collect(),
        refresh_outcome_unknown: requirement.connection.has_unknown_outcome(now),
    })
}
