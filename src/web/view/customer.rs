//! Pages of customer users who are signed in.

use askama::Template;

use super::{ErrorSummary, Frame, admin::account::SessionRow, plain::PlainForm, slot::Status};
use crate::web::words::Words;

/// What surrounds them: who, and where else to go.
pub struct Person {
    pub name: String,
    pub csrf: String,
    pub is_admin: bool,
    /// "home", "account" or "people".
    pub here: &'static str,
}

#[derive(Template)]
#[template(path = "pages/home/index.html")]
pub struct HomeIndex {
    pub words: Words,
    pub frame: Frame,
    pub person: Person,
    pub lines: Vec<HomeLine>,
}

pub struct HomeLine {
    pub integration: String,
    pub href: String,
    /// "Turned on", or that it is not yet.
    pub state: String,
    pub is_draft: bool,
    /// Where this user connects accounts of their own.
    pub own_href: Option<String>,
    /// Label, status, account.
    pub connections: Vec<(String, Status, Option<String>)>,
}

#[derive(Template)]
#[template(path = "pages/account/show.html")]
pub struct CustomerAccount {
    pub words: Words,
    pub frame: Frame,
    pub person: Person,
    pub email: String,
    pub role: String,
    pub errors: Option<ErrorSummary>,
    pub plain: PlainForm,
    pub sessions: Vec<SessionRow>,
    pub sessions_end: String,
}

#[derive(Template)]
#[template(path = "pages/people/index.html")]
pub struct PeopleIndex {
    pub words: Words,
    pub frame: Frame,
    pub person: Person,
    pub errors: Option<ErrorSummary>,
    pub people: Vec<PersonRow>,
    pub plain: PlainForm,
}

pub struct PersonRow {
    pub who: String,
    pub detail: String,
    pub actions: Option<PersonActions>,
    pub is_disabled: bool,
}

/// Addresses of the forms of one person.
pub struct PersonActions {
    pub link: Option<String>,
    /// Address, the other role's value, and the button's words.
    pub role: Option<(String, String, String)>,
    pub disable: Option<String>,
    pub enable: Option<String>,
}

/// A link shown this one time.
#[derive(Template)]
#[template(path = "pages/people/link.html")]
pub struct PersonLink {
    pub words: Words,
    pub frame: Frame,
    pub person: Person,
    pub title: String,
    pub lead: String,
    pub url: String,
}

/// Signing in by a password, or by the company's provider.
#[derive(Template)]
#[template(path = "pages/sessions/new.html")]
pub struct CustomerSignInPage {
    pub words: Words,
    pub frame: Frame,
    pub errors: Option<ErrorSummary>,
    pub plain: PlainForm,
    pub sso: PlainForm,
}
