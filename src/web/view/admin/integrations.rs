//! What is applied for customers to turn on, and what differs between its versions.

use askama::Template;

use super::{Console, funnel::Funnel};
use crate::web::{
    view::{Frame, slot::Status},
    words::Words,
};

/// One line an integration.
#[derive(Template)]
#[template(path = "pages/admin/integrations/index.html")]
pub struct IntegrationIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub integrations: Vec<IntegrationRow>,
    pub manifests_href: Option<String>,
    pub connectors_href: String,
}

pub struct IntegrationRow {
    pub name: String,
    pub href: String,
    /// "Version 3, since 22 November 2026".
    pub version: String,
    pub in_use: InUse,
    pub health: Health,
}

/// How many instances there are, in words.
#[derive(Default)]
pub struct InUse {
    pub turned_on: usize,
    pub being_set_up: usize,
    pub paused: usize,
    /// Turned on or paused with an older version than the current one.
    pub behind: usize,
}

/// The connections that need somebody.
#[derive(Clone, Copy, Default)]
pub struct Health {
    pub need_reconnecting: usize,
    pub not_working: usize,
}

/// A slot's test credentials.
pub struct TestRow {
    pub name: String,
    pub status: Status,
    pub note: Option<String>,
    /// `None`: this reader may not enter them.
    pub href: Option<String>,
    /// The values that all integrations share.
    pub central_href: Option<String>,
}

/// One integration.
#[derive(Template)]
#[template(path = "pages/admin/integrations/show.html")]
pub struct IntegrationShow {
    /// What test runs read, a line a slot.
    pub tests: Vec<TestRow>,
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub name: String,
    pub key: String,
    pub version: String,
    pub description_html: Option<String>,
    pub in_use: InUse,
    pub health: Health,
    pub customers: usize,
    /// Customers by slots.
    pub matrix_href: String,
    /// Where all of its connections are checked.
    pub check_href: String,
    pub pages: Vec<WizardPage>,
    pub versions: Vec<VersionRow>,
    pub compare: Option<Compare>,
    pub instances: Vec<InstanceRow>,
    pub next_href: Option<String>,
    /// `None`: nobody has opened its wizard yet.
    pub funnel: Option<Funnel>,
}

pub struct WizardPage {
    pub number: usize,
    pub title: String,
    pub elements: Vec<PageElement>,
}

pub enum PageElement {
    Slot(SlotRow),
    Variable { label: String, kind: String, optional: bool },
}

pub struct SlotRow {
    pub label: String,
    pub connector: String,
    pub connector_href: String,
    pub connection_type: String,
    /// The stable key of a reusable connection.
    pub reusable: Option<String>,
    pub preset: Option<String>,
    pub optional: bool,
    /// Inputs that are set in the manifest, by their labels.
    pub sets: Vec<String>,
}

pub struct VersionRow {
    pub number: i64,
    pub current: bool,
    pub published: String,
    pub in_use: InUse,
    pub instances_href: String,
    /// What it changed: none for the first.
    pub changes_href: Option<String>,
}

/// A form that asks for the difference between two versions.
pub struct Compare {
    pub action: String,
    pub versions: Vec<i64>,
    pub from: i64,
    pub to: i64,
}

pub struct InstanceRow {
    pub customer: String,
    pub href: String,
    pub version: i64,
    pub behind: bool,
    /// "turned on", "being set up", "paused".
    pub state: String,
    pub since: Option<String>,
}

/// What differs between two versions.
#[derive(Template)]
#[template(path = "pages/admin/integrations/changes.html")]
pub struct IntegrationChanges {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub name: String,
    pub back_href: String,
    pub compare: Compare,
    pub diff: Diff,
}

/// Two YAML texts side by side, in one column.
#[derive(Default)]
pub struct Diff {
    /// Of the table, for those who hear it.
    pub caption: String,
    pub lines: Vec<Line>,
    /// What no line can show, in sentences.
    pub notes: Vec<String>,
}

pub struct Line {
    pub kind: LineKind,
    pub old: Option<usize>,
    pub new: Option<usize>,
    pub text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Same,
    Added,
    Removed,
    /// Lines that are the same were left out.
    Gap,
}

impl LineKind {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Gap => "gap",
        }
    }
    /// Said before the line, which colour alone would not tell.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "−",
            Self::Same | Self::Gap => " ",
        }
    }
    pub(crate) const fn word(self) -> Option<&'static str> {
        match self {
            Self::Added => Some("diff-added"),
            Self::Removed => Some("diff-removed"),
            Self::Same | Self::Gap => None,
        }
    }
}

impl Diff {
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.notes.is_empty()
    }
}

impl Health {
    pub(crate) const fn is_well(self) -> bool {
        self.need_reconnecting + self.not_working == 0
    }
    /// The socket that stands for the worst of it.
    pub(crate) const fn status(self) -> Status {
        match self {
            Self { not_working: 1.., .. } => Status::NotWorking,
            Self { need_reconnecting: 1.., .. } => Status::NeedsReconnecting,
            Self { .. } => Status::Connected,
        }
    }
}

impl InUse {
    pub(crate) const fn is_unused(&self) -> bool {
        self.turned_on + self.being_set_up + self.paused == 0
    }
}
