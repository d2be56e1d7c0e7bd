//! Signing in.

use askama::Template;

use crate::web::view::{Form, Frame};
use crate::web::words::Words;

/// Sends `email` and `password`.
#[derive(Template)]
#[template(path = "pages/admin/sessions/new.html")]
pub struct SessionNew {
    pub words: Words,
    pub frame: Frame,
    pub form: Form,
    pub email: String,
    /// The e-mail address and the password do not go together; says nothing about which.
    pub refused: bool,
}
