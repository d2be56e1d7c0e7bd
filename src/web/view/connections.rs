//! Pages about one connection: disconnecting it, and how a sign-in at its service ended.

use askama::Template;

use super::{Form, Frame};
use crate::web::words::Words;

/// What stops, before it stops.
#[derive(Template)]
#[template(path = "pages/connections/disconnect.html")]
pub struct Disconnect {
    pub words: Words,
    pub frame: Frame,
    pub form: Form,
    pub connector: String,
    pub account: Option<String>,
    /// Sentences or names of what stops working.
    pub stops: Vec<String>,
    pub back_href: String,
}

/// A sign-in that did not end in a connection.
#[derive(Template)]
#[template(path = "pages/oauth/outcome.html")]
pub struct OauthOutcome {
    pub words: Words,
    pub frame: Frame,
    pub outcome: Outcome,
    pub connector: String,
    /// The reason code, for whoever is asked for help.
    pub code: String,
    /// What the service itself said; escaped, and marked as its words.
    pub said: Option<String>,
    /// For a wrong account: the one that is connected, and the one that signed in.
    pub accounts: Option<Accounts>,
    /// For missing permissions: their names.
    pub missing: Vec<String>,
    /// Begins again; `None` where that cannot help.
    pub try_again: Option<Form>,
    /// The step that it was begun from.
    pub back_href: Option<String>,
}

pub struct Accounts {
    pub expected: String,
    pub actual: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Denied,
    Cancelled,
    Expired,
    MissingScope,
    WrongAccount,
    OtherIssuer,
    AdminApprovalNeeded,
    ProviderBroken,
    Misconfigured,
    OtherBrowser,
    AlreadyUsed,
}

impl Outcome {
    pub const ALL: [Outcome; 11] = [
        Outcome::Denied,
        Outcome::Cancelled,
        Outcome::Expired,
        Outcome::MissingScope,
        Outcome::WrongAccount,
        Outcome::OtherIssuer,
        Outcome::AdminApprovalNeeded,
        Outcome::ProviderBroken,
        Outcome::Misconfigured,
        Outcome::OtherBrowser,
        Outcome::AlreadyUsed,
    ];

    /// The name in the catalogue: `outcome-{key}-title`, `-sentence`, `-next`.
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Denied => "denied",
            Outcome::Cancelled => "cancelled",
            Outcome::Expired => "expired",
            Outcome::MissingScope => "missing-scope",
            Outcome::WrongAccount => "wrong-account",
            Outcome::OtherIssuer => "other-issuer",
            Outcome::AdminApprovalNeeded => "admin-approval-needed",
            Outcome::ProviderBroken => "provider-broken",
            Outcome::Misconfigured => "misconfigured",
            Outcome::OtherBrowser => "other-browser",
            Outcome::AlreadyUsed => "already-used",
        }
    }
}

impl OauthOutcome {
    fn say(&self, part: &str) -> String {
        let key = format!("outcome-{}-{part}", self.outcome.key());
        self.words.with_two(&key, "connector", &self.connector, "organization", &self.frame.organization)
    }

    pub(super) fn title(&self) -> String {
        self.say("title")
    }

    pub(super) fn sentence(&self) -> String {
        self.say("sentence")
    }

    pub(super) fn next(&self) -> String {
        self.say("next")
    }
}
