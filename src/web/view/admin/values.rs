//! A connection filled in on a customer's behalf: each value with who may change it.

use askama::Template;

use super::{Console, connections::Place};
use crate::web::{
    view::{
        ErrorSummary, Form, Frame,
        field::Field,
        slot::{Problem, Slot},
    },
    words::Words,
};

/// Sends the fields, `who.{name}` for each, and `check=1` to try them before they are saved.
#[derive(Template)]
#[template(path = "pages/admin/values/edit.html")]
pub struct ValuesEdit {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub place: Place,
    pub form: Form,
    pub name: String,
    pub connector: String,
    pub back_href: String,
    pub errors: Option<ErrorSummary>,
    pub problem: Option<Problem>,
    pub fields: Vec<HeldField>,
    /// What no customer is ever asked for.
    pub hidden: Vec<HeldField>,
    pub can_check: bool,
    /// Besides these, somebody has to sign in.
    pub needs_consent: bool,
    /// As it is saved now.
    pub preview: Slot,
    pub preview_href: String,
}

pub struct HeldField {
    pub field: Field,
    /// `None`: no customer ever sees it.
    pub who: Option<Who>,
    /// A value that holds while this one is blank.
    pub note: Option<String>,
}

/// The choice beside a field.
pub struct Who {
    /// The form name, and the stem of the ids.
    pub name: String,
    pub id: String,
    pub locked: bool,
    /// A value is saved that can be taken out.
    pub may_leave: bool,
}

impl ValuesEdit {
    /// The one field of the page is about itself: no preview of what stays the same.
    pub(super) fn opens_hidden(&self) -> bool {
        self.fields.is_empty() || self.hidden.iter().any(|held| held.field.error.is_some())
    }
}
