//! What each page shows, as plain values: no domain types, no decisions beyond layout.
//! A struct here belongs to the template of the same name; handlers fill it and call `render()`.
//! To add a page: a template in `pages/<noun>/`, a struct here, a sample in `samples.rs`.

pub mod admin;
pub mod connections;
pub mod customer;
pub mod demo;
pub mod field;
pub mod notice;
pub mod own_connections;
pub mod plain;
pub mod saved_connections;
pub mod slot;
pub mod wizard;

#[cfg(test)]
mod samples;

/// What surrounds the content of every page.
pub struct Frame {
    pub organization: String,
    /// `mailto:` or an address; without one the footer names the organization and links nowhere.
    pub help_href: Option<String>,
    /// The stylesheet with the organization's own colours; `None`: as they come.
    pub brand_href: Option<String>,
    pub exit: Exit,
    pub flash: Option<Flash>,
    /// An org user is at the customer's pages, and acts for them.
    pub acting: Option<ActingBar>,
    /// A customer's user who may not turn on, disconnect and delete: pages say who can instead.
    pub is_member: bool,
}

/// "You are acting for Northwind as lee@acme.example – 12 minutes left".
#[derive(Clone)]
pub struct ActingBar {
    pub customer: String,
    pub person: String,
    pub minutes: usize,
    /// For ending it.
    pub csrf: String,
}

impl ActingBar {
    fn minutes(&self) -> usize {
        self.minutes
    }
}

/// How the header lets people leave.
pub enum Exit {
    /// Nothing in progress: no link.
    None,
    /// A link; nothing on the page needs saving.
    Link(String),
    /// Submits the page's form with `exit=1`, so that what was typed is kept as a draft.
    SaveForm,
}

/// One line about what just happened, above the heading.
pub struct Flash {
    pub kind: FlashKind,
    pub text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FlashKind {
    Done,
    Notice,
}

/// Where the page's form goes, and what it always carries.
pub struct Form {
    /// The page's own address: a refusal (422) is shown under it.
    pub action: String,
    pub csrf: String,
    /// The version of the record that the page was made from; empty where nothing is versioned.
    pub version: String,
}

/// "Step `number` of `of`".
#[derive(Clone, Copy)]
pub struct Step {
    pub number: usize,
    pub of: usize,
}

/// What must be put right before the page is taken; gets the focus.
pub struct ErrorSummary {
    /// Without one: "Two things need a look".
    pub title: Option<String>,
    pub items: Vec<ErrorItem>,
}

pub struct ErrorItem {
    /// `#` and the id of the field or slot.
    pub href: String,
    pub text: String,
}

impl ErrorSummary {
    /// A summary with the counting title, or `None` when there is nothing to list.
    pub fn of(items: Vec<ErrorItem>) -> Option<Self> {
        (!items.is_empty()).then_some(Self { title: None, items })
    }
}
