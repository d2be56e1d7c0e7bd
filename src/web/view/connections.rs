//! Pages about one connection: its own, disconnecting it, and how a sign-in at its service ended.

use askama::Template;

use super::{
    Form, Frame,
    slot::{Slot, Status},
};
use crate::web::words::Words;

/// How it is, how it stays alive, and its last checks.
#[derive(Template)]
#[template(path = "pages/connections/show.html")]
pub struct ConnectionShow {
    pub words: Words,
    pub frame: Frame,
    pub slot: Slot,
    /// Label and sentence.
    pub facts: Vec<(String, String)>,
    pub checks: Vec<CheckLine>,
    /// "Check now"; `None` where there is nothing to ask the service with.
    pub check: Option<Form>,
    /// Signs in again, or for the first time; `None` where values are entered instead.
    pub sign_in: Option<Form>,
    /// The wizard's page with its values.
    pub step_href: String,
    pub back_href: String,
}

pub struct CheckLine {
    pub status: Status,
    pub result: String,
    /// When, and what asked for it.
    pub note: String,
    /// "120 ms".
    pub latency: String,
}

/// Another account signed in than the one that is connected.
#[derive(Template)]
#[template(path = "pages/connections/account.html")]
pub struct OtherAccount {
    pub words: Words,
    pub frame: Frame,
    /// Its version names the attempt.
    pub form: Form,
    pub connector: String,
    pub connected: String,
    pub signed_in: String,
    pub back_href: String,
}

/// After a disconnect.
#[derive(Template)]
#[template(path = "pages/connections/disconnected.html")]
pub struct ConnectionGone {
    pub words: Words,
    pub frame: Frame,
    pub connector: String,
    /// How the provider took it; `None` where it was not asked.
    pub revocation: Option<Revocation>,
    /// Where the person takes the app away themselves, as far as it is known.
    pub host: Option<String>,
    pub step_href: String,
}

pub enum Revocation {
    Revoked,
    NotSupported,
    /// Why, in a few words.
    Failed(String),
}

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
    /// For missing permissions: their names.
    pub missing: Vec<String>,
    /// Begins again; `None` where that cannot help.
    pub try_again: Option<Form>,
    /// The step that it was begun from.
    pub back_href: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Denied,
    Cancelled,
    Expired,
    MissingScope,
    AdminApprovalNeeded,
    ProviderBroken,
    Misconfigured,
    OtherBrowser,
    AlreadyUsed,
}

impl Outcome {
    pub const ALL: [Outcome; 9] = [
        Outcome::Denied,
        Outcome::Cancelled,
        Outcome::Expired,
        Outcome::MissingScope,
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

impl ConnectionGone {
    /// The provider has not taken the access back.
    pub(super) fn is_theirs_to_do(&self) -> bool {
        matches!(self.revocation, Some(Revocation::NotSupported | Revocation::Failed(_)))
    }
}
