//! Who is connected to what: the organization's first look. Shows the first instances of each integration.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{Broken, Context, SlotState, requirement::Requirement};
use crate::{
    domain::{access::Scope, connection::ConnectionState, customer::CustomerRef, integration::Slot, time::Timestamp},
    manifest::Kind,
    store::InstanceFilter,
};

pub struct Table {
    pub name: String,
    pub slots: Vec<String>,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub customer: String,
    pub cells: Vec<Cell>,
    pub deployed_at: Option<Timestamp>,
}

pub struct Cell {
    pub state: SlotState,
    pub connector: String,
    pub account: Option<String>,
}

/// A page that a person can take in; the console's matrix pages through the rest.
const ROWS: i64 = 50;

pub async fn integrations(context: &Context) -> Result<Vec<Table>, Broken> {
    let mut tables = Vec::new();
    let mut customers = BTreeMap::new();
    for document in context.store().read().documents().list_current(Kind::Integration.as_str()).await? {
        let key = crate::domain::key::Key::parse(document.key.as_str()).map_err(|e| Broken::Inconsistent(e.to_string()))?;
        let Some(current) = context.integration(&key, document.version).await? else { continue };
        let filter = InstanceFilter { customer: None, integration: Some(key) };
        let mut rows = Vec::new();
        let mut labels = BTreeMap::new();
        for instance in context.store().read().instances().list(Scope::Organization, &filter, None, ROWS).await? {
            let published = context.published_for(&instance).await?;
            let requirements = context.requirements(&instance, &published).await?;
            let of_slot = |slot: &Slot| requirements.iter().find(|r| r.slot.key == slot.key).map_or_else(|| Ok(unknown(slot)), cell);
            let cells = current.integration.slots().map(of_slot).collect::<Result<Vec<_>, _>>()?;
            for requirement in &requirements {
                labels.entry(requirement.slot.key.clone()).or_insert_with(|| requirement.label());
            }
            if let Entry::Vacant(unknown) = customers.entry(instance.customer_id) {
                let found = context.store().read().customers().find(Scope::Organization, &CustomerRef::Id(instance.customer_id)).await?;
                unknown.insert(found.map_or_else(String::new, |c| c.name));
            }
            rows.push(Row { customer: customers[&instance.customer_id].clone(), cells, deployed_at: instance.deployed_at });
        }
        let slots = current
            .integration
            .slots()
            .map(|s| labels.remove(&s.key).or_else(|| s.label.clone()).unwrap_or_else(|| s.key.to_string()))
            .collect();
        tables.push(Table { name: current.integration.name.clone(), slots, rows });
    }
    Ok(tables)
}

/// An instance of an older version, which has no such slot.
fn unknown(slot: &Slot) -> Cell {
    Cell { state: SlotState::Connection(ConnectionState::NotConnected), connector: slot.key.to_string(), account: None }
}

/// What the organization manages is no secret to it: a managed connection that broke shows so.
fn cell(requirement: &Requirement) -> Result<Cell, Broken> {
    let summary = requirement.summary()?;
    let state = requirement.state()?;
    Ok(Cell {
        state: if state.reason().is_some() { SlotState::Connection(state) } else { summary.state },
        connector: summary.connector,
        account: summary.account,
    })
}
