//! People: the organization's own users, and the user a link was made for.

use serde::{Deserialize, Serialize};

use super::{ids::UserId, time::Timestamp};

#[derive(Clone, Debug)]
pub struct OrgUser {
    pub id: UserId,
    /// Lower-cased.
    pub email: String,
    /// Argon2id, PHC string.
    pub password_hash: String,
    pub role: Role,
    pub created_at: Timestamp,
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
