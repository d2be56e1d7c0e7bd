//! People: the organization's own users, and the user a link was made for.

use serde::{Deserialize, Serialize};

use super::{credential::SealedSecret, ids::UserId, time::Timestamp};

#[derive(Clone, Debug)]
pub struct OrgUser {
    pub id: UserId,
    /// Lower-cased.
    pub email: String,
    /// Argon2id, PHC string. `None`: they sign in by single sign-on alone.
    pub password_hash: Option<String>,
    pub role: Role,
    pub identity: Option<Identity>,
    pub second_step: Option<SecondStep>,
    /// Counts the secrets that were set and taken away.
    pub step_revision: i64,
    pub created_at: Timestamp,
    pub signed_in_at: Option<Timestamp>,
    pub disabled_at: Option<Timestamp>,
}

impl OrgUser {
    pub const fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// The one that signing in asks for.
    pub fn confirmed_step(&self) -> Option<&SecondStep> {
        self.second_step.as_ref().filter(|step| step.confirmed_at.is_some())
    }
}

/// Who somebody is to a single sign-on provider (OpenID Connect Core §2: `iss`, `sub`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
}

/// A code of six digits from an authenticator app (RFC 6238).
#[derive(Clone, Debug)]
pub struct SecondStep {
    pub secret: SealedSecret,
    /// `None`: set up, but no code has shown yet that the app has it.
    pub confirmed_at: Option<Timestamp>,
    /// The last time step that was taken: none counts twice.
    pub last_step: i64,
}

/// Shortest password, in characters; nothing else is asked of it.
pub const PASSWORD_MIN_CHARS: usize = 12;
const PASSWORD_MAX_BYTES: usize = 1024;

pub fn is_good_password(password: &str) -> bool {
    password.chars().count() >= PASSWORD_MIN_CHARS && password.len() <= PASSWORD_MAX_BYTES
}

/// As addresses are kept and compared.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// What an org user may do in the console: each role all of what those before it may. Nobody is ever shown a saved secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks: who is connected to what, what broke, who did what. Changes nothing.
    Viewer,
    /// Repairs without values: asks for a check, makes, resends and revokes links, mutes alerts.
    Support,
    /// Sets up: customers, values filled in on their behalf, manifests, presets, connections that are shared, API keys.
    Admin,
    /// Decides who is in: invites, changes roles, ends other users' sessions, makes password resets.
    Owner,
}

impl Role {
    /// From the least to the most.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Support, Self::Admin, Self::Owner];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Support => "support",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// Who a link was made for, as the organization told us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkUser {
    pub name: String,
    pub email: String,
}
