//! One's own account, and what is shown once.

use askama::Template;

use super::Console;
use crate::web::view::{ErrorSummary, Form, Frame, plain::PlainForm};
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "pages/admin/account/show.html")]
pub struct AccountShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub role: String,
    pub errors: Option<ErrorSummary>,
    /// Changing the password.
    pub plain: PlainForm,
    /// "since 3 March 2026", and how many recovery codes are left; `None`: no second step.
    pub second_step: Option<(String, String)>,
    pub sessions: Vec<SessionRow>,
    pub parts: Parts,
}

/// Addresses of the forms on a page with sessions.
pub struct Parts {
    pub second_step: String,
    pub second_step_end: String,
    pub recovery_codes: String,
    pub sessions_end: String,
}

pub struct SessionRow {
    /// "Firefox on Linux".
    pub browser: String,
    /// From where, and since when.
    pub detail: String,
    pub is_own: bool,
    pub end_action: String,
}

/// Setting up an authenticator app.
#[derive(Template)]
#[template(path = "pages/admin/account/second_step.html")]
pub struct SecondStepNew {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub errors: Option<ErrorSummary>,
    pub qr: Qr,
    /// Base32, in groups of four.
    pub secret: String,
    pub plain: PlainForm,
}

/// A QR code as one SVG path: a square a dark module.
pub struct Qr {
    pub modules: i32,
    pub path: String,
}

/// Recovery codes, a link or a key: shown this one time.
#[derive(Template)]
#[template(path = "pages/admin/account/once.html")]
pub struct ShownOnce {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub title: String,
    pub lead: String,
    /// What it is, for whoever cannot see it.
    pub label: String,
    pub lines: Vec<String>,
    /// Its words and address.
    pub on: (String, String),
}

/// A line that asks before something ends.
pub struct Ending {
    pub form: Form,
    pub words: String,
}
