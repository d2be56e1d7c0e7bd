//! Who is connected to what: the organization's first look. Shows the first instances of each integration.

use std::collections::BTreeMap;

use super::{Broken, Context, SlotState};
use crate::{
    domain::{access::Scope, customer::CustomerRef, time::Timestamp},
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
        for instance in context.store().read().instances().list(Scope::Organization, &filter, None, ROWS).await? {
            let published = context.published_for(&instance).await?;
            let summaries = context
                .requirements(&instance, &published)
                .await?
                .iter()
                .map(super::requirement::Requirement::summary)
                .collect::<Result<Vec<_>, _>>()?;
            let cell = |slot: &crate::domain::integration::Slot| {
                summaries.iter().find(|s| s.key == slot.key).map(|s| Cell {
                    state: s.state,
                    connector: s.connector.clone(),
                    account: s.account.clone(),
                })
            };
            if !customers.contains_key(&instance.customer_id) {
                let found = context.store().read().customers().find(Scope::Organization, &CustomerRef::Id(instance.customer_id)).await?;
                customers.insert(instance.customer_id, found.map_or_else(String::new, |c| c.name));
            }
            rows.push(Row {
                customer: customers[&instance.customer_id].clone(),
                cells: current.integration.slots().filter_map(cell).collect(),
                deployed_at: instance.deployed_at,
            });
        }
        let slots = current.integration.slots().map(|s| s.label.clone().unwrap_or_else(|| s.key.to_string())).collect();
        tables.push(Table { name: current.integration.name.clone(), slots, rows });
    }
    Ok(tables)
}
