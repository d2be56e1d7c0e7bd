//! Saved connections: listing, making, renaming, deleting, and where each is used.

use serde_json::json;

use super::bind::free_name;
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        connection::{Connection, ConnectionOwner, ConnectionRef},
        credential::Credential,
        customer::CustomerRef,
        ids::{ConnectionId, CustomerId},
        key::Key,
        resolution::Resolved,
    },
    flows::{
        Broken, Context,
        disconnect::PLACES,
        prefill::{self, Prefill, Prefilled, SlotConnection, slot_connection},
        requirement::Requirement,
        revoke,
    },
    manifest::Activation,
    providers::oauth2::Revocation,
    store::Use,
};

/// Longest name, in characters.
const NAME_CHARS: usize = 200;

/// A customer's connection of a reusable definition, and how many instances use it.
pub struct Saved {
    pub connection: SlotConnection,
    pub used_in: i64,
}

/// `workflows`: only those that whoever builds workflows of their own may choose. `None`: no such customer.
pub async fn list(
    context: &Context,
    scope: Scope,
    customer: &CustomerRef,
    workflows: bool,
    cursor: Option<ConnectionId>,
    limit: i64,
) -> Result<Option<Vec<Saved>>, Broken> {
    let Some(customer) = context.store().read().customers().find(scope, customer).await? else { return Ok(None) };
    let counts = context.store().read().bindings().count_each(scope, customer.id).await?;
    let (mut all, mut cursor) = (Vec::new(), cursor);
    loop {
        let page = context.store().read().connections().list_saved(scope, customer.id, None, cursor, limit).await?;
        let Some(last) = page.last() else { break };
        cursor = Some(last.id);
        for connection in page {
            let used_in = counts.get(&connection.id).copied().unwrap_or(0);
            let Some(requirement) = context.requirement_of(connection).await? else { continue };
            if !workflows || requirement.reusable.as_ref().is_some_and(|reusable| reusable.workflows) {
                all.push(Saved { connection: slot_connection(&requirement, context.now())?, used_in });
            }
        }
        if all.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            break;
        }
    }
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Some(all))
}

/// What a new saved connection shall be; without a name it gets its definition's.
pub struct New {
    pub definition: Key,
    pub name: Option<String>,
    pub values: Prefill,
}

pub enum Place {
    Connection(ConnectionId),
    NotSaved(Prefilled),
    /// Of this one the organization has one for all.
    Unfit,
    NameTaken,
    NoSuchDefinition,
    NoSuchCustomer,
}

pub async fn create(context: &Context, scope: Scope, actor: &Actor, customer: &CustomerRef, new: &New) -> Result<Place, Broken> {
    let Some(customer) = context.store().read().customers().find(scope, customer).await? else { return Ok(Place::NoSuchCustomer) };
    let Some(definition) = context.reusable(&new.definition).await? else { return Ok(Place::NoSuchDefinition) };
    let owner = ConnectionOwner::Customer { customer_id: customer.id, definition: definition.key.clone() };
    if definition.activation != Activation::Customer {
        return Ok(Place::Unfit);
    }
    loop {
        let name = match new.name.as_deref().and_then(named) {
            Some(name) if is_taken(context, customer.id, &definition.key, &name, None).await? => return Ok(Place::NameTaken),
            Some(name) => name,
            None => {
                let mut work = context.store().begin().await?;
                free_name(&mut work, customer.id, &definition.key, &definition.name).await?
            }
        };
        let (id, type_ref) = (context.new_connection_id(), definition.type_ref.clone());
        let version = context.newest_version(&type_ref).await?;
        let connection = Connection { name, ..Connection::new(id, owner.clone(), type_ref, version, context.now()) };
        let Some(requirement) = context.requirement_of(connection).await? else { return Ok(Place::NoSuchDefinition) };
        let requirement = Requirement { is_new: true, ..requirement };
        match prefill::fill(context, scope, actor, &requirement, &new.values).await? {
            Some(Prefilled::Saved) => return Ok(Place::Connection(id)),
            Some(refused) => return Ok(Place::NotSaved(refused)),
            // Somebody else took the name meanwhile.
            None => {}
        }
    }
}

/// A name as it is kept; `None` where nothing is left of it.
fn named(name: &str) -> Option<String> {
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect();
    (!name.is_empty()).then_some(name)
}

async fn is_taken(
    context: &Context,
    customer: CustomerId,
    definition: &Key,
    name: &str,
    except: Option<ConnectionId>,
) -> Result<bool, Broken> {
    let scope = Scope::Customer(customer);
    let others = context.store().read().connections().list_names(scope, customer, definition).await?;
    Ok(others.iter().any(|(id, other)| other == name && Some(*id) != except))
}

pub enum Renamed {
    Done,
    /// Another one of the same definition has it.
    Taken,
    /// There is nothing left of it.
    Empty,
    /// It is no saved connection, so it goes by its slot's or its definition's name.
    Unnamed,
    Stale,
    NotFound,
}

pub async fn rename(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    id: ConnectionId,
    name: &str,
    if_revision: Option<i64>,
) -> Result<Renamed, Broken> {
    let Some(name) = named(name) else { return Ok(Renamed::Empty) };
    loop {
        let Some(requirement) = context.find_requirement(scope, &ConnectionRef::Id(id)).await? else { return Ok(Renamed::NotFound) };
        if !requirement.is_open_to(scope)? {
            return Ok(Renamed::NotFound);
        }
        let connection = requirement.connection;
        let ConnectionOwner::Customer { customer_id, definition } = &connection.owner else { return Ok(Renamed::Unnamed) };
        if requirement.reusable.is_none_or(|reusable| reusable.activation != Activation::Customer) {
            return Ok(Renamed::Unnamed);
        }
        if if_revision.is_some_and(|revision| revision != connection.revision) {
            return Ok(Renamed::Stale);
        }
        if is_taken(context, *customer_id, definition, &name, Some(id)).await? {
            return Ok(Renamed::Taken);
        }
        let mut work = context.store().begin().await?;
        if work.connections().rename(scope, &connection, &name, context.now()).await?.is_some() {
            context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionRenamed, &connection, json!({}))).await?;
            work.commit().await?;
            return Ok(Renamed::Done);
        }
    }
}

/// The slots that use a connection. `None`: it is not there for this caller.
pub async fn usage(context: &Context, scope: Scope, id: ConnectionId) -> Result<Option<Vec<Use>>, Broken> {
    let Some(requirement) = context.find_requirement(scope, &ConnectionRef::Id(id)).await? else { return Ok(None) };
    uses_of(context, scope, &requirement.connection).await.map(Some)
}

async fn uses_of(context: &Context, scope: Scope, connection: &Connection) -> Result<Vec<Use>, Broken> {
    let owner = &connection.owner;
    let (Some(instance_id), Some(customer_id), Some(slot)) = (owner.instance_id(), owner.customer_id(), owner.slot()) else {
        return Ok(context.store().read().bindings().uses(scope, connection.id, PLACES).await?);
    };
    let instance = context.store().read().instances().find(scope, instance_id).await?;
    let used = instance.map(|instance| Use {
        instance_id: instance.id,
        instance_name: instance.name,
        status: instance.status,
        customer_id,
        integration_key: instance.integration_key,
        integration_version: instance.integration_version,
        slot: slot.clone(),
    });
    Ok(used.into_iter().collect())
}

pub enum Deleted {
    /// With how the provider took back what it had given; `None`: there was nothing to take back.
    Done(Option<Revocation>),
    /// The places to see to first.
    InUse(Vec<Use>),
    NotFound,
}

/// Runs in a task of its own, so that a browser that goes away leaves no grant behind.
pub async fn delete(context: &Context, scope: Scope, actor: &Actor, id: ConnectionId) -> Result<Deleted, Broken> {
    let (context, actor) = (context.clone(), actor.clone());
    tokio::spawn(async move { run(&context, scope, &actor, id).await })
        .await
        .map_err(|error| Broken::Inconsistent(format!("a deletion ended early: {error}")))?
}

async fn run(context: &Context, scope: Scope, actor: &Actor, id: ConnectionId) -> Result<Deleted, Broken> {
    let Some(requirement) = context.find_requirement(scope, &ConnectionRef::Id(id)).await? else { return Ok(Deleted::NotFound) };
    if !requirement.is_open_to(scope)? {
        return Ok(Deleted::NotFound);
    }
    let mut work = context.store().begin().await?;
    if !work.connections().delete_unused(scope, id).await? {
        drop(work);
        let uses = uses_of(context, scope, &requirement.connection).await?;
        return Ok(if uses.is_empty() { Deleted::NotFound } else { Deleted::InUse(uses) });
    }
    let detail = json!({"reusable_connection": requirement.connection.owner.definition()});
    context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionDeleted, &requirement.connection, detail)).await?;
    work.commit().await?;
    let Credential { token: Some(token), .. } = &requirement.credential else { return Ok(Deleted::Done(None)) };
    let resolved: Resolved = requirement.resolve()?;
    revoke::revoke_and_record(context, actor, &requirement, &resolved, token).await.map(|revocation| Deleted::Done(Some(revocation)))
}
