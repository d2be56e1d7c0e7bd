//! An instance: its connections, and what can be done with it.

use askama::Template;

use super::Console;
use crate::web::{
    view::{Form, Frame, slot::Status, wizard::WizardShow},
    words::Words,
};

#[derive(Template)]
#[template(path = "pages/admin/instances/show.html")]
pub struct InstanceShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub customer: String,
    pub customer_href: String,
    pub name: String,
    /// "Turned on since 3 March 2026".
    pub state: String,
    pub slots: Vec<SlotRow>,
    /// Of slots that are each user's own; `None`: it has none.
    pub users: Option<Vec<UserRow>>,
    pub previews: Vec<Door>,
    pub links_href: Option<String>,
    pub acting_href: Option<String>,
    pub pause: Option<Form>,
    pub turn_on: Option<Form>,
}

pub struct SlotRow {
    pub name: String,
    pub href: String,
    pub status: Status,
    /// The account, or what is wrong.
    pub detail: Option<String>,
    /// Fills it in; `None` where this reader may not.
    pub values_href: Option<String>,
}

/// A user, and how it is with what is theirs alone.
pub struct UserRow {
    pub name: String,
    pub email: String,
    /// Label, status, and the account or what is wrong.
    pub connections: Vec<(String, Status, Option<String>)>,
    /// Makes a link to their page; `None` where this reader may not.
    pub link: Option<Form>,
}

pub struct Door {
    pub title: String,
    pub href: String,
}

/// A page of the wizard as the customer will see it. Nothing on it can be sent.
#[derive(Template)]
#[template(path = "pages/admin/previews/show.html")]
pub struct PreviewShow {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub customer: String,
    pub back_href: String,
    pub previous: Option<Door>,
    pub next: Option<Door>,
    pub page: WizardShow,
}
