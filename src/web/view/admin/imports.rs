//! A file of customers on its way in: uploaded, given a meaning, judged, imported.

use askama::Template;

use super::{Console, customers::Chip};
use crate::web::{
    view::{ErrorSummary, Form, Frame},
    words::Words,
};

/// Sends `file` or `text`, and `integration` or `reusable_connection`.
#[derive(Template)]
#[template(path = "pages/admin/imports/new.html")]
pub struct ImportNew {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub form: Form,
    pub errors: Option<ErrorSummary>,
    /// By key and name, with the one chosen before.
    pub integrations: Vec<(String, String, bool)>,
    /// The key of the reusable connection that is filled in, and no integration then.
    pub definition: Option<String>,
    pub rows_max: usize,
}

/// Sends `column-0`, `column-1` … each the value of a choice.
#[derive(Template)]
#[template(path = "pages/admin/imports/mapping.html")]
pub struct ImportMapping {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub form: Form,
    pub discard: Form,
    pub errors: Option<ErrorSummary>,
    /// "customers.csv, 48 rows".
    pub file: String,
    pub columns: Vec<ColumnChoice>,
    /// The same for each column: value and words.
    pub choices: Vec<(String, String)>,
}

pub struct ColumnChoice {
    pub name: String,
    pub heading: String,
    /// The value chosen now.
    pub chosen: String,
}

/// What would become of each record, and what became of it.
#[derive(Template)]
#[template(path = "pages/admin/imports/show.html")]
pub struct ImportShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub file: String,
    pub stage: Stage,
    pub chips: Vec<Chip>,
    pub rows: Vec<ImportLine>,
    pub more_href: Option<String>,
    pub first_href: Option<String>,
}

pub enum Stage {
    Planned {
        start: Form,
        discard: Form,
        mapping_href: String,
        /// "12 new, 3 changed", or that there is nothing to do.
        what: String,
        /// There are values that a check can be asked of.
        offers_checks: bool,
    },
    Running {
        done: i64,
        of: i64,
        here: String,
    },
    Done {
        what: String,
        result_href: String,
        discard: Form,
    },
}

pub struct ImportLine {
    pub number: i64,
    pub external_id: String,
    /// "New", "Wrong" …
    pub result: String,
    pub is_wrong: bool,
    /// Which columns differ, or what is wrong.
    pub note: String,
}
