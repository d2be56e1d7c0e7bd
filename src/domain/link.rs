//! A signed, expiring address that lets a customer user configure one integration, instance or connection.

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
    /// All that the customer has saved.
    Connections,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    Expired,
    Revoked,
}

impl Link {
    pub fn ended(&self, now: Timestamp) -> Option<LinkEnd> {
        if self.revoked_at.is_some() { Some(LinkEnd::Revoked) } else { (now >= self.expires_at).then_some(LinkEnd::Expired) }
    }
}
