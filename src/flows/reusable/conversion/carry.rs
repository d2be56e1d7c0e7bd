//! Moving one instance to the new version, and its connections with it: as part of a transaction, after it was judged.

use serde_json::json;

use super::{
    judge::{Change, Judged},
    version::{InVersion, Turn},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::{AuditAction, AuditEvent},
        connection::{Connection, ConnectionOwner},
        instance::Instance,
        key::Key,
    },
    flows::{
        Broken, Context, instances,
        reusable::bind::{free_name, to_unbind},
    },
    manifest::{Activation, ReusableConnection},
    store::UnitOfWork,
};

const SCOPE: Scope = Scope::Organization;

/// False: somebody else changed the instance, or what it would take along, since it was judged.
pub(super) async fn one(context: &Context, work: &mut UnitOfWork, actor: &Actor, turn: &Turn, judged: &Judged) -> Result<bool, Broken> {
    for change in judged.changes.values() {
        let (Change::Keep(connection) | Change::Take(connection)) = change else { continue };
        let now = work.connections().find(SCOPE, connection.id).await?;
        if now.is_none_or(|now| now.revision != connection.revision) {
            return Ok(false);
        }
    }
    let moved = Instance { updated_at: context.now(), ..judged.moved.clone() };
    if work.instances().save(SCOPE, &moved, judged.revision).await?.is_none() {
        return Ok(false);
    }
    let mut carrying = Carrying { context, work, actor, turn, judged };
    for slot in turn.next.published.integration.shared_slots() {
        let Some(next) = turn.next.slots.get(&slot.key) else { continue };
        match judged.changes.get(&slot.key) {
            Some(Change::Keep(connection)) => carrying.keep(next, connection).await?,
            Some(Change::Take(connection)) => carrying.take(next, connection).await?,
            Some(Change::Nothing) | None => carrying.furnish(next).await?,
        }
    }
    if moved.deployed_at.is_none() {
        carrying.follow().await?;
    }
    let from = turn.before.published.integration.version;
    let event = context.instance_event(actor, AuditAction::InstanceMoved, &moved);
    let detail = json!({"integration": moved.integration_key, "version": moved.integration_version, "from": from});
    context.record(work, &AuditEvent { detail, ..event }).await?;
    Ok(true)
}

struct Carrying<'c> {
    context: &'c Context,
    work: &'c mut UnitOfWork,
    actor: &'c Actor,
    turn: &'c Turn,
    judged: &'c Judged,
}

impl Carrying<'_> {
    fn own(&self, slot: &Key) -> Option<&Connection> {
        let is_own = |held: &&crate::store::Held| held.slot == *slot && matches!(held.connection.owner, ConnectionOwner::Slot { .. });
        self.judged.held.iter().find(is_own).map(|held| &held.connection)
    }

    fn bound(&self, slot: &Key) -> Option<&Connection> {
        let is_bound = |held: &&crate::store::Held| held.slot == *slot && !matches!(held.connection.owner, ConnectionOwner::Slot { .. });
        self.judged.held.iter().find(is_bound).map(|held| &held.connection)
    }

    /// The slot's own becomes one of its customer's, to which the slot is bound.
    async fn keep(&mut self, next: &InVersion, connection: &Connection) -> Result<(), Broken> {
        let slot = &next.slot.key;
        let Some(definition) = &next.below.reusable else { return Err(unfit(slot)) };
        let name = match definition.activation {
            Activation::Customer => free_name(self.work, self.judged.moved.customer_id, &definition.key, &definition.name).await?,
            Activation::OrganizationCustomer | Activation::OrganizationGlobal => {
                self.make_room(definition, connection).await?;
                String::new()
            }
        };
        let is_kept = self.work.connections().adopt(SCOPE, connection.id, &definition.key, &name).await?;
        if !is_kept || !self.work.bindings().bind(SCOPE, self.judged.moved.id, slot, connection.id).await? {
            return Err(unfit(slot));
        }
        if definition.activation == Activation::Customer {
            self.insert_own(next).await?;
        }
        self.record(connection, json!({"slot": slot, "reusable_connection": definition.key, "owner": "customer"})).await
    }

    /// The one of the customer that holds nothing yet makes way; whatever is bound to it uses what comes.
    async fn make_room(&mut self, definition: &ReusableConnection, connection: &Connection) -> Result<(), Broken> {
        let owner = ConnectionOwner::Customer { customer_id: self.judged.moved.customer_id, definition: definition.key.clone() };
        if let Some(empty) = self.work.connections().find_owned(SCOPE, &owner).await? {
            self.work.bindings().move_all(empty.id, connection.id).await?;
            self.work.connections().delete(SCOPE, empty.id).await?;
        }
        Ok(())
    }

    /// The customer's, which nothing else uses, becomes the slot's own.
    async fn take(&mut self, next: &InVersion, connection: &Connection) -> Result<(), Broken> {
        let (slot, instance) = (&next.slot.key, self.judged.moved.id);
        self.work.bindings().unbind(SCOPE, instance, slot).await?;
        if let Some(spare) = self.own(slot).map(|own| own.id) {
            self.work.connections().delete(SCOPE, spare).await?;
        }
        if !self.work.connections().release(SCOPE, connection.id, instance, slot).await? {
            return Err(unfit(slot));
        }
        self.record(connection, json!({"slot": slot, "reusable_connection": connection.owner.definition(), "owner": "slot"})).await
    }

    /// What a slot needs beside what is in it: an own connection, or one of the organization's.
    async fn furnish(&mut self, next: &InVersion) -> Result<(), Broken> {
        let (slot, instance) = (&next.slot.key, self.judged.moved.id);
        let definition = next.below.reusable.as_ref();
        let fits = self.bound(slot).is_some_and(|bound| bound.owner.definition() == definition.map(|of| &of.key));
        if self.bound(slot).is_some() && !fits {
            self.work.bindings().unbind(SCOPE, instance, slot).await?;
        }
        match definition.filter(|of| of.activation.is_the_organizations()) {
            Some(_) if fits => Ok(()),
            Some(definition) => {
                if let Some(own) = self.own(slot).map(|own| own.id) {
                    self.work.connections().delete(SCOPE, own).await?;
                }
                self.bind_to_the_organizations(next, definition).await
            }
            None if self.own(slot).is_some() => Ok(()),
            None => self.insert_own(next).await,
        }
    }

    async fn bind_to_the_organizations(&mut self, next: &InVersion, definition: &ReusableConnection) -> Result<(), Broken> {
        let key = definition.key.clone();
        let owner = match definition.activation {
            Activation::OrganizationGlobal => ConnectionOwner::Organization { definition: key },
            _ => ConnectionOwner::Customer { customer_id: self.judged.moved.customer_id, definition: key },
        };
        let id = match self.work.connections().find_owned(SCOPE, &owner).await? {
            Some(found) => found.id,
            None => self.insert(next, owner).await?.id,
        };
        let slot = &next.slot.key;
        if self.work.bindings().bind(SCOPE, self.judged.moved.id, slot, id).await? { Ok(()) } else { Err(unfit(slot)) }
    }

    async fn insert_own(&mut self, next: &InVersion) -> Result<(), Broken> {
        let Instance { id: instance_id, customer_id, .. } = self.judged.moved;
        let owner = ConnectionOwner::Slot { instance_id, customer_id, slot: next.slot.key.clone() };
        self.insert(next, owner).await.map(drop)
    }

    async fn insert(&mut self, next: &InVersion, owner: ConnectionOwner) -> Result<Connection, Broken> {
        let type_ref = next.below.type_ref.clone();
        let version = self.turn.next.published.connectors.get(&type_ref.connector).copied().unwrap_or(1);
        let connection = Connection::new(self.context.new_connection_id(), owner, type_ref, version, self.context.now());
        match self.work.connections().insert(&connection).await?.is_inserted() {
            true => Ok(connection),
            false => Err(unfit(&next.slot.key)),
        }
    }

    /// A draft's other slots, as of any draft that follows a newer version.
    async fn follow(&mut self) -> Result<(), Broken> {
        let (moved, published) = (&self.judged.moved, &self.turn.next.published);
        let is_settled = |slot: &Key| self.turn.slots.contains(slot);
        for slot in to_unbind(self.context, moved, published).await?.iter().filter(|slot| !is_settled(slot)) {
            self.work.bindings().unbind(SCOPE, moved.id, slot).await?;
        }
        let own = self.judged.held.iter().filter(|held| matches!(held.connection.owner, ConnectionOwner::Slot { .. }));
        for held in own.filter(|held| !is_settled(&held.slot)) {
            let Some(retyped) = instances::retype(self.context, held.connection.clone(), published).await? else { continue };
            if self.work.connections().save(SCOPE, self.context.wrapped(&retyped)?.as_ref()).await?.is_none() {
                return Err(unfit(&held.slot));
            }
        }
        Ok(())
    }

    async fn record(&mut self, connection: &Connection, detail: serde_json::Value) -> Result<(), Broken> {
        let event = self.context.connection_event(self.actor, AuditAction::ConnectionConverted, connection, detail);
        self.context.record(self.work, &AuditEvent { instance_id: Some(self.judged.moved.id), ..event }).await
    }
}

/// The batch is rolled back, and can be run again.
fn unfit(slot: &Key) -> Broken {
    Broken::Inconsistent(format!("the connection of slot {slot} changed while it was converted"))
}
