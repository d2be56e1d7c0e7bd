//! One OAuth authorization in progress: pending → claimed (→ undecided) → completed, denied, failed or expired.
//!
//! Each state is a type of its own; only a claimed or undecided attempt can be ended, and claiming takes the pending one away.

use std::collections::BTreeMap;

use super::{
    credential::{SealedCredential, SealedSecret},
    ids::{AttemptId, ConnectionId, RegistrationId},
    reason::Reason,
    resolution::SetBy,
    time::Timestamp,
};

/// How long a person has at the provider's page.
pub const ATTEMPT_LIFETIME_SECONDS: i64 = 600;

#[derive(Clone, Debug)]
pub struct Attempt<S> {
    pub id: AttemptId,
    pub connection_id: ConnectionId,
    /// SHA-256 of the `state` parameter (RFC 6749 §10.12); the parameter itself is never stored.
    pub state_hash: [u8; 32],
    /// SHA-256 of the secret in the session that began it: another browser's callback is refused.
    pub browser_hash: [u8; 32],
    /// What only this attempt knows, sealed: OAuth 2.0's PKCE verifier (RFC 7636 §4.1; `None` where the manifest says that the
    /// provider knows none), OAuth 1.0a's temporary credentials (RFC 5849 §2.1).
    pub secret: Option<SealedSecret>,
    /// Exactly the redirect address that was sent (RFC 6749 §4.1.3).
    pub redirect_uri: String,
    /// A path of ours, never a whole address.
    pub return_to: String,
    /// The issuer it was sent to, to be compared with the answer's `iss` (RFC 9207).
    pub issuer: Option<String>,
    /// Its metadata says that every answer names it (RFC 9207 §3).
    pub names_issuer: bool,
    /// The registered client that it asks with; `None`: the client is among the values.
    pub registration: Option<RegistrationId>,
    /// Who signs in: a customer user, or an org user on their behalf.
    pub given_by: SetBy,
    pub created_at: Timestamp,
    pub state: S,
}

#[derive(Clone, Copy, Debug)]
pub struct Pending;
#[derive(Clone, Copy, Debug)]
pub struct Claimed {
    pub at: Timestamp,
}
/// Another account signed in than the one that is connected: what it gave waits, sealed, for the person's word.
#[derive(Clone, Debug)]
pub struct Undecided {
    pub until: Timestamp,
    pub account: String,
    /// The token, and the inputs that it was asked for with. Sealed for the attempt's row.
    pub kept: SealedCredential,
    /// What the provider gave besides the token.
    pub context: BTreeMap<String, serde_json::Value>,
    /// The connection's, as it was then: what was typed since is a draft still.
    pub connection_revision: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub at: Timestamp,
    pub end: AttemptEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    Completed,
    Denied(Reason),
    Failed(Reason),
    Expired,
}

impl AttemptEnd {
    pub const fn status(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Denied(_) => "denied",
            Self::Failed(_) => "failed",
            Self::Expired => "expired",
        }
    }
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Denied(reason) | Self::Failed(reason) => Some(reason),
            Self::Expired => Some(Reason::AuthConsentExpired),
            Self::Completed => None,
        }
    }
}

impl<S> Attempt<S> {
    fn with<T>(self, state: T) -> Attempt<T> {
        Attempt {
            id: self.id,
            connection_id: self.connection_id,
            state_hash: self.state_hash,
            browser_hash: self.browser_hash,
            secret: self.secret,
            redirect_uri: self.redirect_uri,
            return_to: self.return_to,
            issuer: self.issuer,
            names_issuer: self.names_issuer,
            registration: self.registration,
            given_by: self.given_by,
            created_at: self.created_at,
            state,
        }
    }

    /// RFC 9207 §2.4, by simple comparison (RFC 3986 §6.2.1). Where no issuer is known there is nothing to compare.
    pub fn is_answered_by(&self, iss: Option<&str>) -> bool {
        match (&self.issuer, iss) {
            (Some(expected), Some(iss)) => expected == iss,
            (Some(_), None) => !self.names_issuer,
            (None, _) => true,
        }
    }

    pub fn expires_at(&self) -> Timestamp {
        self.created_at.plus_seconds(ATTEMPT_LIFETIME_SECONDS)
    }
}

impl Attempt<Pending> {
    /// The in-memory half of the claim; the row's compare-and-set is what makes it happen once.
    pub fn claim(self, now: Timestamp) -> Attempt<Claimed> {
        self.with(Claimed { at: now })
    }
}

impl Attempt<Claimed> {
    pub fn is_late(&self) -> bool {
        self.state.at > self.expires_at()
    }

    pub fn end(self, end: AttemptEnd, now: Timestamp) -> Attempt<Ended> {
        self.with(Ended { at: now, end })
    }

    pub fn ask(self, undecided: Undecided) -> Attempt<Undecided> {
        self.with(undecided)
    }
}

impl Attempt<Undecided> {
    pub fn is_late(&self, now: Timestamp) -> bool {
        now > self.state.until
    }

    pub fn end(self, end: AttemptEnd, now: Timestamp) -> Attempt<Ended> {
        self.with(Ended { at: now, end })
    }
}
