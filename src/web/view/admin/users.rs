//! The organization's users.

use askama::Template;

use super::{Console, account::SessionRow};
use crate::web::view::{ErrorSummary, Frame, plain::PlainForm};
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "pages/admin/users/index.html")]
pub struct UserIndex {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub errors: Option<ErrorSummary>,
    pub users: Vec<UserRow>,
    pub invitations: Vec<InvitationRow>,
    /// Inviting.
    pub plain: PlainForm,
}

pub struct UserRow {
    pub email: String,
    pub href: String,
    pub role: String,
    /// How they sign in.
    pub by: String,
    /// "22 November 2026", or that they never did.
    pub signed_in: String,
    pub is_disabled: bool,
}

pub struct InvitationRow {
    pub email: String,
    pub role: String,
    pub until: String,
    pub renew_action: String,
    pub revoke_action: String,
}

#[derive(Template)]
#[template(path = "pages/admin/users/show.html")]
pub struct UserShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub errors: Option<ErrorSummary>,
    pub email: String,
    pub is_disabled: bool,
    pub is_self: bool,
    pub has_second_step: bool,
    /// The role.
    pub plain: PlainForm,
    pub sessions: Vec<SessionRow>,
    pub actions: UserActions,
}

/// Addresses of the page's other forms.
pub struct UserActions {
    pub reset: String,
    pub second_step_end: String,
    pub sessions_end: String,
    pub disable: String,
    pub enable: String,
}
