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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Support,
    Admin,
    Owner,
}

impl Role {
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
        match text {
            "viewer" => Ok(Self::Viewer),
            "support" => Ok(Self::Support),
            "admin" => Ok(Self::Admin),
            "owner" => Ok(Self::Owner),
            _ => Err(()),
        }
    }
}

/// Who a link was made for, as the organization told us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkUser {
    pub name: String,
    pub email: String,
}
