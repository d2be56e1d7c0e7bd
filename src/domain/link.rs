//! A signed, expiring address that lets a customer user configure one integration, instance or connection, or make a connection.

use super::{
    ids::{ConnectionId, CustomerId, CustomerUserId, InstanceId, LinkId},
    key::Key,
    time::Timestamp,
    user::LinkUser,
};

#[derive(Clone, Debug)]
pub struct Link {
    pub id: LinkId,
    /// SHA-256 of the token in the address; the token itself is never stored.
    pub token_hash: [u8; 32],
    pub customer_id: CustomerId,
    pub target: LinkTarget,
    pub user: Option<LinkUser>,
    /// The customer user that it signs in. `None`: whoever holds it, and only for what it is for.
    pub user_id: Option<CustomerUserId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub opened_at: Option<Timestamp>,
    /// What it is for was done by somebody who came by it.
    pub finished_at: Option<Timestamp>,
    /// Somebody opened it after its end, and asked for another one.
    pub requested_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// Resumes the customer's draft instance of it, or starts one.
    Integration(Key),
    Instance(InstanceId),
    Connection(ConnectionId),
    /// One new saved connection of this definition; `made` when the link is first opened.
    ReusableConnection {
        definition: Key,
        made: Option<ConnectionId>,
    },
    /// All that the customer has saved.
    Connections,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    Expired,
    Revoked,
}

impl LinkTarget {
    /// The one connection that it is for, once there is one.
    pub const fn connection(&self) -> Option<ConnectionId> {
        match self {
            Self::Connection(id) => Some(*id),
            Self::ReusableConnection { made, .. } => *made,
            Self::Integration(_) | Self::Instance(_) | Self::Connections => None,
        }
    }
}

impl Link {
    pub fn ended(&self, now: Timestamp) -> Option<LinkEnd> {
        if self.revoked_at.is_some() { Some(LinkEnd::Revoked) } else { (now >= self.expires_at).then_some(LinkEnd::Expired) }
    }
}
