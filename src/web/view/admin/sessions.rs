//! Signing in.

use askama::Template;

use crate::web::view::{ErrorSummary, Frame, plain::PlainForm};
use crate::web::words::Words;

/// Sends `email` and `password`, or goes to the single sign-on provider.
#[derive(Template)]
#[template(path = "pages/admin/sessions/new.html")]
pub struct SessionNew {
    pub words: Words,
    pub frame: Frame,
    pub plain: PlainForm,
    pub errors: Option<ErrorSummary>,
    /// Where single sign-on begins, if there is one.
    pub sso_action: Option<String>,
    /// Who came before they were sent away to prove who they are: their session goes on.
    pub is_again: bool,
}

impl SessionNew {
    fn heading(&self) -> String {
        self.words.t(if self.is_again { "confirm-title" } else { "sign-in-title" })
    }
}
