//! What needs somebody of the organization: one alert a cause, open until the cause is gone.
//!
//! Add a kind: its variant, its two queries in `store/alerts`, its words in `locales/en/alerts.ftl`, a row in `docs/alerts.md`.

use serde::{Deserialize, Serialize};

use super::{
    ids::{AlertId, AlertMuteId, ConnectionId, CustomerId, InstanceId, UserId},
    key::Key,
    reason::Reason,
    time::Timestamp,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Only a person's consent makes it work again.
    NeedsReconnecting,
    /// So many checks in a row failed, or a step told that it was refused.
    CheckFailed,
    /// It works, but its grant ends within 14 days.
    Expiring,
    /// A person began to set it up, and has not been back for 3 days.
    WizardLeft,
    /// A customer pressed "Ask for help".
    HelpAsked,
}

impl AlertKind {
    pub const ALL: [Self; 5] = [Self::NeedsReconnecting, Self::CheckFailed, Self::Expiring, Self::WizardLeft, Self::HelpAsked];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeedsReconnecting => "needs_reconnecting",
            Self::CheckFailed => "check_failed",
            Self::Expiring => "expiring",
            Self::WizardLeft => "wizard_left",
            Self::HelpAsked => "help_asked",
        }
    }
}

impl std::str::FromStr for AlertKind {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// Before a grant's end.
pub const EXPIRING_SECONDS: i64 = 14 * 24 * 60 * 60;
/// Without a save.
pub const LEFT_SECONDS: i64 = 3 * 24 * 60 * 60;
/// How many of them are listed in one mail.
pub const LINES_A_MAIL: usize = 20;

/// What an alert is about. The id of the connection, or else of the instance, is its cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub customer_id: Option<CustomerId>,
    pub instance_id: Option<InstanceId>,
    pub connection_id: Option<ConnectionId>,
    pub reason: Option<Reason>,
}

impl Subject {
    pub fn cause(&self) -> Option<uuid::Uuid> {
        self.connection_id.map(ConnectionId::as_uuid).or(self.instance_id.map(InstanceId::as_uuid))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewAlert {
    pub id: AlertId,
    pub kind: AlertKind,
    pub subject: Subject,
    pub opened_at: Timestamp,
}

/// With the names of what it is about, for whoever looks after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    pub id: AlertId,
    pub kind: AlertKind,
    pub subject: Subject,
    pub customer: Option<String>,
    pub integration: Option<Key>,
    pub slot: Option<Key>,
    /// Of a reusable connection: its definition.
    pub definition: Option<Key>,
    pub connector: Option<Key>,
    pub account: Option<String>,
    /// When the grant of an expiring connection ends.
    pub ends_at: Option<Timestamp>,
    pub opened_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub muted_until: Option<Timestamp>,
}

/// Nobody is told of these until then. What is `None` does not narrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mute {
    pub id: AlertMuteId,
    pub kind: Option<AlertKind>,
    pub connection_id: Option<ConnectionId>,
    pub until: Timestamp,
    pub created_by: UserId,
    pub created_at: Timestamp,
}

/// How an org user wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    AtOnce,
    /// At this hour, UTC.
    Daily {
        hour: u8,
    },
}

impl Telling {
    /// The next time a daily mail is due, after `now`.
    pub fn next_digest(self, now: Timestamp) -> Option<Timestamp> {
        const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
        let Self::Daily { hour } = self else { return None };
        let today = now.as_millis().div_euclid(DAY_MILLIS) * DAY_MILLIS + i64::from(hour) * 60 * 60 * 1000;
        Some(Timestamp::from_millis(if today > now.as_millis() { today } else { today + DAY_MILLIS }))
    }
}

/// One alert in a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertLine {
    pub kind: AlertKind,
    pub customer: String,
    /// The integration or the reusable connection that it is about.
    pub what: String,
    pub opened_at: Timestamp,
    /// The page that repairs it.
    pub url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daily_mail_is_due_at_its_hour_and_never_now() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let daily = Telling::Daily { hour: 8 };
        assert_eq!(daily.next_digest(at("2026-11-27T05:00:00Z")), Some(at("2026-11-27T08:00:00Z")));
        assert_eq!(daily.next_digest(at("2026-11-27T08:00:00Z")), Some(at("2026-11-28T08:00:00Z")));
        assert_eq!(Telling::AtOnce.next_digest(at("2026-11-27T08:00:00Z")), None);
    }
}
