//! A customer's links: what each opens, and what became of it; and taking one back.

use serde_json::json;

use super::Wanted;
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::{AuditAction, AuditEvent},
        connection::{ConnectionOwner, ConnectionRef},
        customer::{Customer, CustomerRef},
        ids::{ConnectionId, CustomerId, InstanceId, LinkId},
        key::Key,
        link::{Link, LinkTarget},
    },
    flows::{Broken, Context, bulk_checks, reusable},
    manifest::Activation,
    store::InstanceFilter,
};

/// So many are listed, and so many instances are there to choose from.
const ROWS: i64 = 100;

pub struct Listed {
    pub link: Link,
    pub opens: Opens,
}

/// What a link leads to, by the names that people know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// All that the customer has saved.
    Connections,
    Integration(String),
    /// A new connection of this name.
    New(String),
    Connection {
        slot: String,
        integration: String,
    },
    Gone,
}

/// What a new link may open.
#[derive(Default)]
pub struct Targets {
    pub integrations: Vec<(Key, String)>,
    pub instances: Vec<(InstanceId, String)>,
    /// With the slot's name, and its instance's.
    pub connections: Vec<(ConnectionId, String, String)>,
    pub reusable: Vec<(Key, String)>,
}

pub struct OfCustomer {
    pub customer: Customer,
    pub links: Vec<Listed>,
    pub targets: Targets,
}

pub async fn of_customer(context: &Context, id: CustomerId) -> Result<Option<OfCustomer>, Broken> {
    let scope = Scope::Organization;
    let Some(customer) = context.store().read().customers().find(scope, &CustomerRef::Id(id)).await? else { return Ok(None) };
    let mut links = Vec::new();
    for link in context.store().read().links().list_of_customer(scope, id, ROWS).await? {
        let opens = opens(context, &link.target).await?;
        links.push(Listed { link, opens });
    }
    Ok(Some(OfCustomer { customer, links, targets: targets(context, id).await? }))
}

async fn targets(context: &Context, customer: CustomerId) -> Result<Targets, Broken> {
    let mut targets = Targets { integrations: bulk_checks::integrations(context).await?, ..Targets::default() };
    let filter = InstanceFilter { customer: Some(customer), ..InstanceFilter::default() };
    for instance in context.store().read().instances().list(Scope::Organization, &filter, None, ROWS).await? {
        let published = context.published_for(&instance).await?;
        let of_customer = context.requirements(&instance, &published).await?.into_iter().filter(|of| !of.is_the_organizations());
        for requirement in of_customer {
            targets.connections.push((requirement.connection.id, requirement.label(), instance.name.clone()));
        }
        targets.instances.push((instance.id, instance.name));
    }
    let offered = reusable::definitions(context).await?.into_iter().filter(|one| one.activation == Activation::Customer);
    targets.reusable = offered.map(|one| (one.key, one.name)).collect();
    Ok(targets)
}

pub async fn opens(context: &Context, target: &LinkTarget) -> Result<Opens, Broken> {
    let scope = Scope::Organization;
    Ok(match target {
        LinkTarget::Integration(key) => {
            context.current_integration(key).await?.map_or(Opens::Gone, |found| Opens::Integration(found.integration.name.clone()))
        }
        LinkTarget::Connections => Opens::Connections,
        LinkTarget::ReusableConnection { definition, .. } => {
            context.reusable(definition).await?.map_or(Opens::Gone, |found| Opens::New(found.name))
        }
        LinkTarget::Instance(id) => {
            let found = context.store().read().instances().find(scope, *id).await?;
            found.map_or(Opens::Gone, |instance| Opens::Integration(instance.name))
        }
        LinkTarget::Connection(id) => {
            let owner = context.store().read().connections().find(scope, *id).await?.map(|connection| connection.owner);
            if let Some(ConnectionOwner::User { instance_id, .. }) = owner {
                let found = context.store().read().instances().find(scope, instance_id).await?;
                return Ok(found.map_or(Opens::Gone, |instance| Opens::Integration(instance.name)));
            }
            let Some(ConnectionOwner::Slot { instance_id, slot, .. }) = owner else {
                let saved = reusable::look(context, scope, *id).await?;
                return Ok(saved.map_or(Opens::Gone, |saved| Opens::Integration(saved.name)));
            };
            let Some(requirement) = context.find_requirement(scope, &ConnectionRef::slot(instance_id, slot.as_str())).await? else {
                return Ok(Opens::Gone);
            };
            let instance = context.store().read().instances().find(scope, instance_id).await?;
            instance.map_or(Opens::Gone, |instance| Opens::Connection { slot: requirement.label(), integration: instance.name })
        }
    })
}

impl LinkTarget {
    /// The same for another link.
    pub fn wanted(&self) -> Wanted {
        match self {
            Self::Integration(key) => Wanted::Integration(key.clone()),
            Self::Instance(id) => Wanted::Instance(*id),
            Self::Connection(id) => Wanted::Connection(*id),
            Self::ReusableConnection { definition, .. } => Wanted::ReusableConnection(definition.clone()),
            Self::Connections => Wanted::Connections,
        }
    }
}

pub(super) fn event(context: &Context, actor: &Actor, action: AuditAction, link: &Link) -> AuditEvent {
    let connection_id = link.target.connection();
    let instance_id = if let LinkTarget::Instance(id) = link.target { Some(id) } else { None };
    AuditEvent { connection_id, instance_id, ..context.customer_event(actor, action, link.customer_id, json!({"link": link.id})) }
}

/// `None`: it is not there.
pub async fn revoke(context: &Context, actor: &Actor, id: LinkId) -> Result<Option<Link>, Broken> {
    let Some(link) = context.store().read().links().find(Scope::Organization, id).await? else { return Ok(None) };
    let mut work = context.store().begin().await?;
    if work.links().revoke(Scope::Organization, id, context.now()).await? {
        context.record(&mut work, &event(context, actor, AuditAction::LinkRevoked, &link)).await?;
        work.commit().await?;
    }
    Ok(Some(link))
}
