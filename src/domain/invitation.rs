//! An org user to be: an e-mail address, a role, and a link that makes them one, once.

use super::{ids::InvitationId, time::Timestamp, user::Role};

pub const INVITATION_SECONDS: i64 = 7 * 86_400;
pub const PASSWORD_RESET_SECONDS: i64 = 86_400;

#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    /// SHA-256 of the token in the link; sending it again makes another.
    pub token_hash: [u8; 32],
    /// Lower-cased.
    pub email: String,
    pub role: Role,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl Invitation {
    /// Whether its link still makes a user.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.accepted_at.is_none() && self.revoked_at.is_none() && now < self.expires_at
    }
}
