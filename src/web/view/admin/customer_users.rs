//! The users of a customer, and their single sign-on.

use askama::Template;

use super::Console;
use crate::web::view::{ErrorSummary, Frame, customer::PersonRow, plain::PlainForm};
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "pages/admin/customer_users/index.html")]
pub struct CustomerUserIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub errors: Option<ErrorSummary>,
    pub customer: String,
    pub people: Vec<PersonRow>,
    /// `None`: the role does not go that far.
    pub plain: Option<PlainForm>,
    pub back_href: String,
    pub sso_href: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/admin/customer_users/sso.html")]
pub struct CustomerSsoEdit {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub errors: Option<ErrorSummary>,
    pub customer: String,
    pub back_href: String,
    /// To be registered with the provider.
    pub redirect_uri: String,
    pub plain: PlainForm,
    pub end_action: Option<String>,
}
