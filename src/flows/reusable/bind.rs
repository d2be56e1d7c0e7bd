//! Which connection a slot uses, and how a slot's own becomes one that others can use too.

use serde_json::json;

use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        connection::{Connection, ConnectionOwner, ConnectionRef},
        ids::{ConnectionId, CustomerId, InstanceId},
        instance::Instance,
        integration::SlotSource,
        key::Key,
    },
    flows::{Broken, Context, registry::Published, requirement::Requirement},
    manifest::Activation,
    store::UnitOfWork,
};

pub enum Bound {
    Done,
    /// It is one of another reusable connection, or the slot takes none that is chosen.
    Unfit,
    /// The instance or its slot, or the connection, is not there for this caller: nobody says which.
    NotFound,
}

/// Binds a slot to a saved connection of the same customer.
pub async fn bind(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    instance_id: InstanceId,
    slot: &str,
    id: ConnectionId,
) -> Result<Bound, Broken> {
    let Some(instance) = context.store().read().instances().find(scope, instance_id).await? else { return Ok(Bound::NotFound) };
    let Some(requirement) = context.find_requirement(scope, &ConnectionRef::slot(instance_id, slot)).await? else {
        return Ok(Bound::NotFound);
    };
    let of_customer = Scope::Customer(instance.customer_id);
    let Some(chosen) = context.store().read().connections().find(of_customer, id).await?.filter(|c| !c.owner.is_test()) else {
        return Ok(Bound::NotFound);
    };
    let definition = requirement.reusable.as_ref().filter(|reusable| reusable.activation == Activation::Customer);
    if definition.is_none() || chosen.owner.definition() != definition.map(|definition| &definition.key) {
        return Ok(Bound::Unfit);
    }
    let mut work = context.store().begin().await?;
    if !choose(context, &mut work, of_customer, actor, &instance, &requirement.slot.key, &chosen).await? {
        return Ok(Bound::NotFound);
    }
    work.commit().await?;
    Ok(Bound::Done)
}

/// False: it has gone since it was read.
#[expect(clippy::too_many_arguments, reason = "who, where and what; each of another type")]
pub(in crate::flows) async fn choose(
    context: &Context,
    work: &mut UnitOfWork,
    scope: Scope,
    actor: &Actor,
    instance: &Instance,
    slot: &Key,
    chosen: &Connection,
) -> Result<bool, Broken> {
    if !work.bindings().bind(scope, instance.id, slot, chosen.id).await? {
        return Ok(false);
    }
    let event = context.connection_event(actor, AuditAction::ConnectionBound, chosen, json!({"slot": slot}));
    let event = crate::domain::audit::AuditEvent { instance_id: Some(instance.id), ..event };
    context.record(work, &event).await?;
    Ok(true)
}

/// A slot's own connection has come to work: it is one of the customer's saved ones from now on, to which the slot is bound. The
/// slot gets another own one, for the next that is typed there.
pub(in crate::flows) async fn adopt(
    context: &Context,
    work: &mut UnitOfWork,
    actor: &Actor,
    requirement: &Requirement,
    next: &Connection,
) -> Result<(), Broken> {
    let (ConnectionOwner::Slot { instance_id, customer_id, slot }, Some(definition)) = (&next.owner, &requirement.reusable) else {
        return Err(Broken::Inconsistent(format!("connection {} cannot become a saved one", next.id)));
    };
    let scope = Scope::Customer(*customer_id);
    let name = free_name(work, *customer_id, &definition.key, &definition.name).await?;
    work.connections().adopt(scope, next.id, &definition.key, &name).await?;
    if !work.bindings().bind(scope, *instance_id, slot, next.id).await? {
        return Err(Broken::Inconsistent(format!("slot {slot} of instance {instance_id} could not be bound to its own connection")));
    }
    let id = context.new_connection_id();
    let own = Connection::new(id, next.owner.clone(), next.type_ref.clone(), next.connector_version, context.now());
    if !work.connections().insert(&own).await?.is_inserted() {
        return Err(Broken::Inconsistent(format!("slot {slot} of instance {instance_id} has another connection of its own")));
    }
    let detail = json!({"reusable_connection": definition.key, "slot": slot});
    context.record(work, &context.connection_event(actor, AuditAction::ConnectionKept, next, detail)).await
}

/// `wanted`, or with the first number behind it that no other connection of the definition has.
pub(in crate::flows) async fn free_name(
    work: &mut UnitOfWork,
    customer: CustomerId,
    definition: &Key,
    wanted: &str,
) -> Result<String, Broken> {
    let scope = Scope::Customer(customer);
    let others = work.connections().list_names(scope, customer, definition).await?;
    let is_free = |name: &str| others.iter().all(|(_, other)| other != name);
    if is_free(wanted) {
        return Ok(wanted.to_owned());
    }
    let numbered = (2..).map(|number: u32| format!("{wanted} {number}")).find(|name| is_free(name));
    numbered.ok_or_else(|| Broken::Inconsistent("there are no numbers left".into()))
}

/// A slot whose connection is the organization's to make, and that connection as it would be if it was not there yet.
pub(in crate::flows) struct ToBind {
    slot: Key,
    owner: ConnectionOwner,
    first: Connection,
}

/// The slots of an instance that are bound without anyone choosing.
pub(in crate::flows) async fn to_bind(context: &Context, instance: &Instance, published: &Published) -> Result<Vec<ToBind>, Broken> {
    let mut all = Vec::new();
    for slot in published.integration.slots() {
        let SlotSource::Reusable(key) = &slot.source else { continue };
        let Some(definition) = context.reusable(key).await? else { continue };
        let owner = match definition.activation {
            Activation::Customer => continue,
            Activation::OrganizationCustomer => {
                ConnectionOwner::Customer { customer_id: instance.customer_id, definition: definition.key.clone() }
            }
            Activation::OrganizationGlobal => ConnectionOwner::Organization { definition: definition.key.clone() },
        };
        if let Some(first) = context.first_of(Scope::Organization, &owner).await? {
            all.push(ToBind { slot: slot.key.clone(), owner, first });
        }
    }
    Ok(all)
}

/// Makes what is not there yet. The connections stay when the instance goes.
pub(in crate::flows) async fn bind_all(work: &mut UnitOfWork, instance: &Instance, all: &[ToBind]) -> Result<(), Broken> {
    for ToBind { slot, owner, first } in all {
        let id = match work.connections().find_owned(Scope::Organization, owner).await? {
            Some(found) => found.id,
            None if work.connections().insert(first).await?.is_inserted() => first.id,
            None => {
                let found = work.connections().find_owned(Scope::Organization, owner).await?;
                found.ok_or_else(|| Broken::Inconsistent("a connection was in the way, and is gone".into()))?.id
            }
        };
        if !work.bindings().bind(Scope::Organization, instance.id, slot, id).await? {
            return Err(Broken::Inconsistent(format!("slot {slot} of instance {} could not be bound", instance.id)));
        }
    }
    Ok(())
}

/// The slots that are bound to a connection of another definition than the one that this version names.
pub(in crate::flows) async fn to_unbind(context: &Context, instance: &Instance, published: &Published) -> Result<Vec<Key>, Broken> {
    let held = context.store().read().connections().list_in_slots(Scope::Organization, instance.id).await?;
    let is_unfit = |slot: &Key, connection: &Connection| {
        let named = match published.integration.slot(slot.as_str()).map(|slot| &slot.source) {
            Some(SlotSource::Reusable(key)) => Some(key),
            _ => None,
        };
        connection.owner.definition().is_some_and(|of| Some(of) != named)
    };
    Ok(held.into_iter().filter(|held| is_unfit(&held.slot, &held.connection)).map(|held| held.slot).collect())
}
