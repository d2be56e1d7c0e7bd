//! Short forms of a few text fields: signing in, passwords, addresses. One template draws them all.

use askama::Template;

use super::{ErrorItem, ErrorSummary, Form, Frame};
use crate::web::words::Words;

/// A page that is one short form, outside of the console.
#[derive(Template)]
#[template(path = "pages/sessions/form.html")]
pub struct FormPage {
    pub words: Words,
    pub frame: Frame,
    pub title: String,
    pub lead: Option<String>,
    pub plain: PlainForm,
    /// Title and items of what must be put right.
    pub errors: Option<ErrorSummary>,
    /// Another way on: its words and address.
    pub other: Option<(String, String)>,
}

pub struct PlainForm {
    pub form: Form,
    pub fields: Vec<PlainField>,
    pub submit: String,
}

pub struct PlainField {
    /// Its name in the form, and its DOM id.
    pub id: &'static str,
    pub label: String,
    pub hint: Option<String>,
    pub kind: PlainKind,
    pub value: String,
    pub error: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlainKind {
    /// With an `autocomplete` of its own.
    Text(&'static str),
    Email(&'static str),
    CurrentPassword,
    NewPassword,
    Code,
    /// Radios: value, label, what it means.
    Choice(Vec<(String, String, String)>),
}

impl PlainKind {
    pub(super) fn is_secret(&self) -> bool {
        matches!(self, Self::CurrentPassword | Self::NewPassword)
    }
    pub(super) fn input_mode(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Code => "text",
            _ => "text",
        }
    }
    pub(super) fn autocomplete(&self) -> &'static str {
        match self {
            Self::Text(name) | Self::Email(name) => name,
            Self::CurrentPassword => "current-password",
            Self::NewPassword => "new-password",
            Self::Code => "one-time-code",
            Self::Choice(_) => "off",
        }
    }
}

impl PlainField {
    pub fn new(id: &'static str, label: String, kind: PlainKind) -> Self {
        Self { id, label, hint: None, kind, value: String::new(), error: None }
    }
    pub fn hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }
    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }
}

impl PlainForm {
    /// What the fields' own errors say, in their order.
    pub fn errors(&self) -> Option<ErrorSummary> {
        let item = |field: &PlainField| Some(ErrorItem { href: format!("#{}", field.id), text: field.error.clone()? });
        ErrorSummary::of(self.fields.iter().filter_map(item).collect())
    }
}

/// A refusal that is of no one field: its title, and what to do, at the first one.
pub fn refusal(title: String, text: String, field: &str) -> Option<ErrorSummary> {
    Some(ErrorSummary { title: Some(title), items: vec![ErrorItem { href: format!("#{field}"), text }] })
}
