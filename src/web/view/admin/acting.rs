//! Acting for a customer: why, before it begins.

use askama::Template;

use super::Console;
use crate::web::{
    view::{Form, Frame},
    words::Words,
};

/// Sends `reason`.
#[derive(Template)]
#[template(path = "pages/admin/acting/new.html")]
pub struct ActingNew {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub form: Form,
    pub customer: String,
    pub reason: String,
    pub error: Option<String>,
    pub back_href: String,
}
