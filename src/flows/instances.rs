//! Making an instance with the connections of its slots, moving a draft to the newest version, variables by the API, pausing.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Broken, Context,
    answers::pages_answered_by,
    idempotency::{self, Idempotent, Once},
    registry::Published,
    reusable::{
        self,
        conversion::{self, Turn, Version},
    },
};
use crate::domain::{
    access::{Actor, Scope},
    audit::AuditAction,
    connection::{Connection, ConnectionOwner},
    customer::CustomerRef,
    ids::InstanceId,
    instance::{Instance, InstanceStatus},
    key::Key,
    validation::FieldError,
    value::Value,
};

pub enum Created {
    Instance(Box<Instance>),
    NoSuchCustomer,
    NoSuchIntegration,
}

/// What a new instance shall be; without a name it gets its integration's.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub customer: CustomerRef,
    pub integration: Key,
    pub name: Option<String>,
}

pub async fn create(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    customer: &CustomerRef,
    integration: &Key,
    name: Option<String>,
) -> Result<Created, Broken> {
    let wanted = Wanted { customer: customer.clone(), integration: integration.clone(), name };
    match create_once(context, scope, actor, wanted, None).await? {
        Idempotent::Now(created) => Ok(created),
        Idempotent::Before(_) | Idempotent::Reused => {
            Err(Broken::Inconsistent("a request without an idempotency key was found done".into()))
        }
    }
}

pub async fn create_once(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    wanted: Wanted,
    once: Option<&Once>,
) -> Result<Idempotent<Created>, Broken> {
    if let Some(before) = idempotency::recall(context, once).await? {
        return Ok(before);
    }
    let Some(customer) = context.store().read().customers().find(scope, &wanted.customer).await? else {
        return Ok(Idempotent::Now(Created::NoSuchCustomer));
    };
    let Some(published) = context.current_integration(&wanted.integration).await? else {
        return Ok(Idempotent::Now(Created::NoSuchIntegration));
    };
    let name = wanted.name.unwrap_or_else(|| published.integration.name.clone());
    let version = published.integration.version;
    let instance = Instance::draft(context.new_instance_id(), customer.id, wanted.integration, version, name, context.now());
    let connections = new_connections(context, &instance, &published, &[]).await?;
    let bound = reusable::to_bind(context, &instance, &published).await?;
    let mut work = context.store().begin().await?;
    if let Some(before) = idempotency::note(context, &mut work, once, instance.id.to_string()).await? {
        return Ok(before);
    }
    work.instances().insert(&instance).await?;
    for connection in &connections {
        if !work.connections().insert(connection).await?.is_inserted() {
            return Err(Broken::Inconsistent(format!("a slot of the new instance {} has a connection already", instance.id)));
        }
    }
    reusable::bind_all(&mut work, &instance, &bound).await?;
    context.record(&mut work, &context.instance_event(actor, AuditAction::InstanceCreated, &instance)).await?;
    work.commit().await?;
    Ok(Idempotent::Now(Created::Instance(Box::new(instance))))
}

/// A connection for each slot that has none yet, is not each user's own, and is not bound to the organization's.
async fn new_connections(
    context: &Context,
    instance: &Instance,
    published: &Published,
    existing: &[Connection],
) -> Result<Vec<Connection>, Broken> {
    let mut connections = Vec::new();
    for slot in published.integration.shared_slots() {
        if existing.iter().any(|c| matches!(&c.owner, ConnectionOwner::Slot { slot: s, .. } if *s == slot.key)) {
            continue;
        }
        let below = context.slot_layers(slot).await?;
        if below.reusable.is_some_and(|reusable| reusable.activation.is_the_organizations()) {
            continue;
        }
        let type_ref = below.type_ref;
        let version = published.connectors.get(&type_ref.connector).copied().unwrap_or(1);
        let owner = ConnectionOwner::Slot { instance_id: instance.id, customer_id: instance.customer_id, slot: slot.key.clone() };
        connections.push(Connection::new(context.new_connection_id(), owner, type_ref, version, context.now()));
    }
    Ok(connections)
}

/// A draft that was never turned on follows the newest version; what is deployed keeps its own.
pub(super) async fn follow_newest(context: &Context, instance: Instance) -> Result<Instance, Broken> {
    if instance.status != InstanceStatus::Draft || instance.deployed_at.is_some() {
        return Ok(instance);
    }
    let Some(newest) = context.current_integration(&instance.integration_key).await? else { return Ok(instance) };
    if newest.integration.version == instance.integration_version {
        return Ok(instance);
    }
    let before = context.published_for(&instance).await?;
    if !conversion::converting(&before.integration, &newest.integration).is_empty() {
        let next = Arc::new(Version::applied(context, Arc::clone(&newest)).await?);
        let Some(turn) = Turn::of(context, before, &next).await? else { return Ok(instance) };
        return conversion::follow(context, &Actor::System, &turn, instance).await;
    }
    let scope = Scope::Customer(instance.customer_id);
    let revision = instance.revision;
    let mut moved = Instance { integration_version: newest.integration.version, updated_at: context.now(), ..instance.clone() };
    let existing = context.store().read().connections().list_of_instance(scope, instance.id).await?;
    let of_users = context.store().read().connections().list_of_users(scope, instance.id).await?;
    let added = new_connections(context, &moved, &newest, &existing).await?;
    let bound = reusable::to_bind(context, &moved, &newest).await?;
    let unbound = reusable::to_unbind(context, &moved, &newest).await?;
    let mut retyped = Vec::new();
    for connection in existing.into_iter().chain(of_users) {
        retyped.extend(retype(context, connection, &newest).await?);
    }
    let mut work = context.store().begin().await?;
    let Some(saved) = work.instances().save(scope, &moved, revision).await? else { return Ok(instance) };
    moved.revision = saved;
    for connection in &added {
        if !work.connections().insert(connection).await?.is_inserted() {
            // Another opening of the same draft was faster, and has moved it.
            return Ok(instance);
        }
    }
    for slot in &unbound {
        work.bindings().unbind(scope, moved.id, slot).await?;
    }
    reusable::bind_all(&mut work, &moved, &bound).await?;
    for connection in &retyped {
        if work.connections().save(scope, context.wrapped(connection)?.as_ref()).await?.is_none() {
            return Ok(instance);
        }
    }
    work.commit().await?;
    Ok(moved)
}

/// A slot that now asks for another connection type starts anew; its old values mean nothing there.
pub(super) async fn retype(context: &Context, connection: Connection, newest: &Published) -> Result<Option<Connection>, Broken> {
    let Some(slot) = connection.owner.slot() else { return Ok(None) };
    let Some(slot) = newest.integration.slot(slot.as_str()) else { return Ok(None) };
    let type_ref = context.slot_layers(slot).await?.type_ref;
    let version = newest.connectors.get(&type_ref.connector).copied().unwrap_or(connection.connector_version);
    if connection.type_ref == type_ref {
        return Ok((connection.connector_version != version).then_some(Connection { connector_version: version, ..connection }));
    }
    let now = context.now();
    let emptied = connection.disconnect(crate::domain::credential::SealedCredential::default(), now);
    Ok(Some(Connection { type_ref, connector_version: version, ..emptied }))
}

pub enum Updated {
    Instance(Box<Instance>),
    /// By variable key.
    Refused(BTreeMap<String, FieldError>),
    /// `If-Match` named another revision.
    Stale,
    NotFound,
}

/// What the API changes of an instance; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub name: Option<String>,
    pub variables: BTreeMap<String, serde_json::Value>,
    pub if_revision: Option<i64>,
}

pub async fn update(context: &Context, scope: Scope, actor: &Actor, id: InstanceId, changes: &Changes) -> Result<Updated, Broken> {
    loop {
        let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(Updated::NotFound) };
        if changes.if_revision.is_some_and(|revision| revision != instance.revision) {
            return Ok(Updated::Stale);
        }
        let published = context.published_for(&instance).await?;
        let mut variables = instance.draft_variables.clone();
        let errors = overlay(&published, &changes.variables, &mut variables);
        if !errors.is_empty() {
            return Ok(Updated::Refused(errors));
        }
        let revision = instance.revision;
        let mut changed = Instance { draft_variables: variables, updated_at: context.now(), ..instance };
        if let Some(name) = &changes.name {
            changed.name.clone_from(name);
        }
        changed.visited_pages.extend(pages_answered_by(&published.integration, &changed.draft_variables));
        let mut work = context.store().begin().await?;
        if let Some(saved) = work.instances().save(scope, &changed, revision).await? {
            changed.revision = saved;
            context.record(&mut work, &context.instance_event(actor, AuditAction::InstanceUpdated, &changed)).await?;
            work.commit().await?;
            return Ok(Updated::Instance(Box::new(changed)));
        }
    }
}

fn overlay(
    published: &Published,
    given: &BTreeMap<String, serde_json::Value>,
    variables: &mut BTreeMap<Key, Value>,
) -> BTreeMap<String, FieldError> {
    let mut errors = BTreeMap::new();
    for (name, json) in given {
        let Some(variable) = published.integration.variable(name) else {
            errors.insert(name.clone(), FieldError::UnknownInput);
            continue;
        };
        match variable.parse_json(json) {
            Ok(Some(value)) => {
                if let Some(clear) = value.as_clear() {
                    variables.insert(variable.key.clone(), clear.clone());
                }
            }
            Ok(None) => {
                variables.remove(name.as_str());
            }
            Err(error) => {
                errors.insert(name.clone(), error);
            }
        }
    }
    errors
}

pub enum Paused {
    Instance(Box<Instance>),
    NotActive,
    NotFound,
}

pub async fn pause(context: &Context, scope: Scope, actor: &Actor, id: InstanceId) -> Result<Paused, Broken> {
    loop {
        let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(Paused::NotFound) };
        let revision = instance.revision;
        let Ok(mut paused) = instance.pause(context.now()) else { return Ok(Paused::NotActive) };
        let mut work = context.store().begin().await?;
        if let Some(saved) = work.instances().save(scope, &paused, revision).await? {
            paused.revision = saved;
            context.record(&mut work, &context.instance_event(actor, AuditAction::InstancePaused, &paused)).await?;
            work.commit().await?;
            return Ok(Paused::Instance(Box::new(paused)));
        }
    }
}
