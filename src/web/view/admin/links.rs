//! A customer's links, and making one.

use askama::Template;

use super::Console;
use crate::web::{
    view::{ErrorSummary, Form, Frame, field::Choice},
    words::Words,
};

/// Sends `target`, `name`, `email`, `mail` and `days`.
#[derive(Template)]
#[template(path = "pages/admin/links/index.html")]
pub struct LinkIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub customer: String,
    pub customer_href: String,
    /// `None`: this reader may not make one.
    pub new: Option<NewLink>,
    pub links: Vec<LinkRow>,
}

pub struct NewLink {
    pub form: Form,
    pub errors: Option<ErrorSummary>,
    pub targets: Vec<Choice>,
    pub name: String,
    pub email: String,
    /// What is wrong with the person's name or address.
    pub user_error: Option<String>,
    pub target_error: Option<String>,
    /// Whether it goes to the person's mailbox. `None`: there is no mail server.
    pub mail: Option<bool>,
    pub days: Vec<Choice>,
}

pub struct LinkRow {
    pub what: String,
    pub made: String,
    pub who: String,
    pub state: String,
    /// Nobody can use it any more.
    pub is_over: bool,
    /// Making another one sends it too.
    pub renewal_mails: bool,
    pub renew: Option<Form>,
    pub revoke: Option<Form>,
}

impl LinkIndex {
    pub(super) fn errors(&self) -> Option<&ErrorSummary> {
        self.new.as_ref()?.errors.as_ref()
    }
}
