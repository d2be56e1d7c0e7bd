//! Who is connected to what: an integration's instances by its slots, a page at a time.

use std::collections::BTreeMap;

use super::{Broken, Context, Published, SlotState, requirement::Requirement};
use crate::{
    domain::{
        access::Scope,
        ids::{CustomerId, InstanceId},
        instance::{Instance, InstanceStatus},
        integration::Slot,
        key::Key,
        time::Timestamp,
    },
    manifest::Kind,
    store::{MatrixFilter, NameCursor, SentLink},
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub filter: MatrixFilter,
    /// A part of the customer's name or external id.
    pub search: String,
    pub cursor: NameCursor,
    pub rows: usize,
}

pub struct Page {
    pub name: String,
    pub slots: Vec<(Key, String)>,
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Option<NameCursor>,
}

pub struct Row {
    pub instance_id: InstanceId,
    pub instance: String,
    pub customer_id: CustomerId,
    pub customer: String,
    pub external_id: String,
    pub status: InstanceStatus,
    /// One for each slot of the page, in its order; `None`: the instance keeps a version that has no such slot.
    pub cells: Vec<Option<Cell>>,
    pub deployed_at: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct Cell {
    pub slot: Key,
    pub label: String,
    pub state: SlotState,
    pub connector: String,
    pub account: Option<String>,
    pub since: Timestamp,
    /// The newest one that is good still, while nothing is connected.
    pub link: Option<SentLink>,
}

/// `None`: no such integration is applied.
pub async fn page(context: &Context, integration: &Key, wanted: &Wanted) -> Result<Option<Page>, Broken> {
    let Some(current) = context.current_integration(integration).await? else { return Ok(None) };
    let limit = i64::try_from(wanted.rows).unwrap_or(i64::MAX - 1) + 1;
    let (filter, search) = (wanted.filter, wanted.search.as_str());
    let mut found = context.store().read().matrix().page(integration, filter, search, &wanted.cursor, limit).await?;
    let is_last = found.len() <= wanted.rows;
    found.truncate(wanted.rows);
    let next = found.last().filter(|_| !is_last).map(|row| row.cursor.clone());
    let instances: Vec<Instance> = found.iter().map(|row| row.instance.clone()).collect();
    let of_instances = cells(context, &instances).await?;
    let mut rows = Vec::with_capacity(found.len());
    for (row, of_instance) in found.into_iter().zip(of_instances) {
        let of_slot = |slot: &Slot| of_instance.iter().find(|cell| cell.slot == slot.key).cloned();
        rows.push(Row {
            instance_id: row.instance.id,
            instance: row.instance.name,
            customer_id: row.instance.customer_id,
            customer: row.customer,
            external_id: row.external_id,
            status: row.instance.status,
            cells: current.integration.shared_slots().map(of_slot).collect(),
            deployed_at: row.instance.deployed_at,
        });
    }
    let slots = slots(context, &current).await?;
    Ok(Some(Page { name: current.integration.name.clone(), slots, rows, next }))
}

/// By key and label, but those that are each user's own; a slot without a label is called by its connector.
pub async fn slots(context: &Context, published: &Published) -> Result<Vec<(Key, String)>, Broken> {
    let mut slots = Vec::new();
    for slot in published.integration.shared_slots() {
        slots.push((slot.key.clone(), context.slot_label(published, slot).await?));
    }
    Ok(slots)
}

/// Every slot of each instance.
async fn cells(context: &Context, instances: &[Instance]) -> Result<Vec<Vec<Cell>>, Broken> {
    let requirements = context.requirements_of(instances).await?;
    let mut all = Vec::with_capacity(instances.len());
    for of_instance in &requirements {
        all.push(of_instance.iter().map(cell).collect::<Result<Vec<_>, _>>()?);
    }
    if all.iter().flatten().any(waits) {
        let links = context.store().read().matrix().links(instances, context.now()).await?;
        for ((instance, requirements), cells) in instances.iter().zip(&requirements).zip(&mut all) {
            for (requirement, cell) in requirements.iter().zip(cells).filter(|(_, cell)| waits(cell)) {
                cell.link = links.iter().find(|link| link.leads_to(instance, requirement.connection.id)).cloned();
            }
        }
    }
    Ok(all)
}

fn waits(cell: &Cell) -> bool {
    matches!(cell.state, SlotState::Connection(state) if !state.is_connected())
}

/// What the organization manages is no secret to it: a managed connection that broke shows so.
fn cell(requirement: &Requirement) -> Result<Cell, Broken> {
    let state = requirement.state()?;
    let is_managed = state.reason().is_none() && requirement.is_managed()?;
    Ok(Cell {
        slot: requirement.slot.key.clone(),
        label: requirement.label(),
        state: if is_managed { SlotState::Managed } else { SlotState::Connection(state) },
        connector: requirement.connector.name.clone(),
        account: requirement.connection.account.clone(),
        since: requirement.connection.updated_at,
        link: None,
    })
}

/// A customer's instances, each with its slots.
pub struct OfCustomer {
    pub instance: Instance,
    /// The integration's name.
    pub integration: String,
    pub cells: Vec<Cell>,
}

pub async fn of_customer(context: &Context, instances: Vec<Instance>) -> Result<Vec<OfCustomer>, Broken> {
    let cells = cells(context, &instances).await?;
    let mut found = Vec::with_capacity(instances.len());
    for (instance, cells) in instances.into_iter().zip(cells) {
        let integration = context.published_for(&instance).await?.integration.name.clone();
        found.push(OfCustomer { instance, integration, cells });
    }
    Ok(found)
}

/// What is applied now: names by key.
pub async fn integrations(context: &Context) -> Result<BTreeMap<Key, String>, Broken> {
    let mut found = BTreeMap::new();
    for document in context.store().read().documents().list_current(Kind::Integration.as_str()).await? {
        let key = Key::parse(document.key.as_str()).map_err(|error| Broken::Inconsistent(error.to_string()))?;
        if let Some(published) = context.integration(&key, document.version).await? {
            found.insert(key, published.integration.name.clone());
        }
    }
    Ok(found)
}

/// How it is with one customer's connections of a scope: for a page that lists what goes with it.
pub async fn connections_of(context: &Context, customer: CustomerId) -> Result<usize, Broken> {
    Ok(context.store().read().connections().list_of_customer(Scope::Organization, customer).await?.len())
}
