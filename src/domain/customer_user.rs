//! The users of a customer: colleagues who see the same integrations and connections.

use serde::{Deserialize, Serialize};

use super::{
    ids::{CustomerId, CustomerUserId},
    time::Timestamp,
    user::{Identity, LinkUser},
};

#[derive(Clone, Debug)]
pub struct CustomerUser {
    pub id: CustomerUserId,
    pub customer_id: CustomerId,
    /// The host's own name for them: unique within the customer, 1 to 255 characters.
    pub external_id: Option<String>,
    /// Lower-cased; one user a customer and address.
    pub email: String,
    pub name: String,
    pub role: CustomerRole,
    /// Argon2id, PHC string. `None`: they come by links or single sign-on.
    pub password_hash: Option<String>,
    pub identity: Option<Identity>,
    pub created_at: Timestamp,
    pub signed_in_at: Option<Timestamp>,
    pub disabled_at: Option<Timestamp>,
}

impl CustomerUser {
    pub const fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }
    pub fn as_link_user(&self) -> LinkUser {
        LinkUser { name: self.name.clone(), email: self.email.clone() }
    }
}

/// How a caller names a customer's user: by our id, or as `external:{external_id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerUserRef {
    Id(CustomerUserId),
    External(String),
}

impl CustomerUserRef {
    /// `None`: neither form, so no user can have it.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("external:") {
            Some(external_id) if !external_id.is_empty() => Some(Self::External(external_id.to_owned())),
            Some(_) => None,
            None => text.parse().ok().map(Self::Id),
        }
    }
}

/// What a customer user may do; an admin all of what a member may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerRole {
    /// Looks, fills in, connects and checks.
    Member,
    /// Turns on and off, disconnects, and decides which colleagues are in.
    Admin,
}

impl CustomerRole {
    pub const ALL: [Self; 2] = [Self::Member, Self::Admin];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for CustomerRole {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}
