//! OAuth apps and other org-wide values: which are set, setting them, and trying an app.

use askama::Template;

use super::Console;
use crate::web::{
    view::{ErrorSummary, Form, Frame, field::Field},
    words::Words,
};

#[derive(Template)]
#[template(path = "pages/admin/presets/index.html")]
pub struct PresetIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub redirect_uri: String,
    pub presets: Vec<PresetRow>,
}

pub struct PresetRow {
    pub title: String,
    pub href: String,
    /// How much is set, and who uses it.
    pub note: String,
}

/// Sends what is to be set; and, for a trial, what a customer would be asked for.
#[derive(Template)]
#[template(path = "pages/admin/presets/edit.html")]
pub struct PresetEdit {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub title: String,
    pub key: String,
    pub back_href: String,
    pub used_by: String,
    /// To register with the provider; `None` where nobody signs in.
    pub redirect_uri: Option<String>,
    pub errors: Option<ErrorSummary>,
    pub form: Form,
    /// With whether it is set.
    pub fields: Vec<(Field, bool)>,
    pub trial: Option<Trial>,
}

pub struct Trial {
    pub form: Form,
    pub fields: Vec<Field>,
}
