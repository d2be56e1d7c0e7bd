//! What a customer has saved: the list, and one of them.

use askama::Template;

use super::{
    ErrorSummary, Form, Frame,
    field::Part,
    slot::{Problem, Status},
};
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "pages/saved_connections/index.html")]
pub struct SavedIndex {
    pub words: Words,
    pub frame: Frame,
    /// What was asked for.
    pub text: String,
    /// Value, label, chosen.
    pub filters: Vec<(&'static str, String, bool)>,
    pub rows: Vec<SavedRow>,
    /// Nothing was left out.
    pub is_all: bool,
}

pub struct SavedRow {
    pub name: String,
    pub href: String,
    pub status: Status,
    /// "Acme ERP. priya@northwind.com. Used in 2 integrations".
    pub line: String,
}

#[derive(Template)]
#[template(path = "pages/saved_connections/show.html")]
pub struct SavedShow {
    pub words: Words,
    pub frame: Frame,
    pub name: String,
    pub connector: String,
    pub status: Status,
    pub line: String,
    pub problem: Option<Problem>,
    pub errors: Option<ErrorSummary>,
    /// Label and sentence.
    pub facts: Vec<(String, String)>,
    /// The names of what uses it.
    pub used_by: Vec<String>,
    pub back_href: String,
    /// Values to change; none where one signs in instead.
    pub parts: Vec<Part>,
    pub form: Form,
    pub rename: Form,
    pub check: Option<Form>,
    pub sign_in: Option<Form>,
    pub disconnect_href: Option<String>,
    pub deletion: Form,
}

/// A new one, which a link began.
#[derive(Template)]
#[template(path = "pages/saved_connections/new.html")]
pub struct SavedNew {
    pub words: Words,
    pub frame: Frame,
    /// Of its definition.
    pub name: String,
    pub connector: String,
    pub errors: Option<ErrorSummary>,
    pub parts: Vec<Part>,
    /// Where one signs in, once it is known.
    pub host: Option<String>,
    /// Its button leads to the provider's page.
    pub leaves: bool,
    pub form: Form,
}

#[derive(Template)]
#[template(path = "pages/saved_connections/done.html")]
pub struct SavedDone {
    pub words: Words,
    pub frame: Frame,
    pub name: String,
    pub account: Option<String>,
    pub show_href: String,
}

impl SavedShow {
    fn names(&self) -> String {
        self.used_by.join(", ")
    }
}
