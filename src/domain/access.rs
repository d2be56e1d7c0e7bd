//! Who is asking, and for whose rows. Every query of the store takes a `Scope`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    ids::{ApiKeyId, ConnectionId, CustomerId, CustomerUserId, InstanceId, LinkId, UserId},
    time::Timestamp,
    user::{LinkUser, Role},
};

/// Whose rows a query may touch. A foreign row is the same as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Organization,
    Customer(CustomerId),
}

impl Scope {
    pub const fn customer_id(self) -> Option<CustomerId> {
        match self {
            Self::Organization => None,
            Self::Customer(id) => Some(id),
        }
    }
}

/// Who did something; written into the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Someone who came by a link, or signed in.
    CustomerUser {
        customer_id: CustomerId,
        /// The link they came by; without one they signed in.
        link_id: Option<LinkId>,
        user: Option<LinkUser>,
    },
    OrgUser {
        id: UserId,
        role: Role,
    },
    /// An org user who acts for a customer, for a while and a reason.
    Acting {
        id: UserId,
        role: Role,
        customer_id: CustomerId,
        reason: String,
    },
    ApiKey {
        id: ApiKeyId,
    },
    /// A command on the machine, or the worker.
    System,
}

/// What a customer user's session may reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSession {
    pub customer_id: CustomerId,
    pub link_id: Option<LinkId>,
    /// Those that links gave; a user who is signed in reaches all of their customer's.
    pub instances: BTreeSet<InstanceId>,
    /// Saved connections, besides those that the instances use.
    #[serde(default)]
    pub connections: BTreeSet<ConnectionId>,
    #[serde(default)]
    pub all_connections: bool,
    pub user: Option<LinkUser>,
    /// Who is signed in. `None`: whoever holds the link.
    #[serde(default)]
    pub user_id: Option<CustomerUserId>,
}

/// How long an org user may act for a customer before they have to say again why.
pub const ACTING_SECONDS: i64 = 900;

/// An org user's leave to act for a customer. It ends by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    pub customer_id: CustomerId,
    pub customer: String,
    pub instance_id: InstanceId,
    /// Shown to the customer.
    pub reason: String,
    pub until: Timestamp,
}

impl Acting {
    pub fn has_ended(&self, now: Timestamp) -> bool {
        now >= self.until
    }
}

#[derive(Clone, Debug)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub reach: KeyReach,
    /// SHA-256 of the key; a key has 256 random bits, so a slow hash would add nothing.
    pub key_hash: [u8; 32],
    pub scopes: BTreeSet<ApiScope>,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// To the minute.
    pub used_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

impl ApiKey {
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// Whose rows a key reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyReach {
    Organization,
    /// A token for a builder of workflows: this customer's saved connections that are enabled for workflows, and nothing else.
    Workflows(CustomerId),
}

impl KeyReach {
    pub const fn scope(self) -> Scope {
        match self {
            Self::Organization => Scope::Organization,
            Self::Workflows(id) => Scope::Customer(id),
        }
    }
}

/// What an API key may do. A key of the organization's made without scopes has all of its.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiScope {
    /// Customers, instances, links, pre-fill.
    Manage,
    /// Applying manifests.
    Manifests,
    /// Opened credentials, reports of failures.
    Credentials,
    /// Of a customer's token: listing their connections and making links for new ones. An organization's key has it by `Manage`.
    Connections,
}

impl ApiScope {
    pub const ALL: [Self; 4] = [Self::Manage, Self::Manifests, Self::Credentials, Self::Connections];
    pub const OF_ORGANIZATION: [Self; 3] = [Self::Manage, Self::Manifests, Self::Credentials];
    pub const OF_CUSTOMER: [Self; 2] = [Self::Connections, Self::Credentials];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manage => "manage",
            Self::Manifests => "manifests",
            Self::Credentials => "credentials",
            Self::Connections => "connections",
        }
    }
}

impl std::str::FromStr for ApiScope {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or(())
    }
}
