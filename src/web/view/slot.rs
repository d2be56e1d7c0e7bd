//! A slot as the wizard shows it: its status, what is still to fill in, and the buttons.

use super::field::{Field, Part};
use crate::web::words::Words;

pub struct Slot {
    /// The slot's key, sent by "Save anyway" as `save_anyway={key}`.
    pub key: String,
    /// A safe and unique DOM id, such as `slot-1`.
    pub id: String,
    /// The heading: the slot's own name, or the connector's.
    pub name: String,
    /// The connector's name, in the words of its buttons.
    pub connector: String,
    pub optional: bool,
    pub status: Status,
    /// Whose account it is, as the service named it.
    pub account: Option<String>,
    /// When it was last checked, in words ("today at 14:02").
    pub checked: Option<String>,
    /// Why it does not work, or why it was not saved.
    pub problem: Option<Problem>,
    /// Managed, and broken: tells the organization.
    pub help: Option<String>,
    /// Only what this person may see and must fill in.
    pub parts: Vec<Part>,
    /// What they have already, to choose from.
    pub picker: Option<Picker>,
    /// Present where the person signs in at the service.
    pub sign_in: Option<SignIn>,
    /// The page of its life.
    pub details_href: Option<String>,
    /// The page that lists what stops.
    pub disconnect_href: Option<String>,
}

/// Radios: each saved connection, and a new one, whose fields and button follow.
pub struct Picker {
    /// The form name of the radios.
    pub name: String,
    pub choices: Vec<SavedChoice>,
    /// A new one is chosen.
    pub is_new: bool,
    /// Where a new one is signed in for.
    pub sign_in: Option<SignIn>,
}

pub struct SavedChoice {
    /// A safe and unique DOM id.
    pub id: String,
    /// The connection's id.
    pub value: String,
    pub name: String,
    /// "priya@northwind.com. Used in 2 integrations".
    pub line: String,
    pub is_chosen: bool,
    /// It does not work: where it is signed in for again.
    pub reconnect: Option<String>,
}

/// The six statuses, each with its socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    NotConnected,
    Checking,
    Connected,
    NeedsReconnecting,
    NotWorking,
    Managed,
}

/// The Connect or Reconnect button: a `formaction` in the page's one form, always a real navigation.
pub struct SignIn {
    pub action: String,
    /// "You will sign in at {host} and come back here."
    pub host: Option<String>,
}

/// A reason in words; `Problem::of` finds them by the reason's code.
pub struct Problem {
    pub title: String,
    pub sentence: String,
    pub next: String,
    /// The service is down, not the answer wrong: "Save anyway" is offered.
    pub may_save_anyway: bool,
}

impl Problem {
    /// The customer's words for a reason code such as `auth.rejected`; an unknown code says that the answer was unexpected.
    pub fn of(words: Words, code: &str, connector: &str, organization: &str, account: &str) -> Self {
        let (title, sentence, next) = reason(words, code, "customer", connector, organization, account);
        Self { title, sentence, next, may_save_anyway: false }
    }
}

const UNKNOWN_REASON: &str = "reason-provider-unexpected";

/// Title, sentence and what to do next. `reader` is `customer` or `admin`.
pub fn reason(words: Words, code: &str, reader: &str, connector: &str, organization: &str, account: &str) -> (String, String, String) {
    let args =
        || [("connector", connector), ("organization", organization), ("account", account)].map(|(name, value)| (name, value.to_owned()));
    let stem = format!("reason-{}", code.replace(['.', '_'], "-"));
    let say = |part: &str| {
        let known = words.find(&format!("{stem}-{part}"), args());
        known.unwrap_or_else(|| words.with_all(&format!("{UNKNOWN_REASON}-{part}"), args()))
    };
    (say("title"), say(reader), say("next"))
}

impl Status {
    pub const ALL: [Status; 6] =
        [Status::NotConnected, Status::Checking, Status::Connected, Status::NeedsReconnecting, Status::NotWorking, Status::Managed];

    /// "Connected", "Managed by Acme" …
    pub fn text(self, words: &Words, organization: &str) -> String {
        match self {
            Status::NotConnected => words.t("status-not-connected"),
            Status::Checking => words.t("status-checking"),
            Status::Connected => words.t("status-connected"),
            Status::NeedsReconnecting => words.t("status-needs-reconnecting"),
            Status::NotWorking => words.t("status-not-working"),
            Status::Managed => words.with("status-managed", "organization", organization),
        }
    }

    /// The class of its socket in app.css.
    pub fn class(self) -> &'static str {
        match self {
            Status::NotConnected => "empty",
            Status::Checking => "checking",
            Status::Connected => "connected",
            Status::NeedsReconnecting => "broken",
            Status::NotWorking => "failed",
            Status::Managed => "managed",
        }
    }

    pub(crate) fn is_bad(self) -> bool {
        matches!(self, Status::NeedsReconnecting | Status::NotWorking)
    }
}

impl Slot {
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parts.iter().flat_map(|part| match part {
            Part::Field(field) => std::slice::from_ref(field),
            Part::Group(group) => group.fields.as_slice(),
            Part::Text(_) => &[],
        })
    }

    /// What works needs no form in the way: its fields are folded until asked for.
    pub(super) fn folds_fields(&self) -> bool {
        self.picker.is_none()
            && self.status == Status::Connected
            && self.problem.is_none()
            && self.fields().all(|field| field.error.is_none())
    }

    pub(super) fn has_ways(&self) -> bool {
        self.sign_in.is_some() || self.details_href.is_some() || self.disconnect_href.is_some()
    }

    pub(super) fn has_parts(&self) -> bool {
        !self.parts.is_empty()
    }

    /// "Connected as priya@northwind.com, checked today at 14:02", and so on for the other statuses.
    pub(super) fn line(&self, words: &Words, organization: &str) -> String {
        match (self.status, &self.account, &self.checked) {
            (Status::Connected, Some(account), Some(checked)) => {
                words.with_two("slot-connected-as-checked", "account", account, "checked", checked)
            }
            (Status::Connected, Some(account), None) => words.with("slot-connected-as", "account", account),
            (Status::Connected, None, Some(checked)) => words.with("slot-connected-checked", "checked", checked),
            (Status::Managed, _, _) => words.with("slot-managed", "organization", organization),
            (status, Some(account), _) if status.is_bad() => {
                words.with_two("slot-bad-as", "status", status.text(words, organization), "account", account)
            }
            (status, _, _) => status.text(words, organization),
        }
    }
}
