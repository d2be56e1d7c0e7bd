//! Where an org user arrives: what waits for somebody today, or the first three steps.

use askama::Template;

use super::Console;
use crate::web::{
    view::{Frame, slot::Status},
    words::Words,
};

#[derive(Template)]
#[template(path = "pages/admin/home/show.html")]
pub struct HomeShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    /// Of a new installation, until all are done.
    pub steps: Option<Vec<FirstStep>>,
    pub waiting: Vec<WaitingGroup>,
    /// "48 customers: 2 need attention", with where they are.
    pub customers: Option<(String, String)>,
}

pub struct FirstStep {
    pub title: String,
    pub text: String,
    /// To copy.
    pub command: Option<String>,
    /// Where the same is done with the mouse.
    pub way: Option<(String, String)>,
    pub is_done: bool,
}

pub struct WaitingGroup {
    pub id: &'static str,
    pub title: String,
    pub lines: Vec<WaitingLine>,
    /// "And 12 more", with where they are.
    pub more: Option<(String, String)>,
}

pub struct WaitingLine {
    pub status: Status,
    pub href: String,
    /// Who and what.
    pub text: String,
    pub note: String,
}
