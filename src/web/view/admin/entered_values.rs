//! Values that the organization enters for a connection in no customer's slot.

use askama::Template;

use super::Console;
use crate::web::{
    view::{ErrorSummary, Form, Frame, field::Field, slot::Status},
    words::Words,
};

#[derive(Template)]
#[template(path = "pages/admin/entered_values/edit.html")]
pub struct EnteredValues {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub title: String,
    pub back_href: String,
    pub connector: String,
    pub status: Status,
    pub line: String,
    /// What a change reaches.
    pub reach: String,
    pub errors: Option<ErrorSummary>,
    pub form: Form,
    pub fields: Vec<Field>,
    pub check: Option<Form>,
    pub sign_in: Option<Form>,
    pub disconnect_href: Option<String>,
}

/// What stops, before it stops.
#[derive(Template)]
#[template(path = "pages/admin/entered_values/disconnect.html")]
pub struct EnteredEnding {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub form: Form,
    pub connector: String,
    pub account: Option<String>,
    /// How many stop running.
    pub stops: String,
    pub used_in: String,
    pub places: Vec<String>,
    /// How many more there are.
    pub more: Option<String>,
    pub back_href: String,
}
