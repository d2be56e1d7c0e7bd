//! Who did what, in sentences.

use askama::Template;

use super::Console;
use crate::web::view::{ErrorSummary, Frame};
use crate::web::words::Words;

/// Asks by GET for `customer`, `integration`, `action`, `who`, `from`, `until`; and keeps `instance` and `connection`.
#[derive(Template)]
#[template(path = "pages/admin/audit/index.html")]
pub struct AuditIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub errors: Option<ErrorSummary>,
    pub action: &'static str,
    pub filter: Filter,
    pub days: Vec<Day>,
    pub export_href: String,
    pub older_href: Option<String>,
    /// Where not everything is shown, or not from the newest on.
    pub newest_href: Option<String>,
}

pub struct Filter {
    pub customer: String,
    pub customer_error: Option<String>,
    pub integrations: Vec<Choice>,
    pub actions: Vec<Choice>,
    pub actors: Vec<Choice>,
    pub from: String,
    pub from_error: Option<String>,
    pub until: String,
    pub until_error: Option<String>,
    /// Ids that came by a link from elsewhere.
    pub instance: Option<String>,
    pub connection: Option<String>,
    pub is_narrow: bool,
}

/// A control's name, its word, and its choices.
type Select<'f> = (&'static str, &'static str, &'f [Choice]);
/// A date's name, its word, what was typed, and what is wrong with it.
type Date<'f> = (&'static str, &'static str, &'f str, Option<&'f str>);

impl Filter {
    fn selects(&self) -> [Select<'_>; 3] {
        [
            ("integration", "activity-integration", &self.integrations),
            ("action", "activity-action", &self.actions),
            ("who", "activity-who", &self.actors),
        ]
    }

    fn dates(&self) -> [Date<'_>; 2] {
        [
            ("from", "activity-from", &self.from, self.from_error.as_deref()),
            ("until", "activity-until", &self.until, self.until_error.as_deref()),
        ]
    }
}

pub struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

pub struct Day {
    pub day: String,
    pub lines: Vec<Line>,
}

/// "14:02 UTC: kim@acme.example saved desk of Alerts", and for whom.
pub struct Line {
    pub at: String,
    /// RFC 3339.
    pub moment: String,
    pub who: String,
    pub did: String,
    pub customer: Option<String>,
    /// This customer's entries alone.
    pub customer_href: Option<String>,
    /// Why, where something was refused or failed.
    pub note: Option<String>,
    pub is_bad: bool,
}
