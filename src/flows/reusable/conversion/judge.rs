//! Whether an instance can move, with all its slots, so that its steps read what they read and nobody is asked anything.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    stay::{Place, Why},
    version::{InVersion, Turn},
};
use crate::{
    domain::{
        access::Scope,
        connection::{Connection, ConnectionOwner, ConnectionState},
        ids::CustomerId,
        instance::{Instance, InstanceStatus},
        integration::SlotSource,
        journey::{Answers, Journey, Missing},
        key::Key,
        value::Given,
    },
    flows::{Broken, Context, requirement::Requirement},
    manifest::Activation,
    store::Held,
};

/// How many places are named of a connection that is shared.
const PLACES: i64 = 20;

/// Customers whose one connection of a definition is spoken for.
pub(super) type Seen = BTreeSet<(Key, CustomerId)>;

/// What becomes of a slot that converts.
pub(super) enum Change {
    /// Its own becomes one of the customer's.
    Keep(Box<Connection>),
    /// The customer's, which nothing else uses, becomes its own.
    Take(Box<Connection>),
    /// There is nothing in it yet.
    Nothing,
}

pub(super) struct Judged {
    /// As it will be.
    pub moved: Instance,
    /// Before.
    pub revision: i64,
    pub changes: BTreeMap<Key, Change>,
    pub held: Vec<Held>,
}

impl Judged {
    pub fn carried(&self) -> usize {
        self.changes.values().filter(|change| !matches!(change, Change::Nothing)).count()
    }
}

type No = (Option<Key>, Why);

pub(super) async fn judge(
    context: &Context,
    turn: &Turn,
    instance: &Instance,
    held: Vec<Held>,
    seen: &mut Seen,
) -> Result<Result<Judged, No>, Broken> {
    let (moved, is_deployed) = (moved(turn, instance), instance.deployed_at.is_some());
    let asks = if is_deployed { asks(turn, &moved) } else { Vec::new() };
    if !asks.is_empty() {
        return Ok(Err((None, Why::Asks { labels: asks })));
    }
    let mut changes = BTreeMap::new();
    for key in &turn.slots {
        let (Some(before), Some(next)) = (turn.before.slots.get(key), turn.next.slots.get(key)) else { continue };
        let slot = Slot { context, before, next, instance, held: &held };
        match slot.change(is_deployed).await? {
            Ok(change) => drop(changes.insert(key.clone(), change)),
            Err(why) => return Ok(Err((Some(key.clone()), why))),
        }
    }
    // Only now, for an instance moves with all of its slots.
    for (key, change) in &changes {
        let definition = turn.next.slots.get(key).and_then(|next| next.below.reusable.as_ref());
        if let (Change::Keep(_), Some(definition)) = (change, definition)
            && definition.activation == Activation::OrganizationCustomer
            && !seen.insert((definition.key.clone(), instance.customer_id))
        {
            return Ok(Err((Some(key.clone()), Why::HasAnother)));
        }
    }
    Ok(Ok(Judged { moved, revision: instance.revision, changes, held }))
}

/// Deployed, it is as if its person had seen every page: what is new and has a default has it.
fn moved(turn: &Turn, instance: &Instance) -> Instance {
    let next = &turn.next.published.integration;
    let mut moved = Instance { integration_version: next.version, ..instance.clone() };
    if instance.deployed_at.is_none() {
        return moved;
    }
    moved.visited_pages.extend(next.pages.iter().map(|page| page.key.clone()));
    for variable in next.variables().filter(|variable| turn.before.published.integration.variable(variable.key.as_str()).is_none()) {
        let Some(default) = &variable.default else { continue };
        moved.draft_variables.entry(variable.key.clone()).or_insert_with(|| default.clone());
        if instance.status != InstanceStatus::Draft {
            moved.variables.entry(variable.key.clone()).or_insert_with(|| default.clone());
        }
    }
    moved
}

/// What the new version would ask for that was not asked before. That a connection is broken is no such thing.
fn asks(turn: &Turn, moved: &Instance) -> Vec<String> {
    let (before, next) = (&turn.before.published.integration, &turn.next.published.integration);
    let is_known = |slot: &crate::domain::integration::Slot| {
        turn.slots.contains(&slot.key) || before.slot(slot.key.as_str()).is_some_and(|was| was.source == slot.source)
    };
    let valid = moved.draft_variables.iter().filter(|(key, value)| next.variable(key.as_str()).is_some_and(|v| v.rules(value).is_ok()));
    let answers = Answers {
        connected: next.slots().filter(|slot| is_known(slot)).map(|slot| slot.key.clone()).collect(),
        variables: valid.map(|(key, value)| (key.clone(), value.clone())).collect(),
        visited: moved.visited_pages.clone(),
        ..Answers::default()
    };
    let label = |missing: &Missing| match missing {
        Missing::Slot { slot, .. } => next.slot(slot.as_str()).and_then(|of| of.label.clone()).unwrap_or_else(|| slot.to_string()),
        Missing::Variable { variable, .. } => next.variable(variable.as_str()).map_or_else(String::new, |v| v.label.clone()),
        Missing::Page { page } => page.to_string(),
    };
    Journey::of(next, &answers).missing().map(label).collect()
}

struct Slot<'s> {
    context: &'s Context,
    before: &'s InVersion,
    next: &'s InVersion,
    instance: &'s Instance,
    held: &'s [Held],
}

impl Slot<'_> {
    async fn change(&self, is_deployed: bool) -> Result<Result<Change, Why>, Broken> {
        let in_slot = |held: &&Held| held.slot == self.next.slot.key;
        let is_own = |connection: &Connection| matches!(connection.owner, ConnectionOwner::Slot { .. });
        let held = || self.held.iter().filter(in_slot).map(|held| &held.connection);
        let own = held().find(|connection| is_own(connection));
        let bound = held().find(|connection| !is_own(connection));
        let own_owner = || ConnectionOwner::Slot {
            instance_id: self.instance.id,
            customer_id: self.instance.customer_id,
            slot: self.next.slot.key.clone(),
        };
        match (&self.next.slot.source, bound, own) {
            (SlotSource::Reusable(definition), _, Some(own)) => {
                let owner = ConnectionOwner::Customer { customer_id: self.instance.customer_id, definition: definition.clone() };
                if !self.is_kept(own) {
                    return self.stays_ready(own, own_owner(), is_deployed).await;
                }
                if let Some(why) = self.differs(own, owner.clone())? {
                    return Ok(Err(why));
                }
                if self.has_another(&owner).await? {
                    return Ok(Err(Why::HasAnother));
                }
                Ok(Ok(Change::Keep(Box::new(own.clone()))))
            }
            (SlotSource::Type(_), Some(bound), _) if holds(bound) => {
                if let Some(why) = self.differs(bound, own_owner())? {
                    return Ok(Err(why));
                }
                let places = self.other_places(bound).await?;
                Ok(if places.is_empty() { Ok(Change::Take(Box::new(bound.clone()))) } else { Err(Why::Shared { places }) })
            }
            (_, bound, own) => match bound.or(own) {
                Some(used) => self.stays_ready(used, own_owner(), is_deployed).await,
                None => Ok(Ok(Change::Nothing)),
            },
        }
    }

    /// What customers activate is a saved one as soon as it works; what the organization enters for them may be half of it.
    fn is_kept(&self, own: &Connection) -> bool {
        let by_organization = self.next.below.reusable.as_ref().is_some_and(|reusable| reusable.activation.is_the_organizations());
        has_worked(own) || (by_organization && holds(own))
    }

    /// A slot that needed nobody, for the organization had set everything, must not need somebody now.
    async fn stays_ready(&self, used: &Connection, owner: ConnectionOwner, is_deployed: bool) -> Result<Result<Change, Why>, Broken> {
        let before = self.before.with(self.context, used.clone())?;
        if !is_deployed || !before.is_ready()? {
            return Ok(Ok(Change::Nothing));
        }
        if let Some(definition) = self.next.below.reusable.as_ref().filter(|of| of.activation.is_the_organizations()) {
            return self.has_the_same(&before, &definition.key).await;
        }
        let is_ready = self.next.with_owner(self.context, used, owner)?.is_ready()?;
        Ok(if is_ready { Ok(Change::Nothing) } else { Err(Why::Asks { labels: vec![before.label()] }) })
    }

    /// What the organization has entered for this customer is what it had set for everybody.
    async fn has_the_same(&self, before: &Requirement, definition: &Key) -> Result<Result<Change, Why>, Broken> {
        let owner = ConnectionOwner::Customer { customer_id: self.instance.customer_id, definition: definition.clone() };
        let found = self.context.store().read().connections().find_owned(Scope::Organization, &owner).await?;
        let Some(found) = found else { return Ok(Err(Why::NoValues)) };
        let after = self.next.with(self.context, found)?;
        if !after.is_ready()? {
            return Ok(Err(Why::NoValues));
        }
        let inputs = differing(before, &after)?;
        Ok(if inputs.is_empty() { Ok(Change::Nothing) } else { Err(Why::ValuesDiffer { inputs }) })
    }

    /// Moving changes nothing that a step reads.
    fn differs(&self, connection: &Connection, owner: ConnectionOwner) -> Result<Option<Why>, Broken> {
        if self.before.below.type_ref != self.next.below.type_ref {
            return Ok(Some(Why::OtherType { is: self.before.below.type_ref.to_string() }));
        }
        let before = self.before.with(self.context, connection.clone())?;
        let after = self.next.with_owner(self.context, connection, owner)?;
        let inputs = differing(&before, &after)?;
        Ok((!inputs.is_empty()).then_some(Why::ValuesDiffer { inputs }))
    }

    async fn has_another(&self, owner: &ConnectionOwner) -> Result<bool, Broken> {
        let is_one_each = self.next.below.reusable.as_ref().is_some_and(|of| of.activation == Activation::OrganizationCustomer);
        if !is_one_each {
            return Ok(false);
        }
        let found = self.context.store().read().connections().find_owned(Scope::Organization, owner).await?;
        Ok(found.is_some_and(|found| holds(&found)))
    }

    async fn other_places(&self, connection: &Connection) -> Result<Vec<Place>, Broken> {
        let uses = self.context.store().read().bindings().uses(Scope::Organization, connection.id, PLACES + 1).await?;
        let is_here = |of: &crate::store::Use| of.instance_id == self.instance.id && of.slot == self.next.slot.key;
        let place = |of: crate::store::Use| Place {
            instance: of.instance_id,
            name: of.instance_name,
            integration: of.integration_key,
            slot: of.slot,
        };
        Ok(uses.into_iter().filter(|of| !is_here(of)).map(place).collect())
    }
}

fn has_worked(connection: &Connection) -> bool {
    match connection.state {
        ConnectionState::NotConnected => false,
        ConnectionState::Checking => connection.credential.token.is_some(),
        ConnectionState::Connected | ConnectionState::NeedsReconnecting(_) | ConnectionState::NotWorking(_) => true,
    }
}

fn holds(connection: &Connection) -> bool {
    has_worked(connection) || !connection.credential.clear.is_empty() || !connection.credential.secrets.is_empty()
}

/// By key; what is computed is named only where nothing else is.
fn differing(before: &Requirement, after: &Requirement) -> Result<Vec<Key>, Broken> {
    let (old, new) = (before.resolve()?, after.resolve()?);
    let connection_type = after.connection_type()?;
    let differs = |key: &Key, given: &Given| new.get(key.as_str()).is_none_or(|now| now.expose_text() != given.expose_text());
    let (mut entered, mut computed) = (Vec::new(), Vec::new());
    for (key, layered) in &old.values {
        let Some(input) = connection_type.input(key.as_str()) else { continue };
        if differs(key, &layered.given) {
            if input.is_computed() { &mut computed } else { &mut entered }.push(key.clone());
        }
    }
    Ok(if entered.is_empty() { computed } else { entered })
}
