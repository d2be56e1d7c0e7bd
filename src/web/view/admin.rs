//! The organization's pages: signing in, and who is connected to what.

use askama::Template;

use super::slot::Status;
use super::{Form, Frame};
use crate::web::words::Words;

/// Sends `email` and `password`.
#[derive(Template)]
#[template(path = "pages/admin/sign_in.html")]
pub struct AdminSignIn {
    pub words: Words,
    pub frame: Frame,
    pub form: Form,
    pub email: String,
    /// The e-mail address and the password do not go together; says nothing about which.
    pub refused: bool,
}

/// Customers by slots, one table an integration.
#[derive(Template)]
#[template(path = "pages/admin/overview.html")]
pub struct AdminOverview {
    pub words: Words,
    pub frame: Frame,
    /// Signs out.
    pub form: Form,
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
    pub(super) fn needing_attention(&self) -> usize {
        self.rows.iter().filter(|row| row.cells.iter().any(|cell| cell.status.is_bad())).count()
    }
}
