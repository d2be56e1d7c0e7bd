//! OAuth apps and other org-wide values: which are set, setting them, and trying an app.

use askama::Template;

use super::{Console, field::TextField};
use crate::web::{
    view::{
        ErrorSummary, Form, Frame,
        field::{Choice, Field},
    },
    words::Words,
};

#[derive(Template)]
#[template(path = "pages/admin/presets/index.html")]
pub struct PresetIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub redirect_uri: String,
    /// `None`: this reader may not make one.
    pub new_href: Option<String>,
    pub presets: Vec<PresetRow>,
}

pub struct PresetRow {
    pub title: String,
    /// `None`: this reader may not open it.
    pub href: Option<String>,
    /// How much is set, who uses it, and who owns it.
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
    /// `None`: a manifest declares it.
    pub form: Option<Form>,
    /// With whether it is set.
    pub fields: Vec<(Field, bool)>,
    pub trial: Option<Trial>,
}

/// Which type it is for; then, with `type`, its `key` and values.
#[derive(Template)]
#[template(path = "pages/admin/presets/new.html")]
pub struct PresetNew {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub back_href: String,
    pub errors: Option<ErrorSummary>,
    pub types: Vec<Choice>,
    /// `None`: no type is chosen yet.
    pub values: Option<NewValues>,
}

pub struct NewValues {
    pub title: String,
    pub type_ref: String,
    pub form: Form,
    pub key: TextField,
    pub fields: Vec<Field>,
    /// To register with the provider; `None` where nobody signs in.
    pub redirect_uri: Option<String>,
}

impl PresetNew {
    pub(super) fn heading(&self) -> String {
        self.values.as_ref().map_or_else(|| self.words.t("presets-new"), |of| self.words.with("presets-new-of", "title", &of.title))
    }
}

pub struct Trial {
    pub form: Form,
    pub fields: Vec<Field>,
}
