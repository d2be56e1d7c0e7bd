//! Manifests by hand: the form and the catalogue, and the plan that is looked at before it is applied.

use askama::Template;

use super::{Console, integrations::Diff};
use crate::web::{
    view::{ErrorSummary, Form, Frame},
    words::Words,
};

/// Sends `text` or `file`.
#[derive(Template)]
#[template(path = "pages/admin/manifests/new.html")]
pub struct ManifestNew {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub form: Form,
    pub errors: Option<ErrorSummary>,
    pub mistakes: Vec<Mistake>,
    /// What was pasted, if it may be shown again.
    pub text: String,
    /// It was pasted, and holds values: it is not shown again.
    pub withheld: bool,
    pub catalogue: Vec<Entry>,
    pub export_href: String,
}

/// One error of a manifest, with its line.
pub struct Mistake {
    pub id: String,
    /// "Line 3, column 5".
    pub place: String,
    pub message: String,
    pub line: Option<String>,
}

/// A connector of the catalogue.
pub struct Entry {
    pub name: String,
    pub add_action: String,
    /// The names of its connection types.
    pub ways: Vec<String>,
    /// What the organization must have at hand: the labels of its own inputs.
    pub needs: Vec<String>,
    pub state: EntryState,
    pub href: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    New,
    Added,
    Differs,
}

/// What would change.
#[derive(Template)]
#[template(path = "pages/admin/manifests/plan.html")]
pub struct ManifestPlan {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    /// Where it is applied; its version is the digest of what is shown.
    pub form: Form,
    pub discard_action: String,
    /// Something else was applied since it was sent.
    pub moved: bool,
    pub changes: Vec<PlannedChange>,
    pub unchanged: Vec<String>,
}

pub struct PlannedChange {
    pub id: String,
    /// "New", "Changed" …
    pub action: String,
    pub is_new: bool,
    /// "Connector desk".
    pub name: String,
    /// Whom it touches, in words.
    pub touches: Vec<String>,
    /// Of a conversion: how many do not move, and why, one by one.
    pub stays: Option<(String, Vec<String>)>,
    pub diff: Diff,
}
