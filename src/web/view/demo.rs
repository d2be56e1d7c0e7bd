//! The first page of `jackfield demo`: everything there is to try, each with its address.

use askama::Template;

use super::Frame;
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "pages/demo/home.html")]
pub struct DemoHome {
    pub words: Words,
    pub frame: Frame,
    pub wizards: Vec<DemoWizard>,
    pub admin_href: String,
    pub admin_email: String,
    pub admin_password: String,
    pub other_emails: String,
    /// A whole command, ready to paste.
    pub curl: String,
    /// The page of the built-in OAuth provider.
    pub provider_href: Option<String>,
}

pub struct DemoWizard {
    pub href: String,
    pub integration: String,
    pub customer: String,
    /// One line about what it shows.
    pub shows: String,
}
