//! Many connections checked one after the other: starting it, and how far it is.

use askama::Template;

use super::Console;
use crate::web::{
    view::{Form, Frame, field::Choice},
    words::Words,
};

/// Sends `integration` (empty: all) and `only_broken`.
#[derive(Template)]
#[template(path = "pages/admin/bulk_checks/index.html")]
pub struct BulkIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    /// `None`: this reader may not start one.
    pub form: Option<Form>,
    pub integrations: Vec<Choice>,
    pub before: Vec<BulkRow>,
}

pub struct BulkRow {
    pub title: String,
    pub href: String,
    pub note: String,
}

#[derive(Template)]
#[template(path = "pages/admin/bulk_checks/show.html")]
pub struct BulkShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub title: String,
    pub href: String,
    pub back_href: String,
    pub total: i64,
    pub checked: i64,
    pub is_over: bool,
    /// In words, with how many.
    pub outcomes: Vec<(String, i64)>,
    pub failed: Vec<FoundRow>,
}

pub struct FoundRow {
    pub customer: String,
    pub slot: String,
    pub href: String,
    pub reason: String,
}

impl BulkShow {
    pub(super) fn progress(&self) -> String {
        self.words.with_two("bulk-progress", "checked", self.checked, "total", self.total)
    }
}
