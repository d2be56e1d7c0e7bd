//! Reusable connections: what there is, one of them, and the values that the organization enters.

use askama::Template;

use super::Console;
use crate::web::{
    view::{Form, Frame, slot::Status},
    words::Words,
};

#[derive(Template)]
#[template(path = "pages/admin/reusable_connections/index.html")]
pub struct ReusableIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub kinds: Vec<ReusableKind>,
}

impl ReusableIndex {
    fn is_empty(&self) -> bool {
        self.kinds.iter().all(|kind| kind.rows.is_empty())
    }
}

pub struct ReusableKind {
    /// A safe and unique DOM id.
    pub id: &'static str,
    pub title: String,
    pub hint: String,
    /// Name, address and note.
    pub rows: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "pages/admin/reusable_connections/show.html")]
pub struct ReusableShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub name: String,
    pub key: String,
    pub kind: String,
    pub used_in: String,
    pub back_href: String,
    /// What the organization enters: title, address, status and note.
    pub parts: Vec<ReusablePart>,
    /// Of one for each customer.
    pub customers: Option<Customers>,
    pub disable: Option<Form>,
    /// With how many wait.
    pub enable: Option<(Form, String)>,
}

pub struct ReusablePart {
    pub title: String,
    pub href: String,
    pub status: Option<Status>,
    pub note: String,
}

pub struct Customers {
    /// Those who lack values first; the address for whoever may enter them.
    pub rows: Vec<(String, Option<String>, Status)>,
    pub missing: String,
    /// Where many are entered at once, and how a line looks.
    pub import: Option<(Form, String)>,
}
