//! A connection of a customer's, to look at and to repair; its link; what stops when it is disconnected.

use askama::Template;

use super::Console;
use crate::web::{
    view::{
        Form, Frame,
        connections::CheckLine,
        slot::{Problem, Status},
    },
    words::Words,
};

#[derive(Template)]
#[template(path = "pages/admin/connections/show.html")]
pub struct ConnectionRepair {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub place: Place,
    pub name: String,
    pub connector: String,
    pub status: Status,
    /// "Needs reconnecting: ops@northwind.com".
    pub line: String,
    pub problem: Option<Problem>,
    /// Label and sentence.
    pub facts: Vec<(String, String)>,
    pub checks: Vec<CheckLine>,
    pub history: Vec<Happening>,
    pub ways: Ways,
    /// A secret was replaced a short while ago: what, and until when one may go back.
    pub replaced: Option<Replaced>,
}

/// Where it stands: the customer, and the integration that it is for.
pub struct Place {
    pub customer: String,
    pub customer_href: String,
    pub integration: String,
    pub instance_href: String,
}

/// What this reader may do; `None`: it makes no sense now, or is not theirs to do.
#[derive(Default)]
pub struct Ways {
    pub check: Option<Form>,
    pub refresh: Option<Form>,
    /// Signs in with an account that the organization was given.
    pub connect: Option<Form>,
    /// Makes a link for this connection alone.
    pub link: Option<Form>,
    pub values_href: Option<String>,
    pub disconnect_href: Option<String>,
    pub pause: Option<Form>,
    pub turn_on: Option<Form>,
}

/// One line of what happened.
pub struct Happening {
    pub what: String,
    /// When, and who.
    pub note: String,
}

pub struct Replaced {
    pub labels: String,
    pub until: String,
    pub form: Form,
}

/// A link that was made just now, with a message to send it in. It is shown once.
#[derive(Template)]
#[template(path = "pages/admin/links/show.html")]
pub struct LinkMade {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub customer: String,
    pub url: String,
    /// "on 3 March 2026".
    pub ends: String,
    pub subject: String,
    pub message: String,
    pub sending: Sending,
    pub back_href: String,
}

/// How a link gets to its person.
pub enum Sending {
    /// A mail is on its way to this address.
    Mailed(String),
    /// Nobody is known to mail it to: where a link for somebody is made, with all but them filled in.
    NobodyKnown {
        target: String,
        form: Form,
    },
    /// There was a person, and the organization chose to send it itself.
    OwnWay,
    NoServer,
}

/// What stops, before it stops.
#[derive(Template)]
#[template(path = "pages/admin/connections/disconnect.html")]
pub struct DisconnectForCustomer {
    pub words: Words,
    pub frame: Frame,
    pub console: Console,
    pub place: Place,
    pub form: Form,
    pub connector: String,
    pub account: Option<String>,
    pub stops: Vec<String>,
    pub back_href: String,
}

impl ConnectionRepair {
    pub(super) fn is_disconnected(&self) -> bool {
        self.status == Status::NotConnected
    }
}
