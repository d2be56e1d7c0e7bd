//! Keys of the API.

use askama::Template;

use super::Console;
use crate::web::view::{ErrorSummary, Frame, plain::PlainForm};
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "pages/admin/api_keys/index.html")]
pub struct ApiKeyIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub errors: Option<ErrorSummary>,
    pub keys: Vec<ApiKeyRow>,
    /// The name; scopes are checkboxes of their own.
    pub plain: PlainForm,
    /// Value, label, what it allows, whether it is ticked.
    pub scopes: Vec<(String, String, String, bool)>,
}

pub struct ApiKeyRow {
    pub name: String,
    pub scopes: String,
    pub made: String,
    pub used: String,
    /// `None`: it was revoked, and says when.
    pub revoke_action: Option<String>,
    pub revoked: String,
}
