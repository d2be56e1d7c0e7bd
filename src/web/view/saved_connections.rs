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

impl SavedShow {
    fn names(&self) -> String {
        self.used_by.join(", ")
    }
}
