//! Where an org user arrives.

use askama::Template;

use super::Console;
use crate::web::view::{Frame, slot::Status};
use crate::web::words::Words;

/// Customers by slots, one table an integration.
#[derive(Template)]
#[template(path = "pages/admin/home/show.html")]
pub struct HomeShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub integrations: Vec<IntegrationTable>,
}

pub struct IntegrationTable {
    /// A safe and unique DOM id.
    pub id: String,
    pub name: String,
    /// The names of its slots, in order.
    pub slots: Vec<String>,
    pub rows: Vec<InstanceRow>,
}

pub struct InstanceRow {
    pub customer: String,
    pub href: Option<String>,
    /// One for each slot, in the same order.
    pub cells: Vec<Cell>,
    /// "3 March", or `None` while it is not turned on.
    pub turned_on: Option<String>,
}

pub struct Cell {
    pub status: Status,
    /// The account, or the reason's title.
    pub detail: Option<String>,
}

impl IntegrationTable {
    pub fn needing_attention(&self) -> usize {
        self.rows.iter().filter(|row| row.cells.iter().any(|cell| cell.status.is_bad())).count()
    }
}
