//! What needs somebody.

use askama::Template;

use super::Console;
use crate::web::{
    view::{ErrorSummary, Frame, slot::Status},
    words::Words,
};

#[derive(Template)]
#[template(path = "pages/admin/alerts/index.html")]
pub struct AlertIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub errors: Option<ErrorSummary>,
    /// Those whose cause is gone, instead of the open ones.
    pub closed: bool,
    pub other_href: String,
    pub alerts: Vec<AlertRow>,
    pub next_href: Option<String>,
    pub mutes: Vec<MuteRow>,
    pub telling: Telling,
    /// Whether this person may take and mute.
    pub may_act: bool,
    pub mute_until: String,
}

pub struct AlertRow {
    /// A safe and unique DOM id.
    pub id: String,
    pub status: Status,
    pub title: String,
    /// Why, and what to do: of the reason, in the admin's words.
    pub why: Option<String>,
    pub since: String,
    /// "Taken on …", "Muted until …", "Over since …".
    pub note: Option<String>,
    pub repair_href: String,
    pub repair: String,
    pub acknowledge_action: Option<String>,
    /// Where it is taken.
    pub release_action: Option<String>,
    pub mute_action: Option<String>,
    pub has_connection: bool,
    pub kind: String,
}

pub struct MuteRow {
    pub what: String,
    pub until: String,
    pub end_action: String,
}

/// How this person is told by mail.
pub struct Telling {
    pub action: String,
    pub how: How,
    pub hour: u8,
    pub email: String,
    pub mail_works: bool,
    pub nobody_is_told: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    Not,
    AtOnce,
    Daily,
}
