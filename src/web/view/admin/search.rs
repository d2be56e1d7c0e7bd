//! What the one search field finds.

use askama::Template;

use super::Console;
use crate::web::{view::Frame, words::Words};

/// Asked with `q`.
#[derive(Template)]
#[template(path = "pages/admin/search/show.html")]
pub struct SearchShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub search: String,
    pub groups: Vec<Group>,
}

/// Of one kind; never empty.
pub struct Group {
    pub title: String,
    pub found: Vec<Found>,
}

pub struct Found {
    pub href: String,
    pub text: String,
    pub note: String,
}
