//! Customers: the list, one of them, and what is asked before one is made, renamed or deleted.

use askama::Template;

use super::{Console, connections::Happening, field::TextField, matrix::SlotCell};
use crate::web::{
    view::{ErrorSummary, Form, Frame, slot::Status},
    words::Words,
};

/// Searched with `q`, filtered with `show`.
#[derive(Template)]
#[template(path = "pages/admin/customers/index.html")]
pub struct CustomerIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub search: String,
    /// The filter in use, as the address names it; empty where there is none.
    pub show: String,
    pub chips: Vec<Chip>,
    pub rows: Vec<CustomerRow>,
    pub more_href: Option<String>,
    /// Where the list begins; `None`: this is its first page.
    pub first_href: Option<String>,
    pub may_change: bool,
    /// There is no customer at all yet.
    pub is_empty: bool,
}

/// A filter, with how many it finds.
pub struct Chip {
    pub href: String,
    pub text: String,
    pub is_current: bool,
}

/// A socket with its words.
pub struct Mark {
    pub status: Status,
    pub text: String,
}

pub struct CustomerRow {
    pub href: String,
    pub name: String,
    pub external_id: String,
    pub mark: Mark,
    /// "2 integrations, 1 turned on".
    pub integrations: String,
}

#[derive(Template)]
#[template(path = "pages/admin/customers/show.html")]
pub struct CustomerShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub name: String,
    pub external_id: String,
    pub instances: Vec<InstanceCard>,
    pub about: CustomerAbout,
    pub changes: Option<CustomerChanges>,
}

/// What other pages tell in full.
pub struct CustomerAbout {
    /// Name and address; role, or that they are switched off.
    pub people: Vec<(String, String)>,
    /// What a link opens, and what became of it.
    pub links: Vec<(String, String)>,
    pub links_href: String,
    pub happenings: Vec<Happening>,
}

/// What somebody may do who may change it.
pub struct CustomerChanges {
    pub edit_href: String,
    pub delete_href: String,
    /// Sends `integration`.
    pub start: Form,
    /// What can be started, by key and name.
    pub integrations: Vec<(String, String)>,
    pub undo: Option<Undo>,
}

/// Sends the name as it was before.
pub struct Undo {
    pub form: Form,
    pub name: String,
}

pub struct InstanceCard {
    pub id: String,
    pub name: String,
    pub href: String,
    /// "Turned on 3 March", "Not turned on yet" …
    pub status: String,
    pub slots: Vec<(String, SlotCell)>,
}

/// For a new one and for a new name alike.
#[derive(Template)]
#[template(path = "pages/admin/customers/form.html")]
pub struct CustomerForm {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub form: Form,
    pub errors: Option<ErrorSummary>,
    pub title: String,
    pub submit: String,
    pub back_href: String,
    pub fields: Vec<TextField>,
}

#[derive(Template)]
#[template(path = "pages/admin/customers/deletion.html")]
pub struct CustomerDelete {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub form: Form,
    pub errors: Option<ErrorSummary>,
    pub name: String,
    pub back_href: String,
    /// Sends the name, typed.
    pub field: TextField,
    /// What goes with it, a line each.
    pub goes: Vec<String>,
    /// What keeps it: integrations that are, or were, turned on.
    pub keeps: Vec<String>,
}
