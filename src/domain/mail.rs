//! What people are written to about: a closed list of letters, and how a mail goes: pending → delivering → delivered, retrying
//! or given up.
//!
//! Add a letter: its variant here, its arm in `web/letters`, its words in `locales/en/mail.ftl`. A mail is sent at least once.

use serde::{Deserialize, Serialize};

use super::{alert::AlertLine, credential::SealedSecret, ids::MailId, time::Timestamp, user::Role};

/// Sealed while it waits, for it may hold a link; so it can be written but not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// Asked for in the settings.
    Test,
    /// To somebody who shall become an org user.
    Invitation { url: String, inviter: String, role: Role, expires_at: Timestamp },
    /// To a customer user: what `url` lets them connect or configure. No `subject`: all that they saved.
    Link { url: String, person: Option<String>, subject: Option<String>, expires_at: Timestamp },
    /// To an org user, who sets another password with it.
    PasswordReset { url: String, expires_at: Timestamp },
    /// To a customer user: it signs them in.
    SignIn { url: String, person: String, expires_at: Timestamp },
    /// What an org user wants to be told of. `more`: how many besides those listed.
    Alerts { alerts: Vec<AlertLine>, more: usize, url: String, daily: bool },
}

impl Letter {
    /// What the outbox shows of it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Invitation { .. } => "invitation",
            Self::Link { .. } => "link",
            Self::PasswordReset { .. } => "password_reset",
            Self::SignIn { .. } => "sign_in",
            Self::Alerts { .. } => "alerts",
        }
    }
}

/// A letter in words, both ways.
#[derive(Clone, PartialEq, Eq)]
pub struct Drawn {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// One that is leased to us; what comes of it is saved under this fence.
#[derive(Clone)]
pub struct Outgoing {
    pub id: MailId,
    pub recipient: String,
    pub letter: SealedSecret,
    pub tries: usize,
    pub fence: i64,
}

/// For whoever looks after the outbox. Of why it failed a code alone: what the server said may name anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSummary {
    pub id: MailId,
    pub kind: String,
    pub recipient: String,
    pub status: String,
    pub failure: Option<String>,
    pub created_at: Timestamp,
}

/// Why a mail did not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailFailure {
    #[error("unreachable")]
    Unreachable,
    #[error("timeout")]
    Timeout,
    #[error("tls")]
    Untrusted,
    /// RFC 5321 §4.2.1: 4yz may pass later, 5yz never will.
    #[error("smtp {0}")]
    Answered(u16),
    /// An address or a subject that no mail can have.
    #[error("malformed")]
    Malformed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextTry {
    At(Timestamp),
    GivenUp,
}

/// The waits after the first try, the second …; after the last one there is no more: some 26 hours in all.
const WAITS_SECONDS: [i64; 8] = [10, 60, 5 * 60, 30 * 60, 60 * 60, 2 * HOUR, 8 * HOUR, 14 * HOUR];
const HOUR: i64 = 60 * 60;

impl MailFailure {
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Malformed | Self::Answered(500..))
    }

    /// `tries`: those before this one. `random` spreads many over a tenth of their wait.
    pub fn next(self, tries: usize, now: Timestamp, random: u8) -> NextTry {
        let Some(wait) = WAITS_SECONDS.get(tries).filter(|_| !self.is_final()) else { return NextTry::GivenUp };
        NextTry::At(Timestamp::from_millis(now.plus_seconds(*wait).as_millis() + wait * 100 * i64::from(random) / 255))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn a_server_that_is_away_is_tried_for_a_day() {
        let mut waited = 0;
        for tries in 0..8 {
            let NextTry::At(at) = MailFailure::Unreachable.next(tries, NOW, 0) else { panic!("{tries}") };
            waited += NOW.seconds_until(at);
        }
        assert_eq!(waited, 25 * HOUR + 36 * 60 + 10);
        assert_eq!(MailFailure::Unreachable.next(8, NOW, 0), NextTry::GivenUp);
        assert_eq!(MailFailure::Answered(451).next(0, NOW, 255), NextTry::At(NOW.plus_seconds(11)));
    }

    #[test]
    fn what_the_server_will_never_take_is_not_sent_again() {
        assert_eq!(MailFailure::Answered(550).next(0, NOW, 0), NextTry::GivenUp);
        assert_eq!(MailFailure::Malformed.next(0, NOW, 0), NextTry::GivenUp);
    }
}
