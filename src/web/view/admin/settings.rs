//! How the organization appears, and whether mail works.

use askama::Template;

use super::Console;
use crate::web::{
    view::{ErrorSummary, Form, Frame},
    words::Words,
};

#[derive(Template)]
#[template(path = "pages/admin/settings/show.html")]
pub struct SettingsShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub form: Form,
    pub errors: Option<ErrorSummary>,
    /// Without them what is set is shown, and no form.
    pub may_change: bool,
    pub fields: Vec<SettingField>,
    pub mail_works: bool,
    pub test_mail_action: String,
    pub mails: Vec<MailRow>,
}

pub struct SettingField {
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    pub value: String,
    pub error: Option<String>,
    /// Of the box: a colour and a number need little.
    pub short: bool,
}

pub struct MailRow {
    pub what: String,
    pub recipient: String,
    pub state: String,
    pub is_bad: bool,
    pub at: String,
}
