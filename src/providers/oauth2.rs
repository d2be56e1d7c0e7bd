//! OAuth 2.0 (RFC 6749, 7636, 7009, 7523) towards providers. The oauth2 crate speaks the protocol; the adapter in `endpoint`
//! gives it our client, and `normalise` turns each quirk that `domain::auth::OAuth2` describes into the standard.
//!
//! No raw answer and no token ever gets into an error. Add a quirk: a field there, its line in `normalise` or `endpoint`.

mod assertion;
mod authorize;
mod client;
mod discovery;
mod endpoint;
mod fill;
mod grants;
mod normalise;
mod refusal;
mod registration;
mod revoke;
mod scopes;

use std::collections::BTreeMap;

use crate::domain::{credential::Token, key::Key, reason::Reason, template::RenderError};

pub use authorize::authorize_url;
pub use client::Client;
pub(super) use client::{optional, required, web_address};
pub use discovery::{Discovery, DiscoveryError, Metadata};
pub use fill::{fill_client, issuer, lacks_address, lacks_client, registration_place};
pub(super) use grants::context;
pub use grants::{exchange, obtain, refresh};
pub(super) use refusal::by_status;
pub use registration::{Registered, register};
pub use revoke::{Revocation, revoke};
pub use scopes::missing_scopes;

/// A token, and what else the provider told.
#[derive(Debug)]
pub struct Granted {
    /// After a refresh `refresh_token` is `None` where the provider sent none: the old one goes on.
    pub token: Token,
    /// Every other member of the answer that does not look like a secret (`instance_url`, `team`), and what the manifest
    /// captures of it, under the names it declares.
    pub context: BTreeMap<String, serde_json::Value>,
}

/// An input that the machinery needs has no usable value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    #[error("`{0}` has no value")]
    Missing(&'static str),
    #[error("`{0}`: {1}")]
    Render(Key, RenderError),
}

impl SetupError {
    pub const fn reason(&self) -> Reason {
        Reason::Configuration
    }
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct GrantError {
    pub reason: Reason,
    /// Only ever on the provider's own word (`invalid_grant` and its kin), never on a status or a broken answer.
    pub ends_the_grant: bool,
    /// From `Retry-After`, at most an hour.
    pub retry_after_seconds: Option<i64>,
    /// RFC 6749 §5.2; untrusted, but of letters, `_`, `.` and `-` alone.
    pub provider_error: Option<String>,
}

impl GrantError {
    /// The provider no longer knows the client. One that was registered there has to be registered anew.
    pub fn refuses_the_client(&self) -> bool {
        self.provider_error.as_deref().is_some_and(|code| ["invalid_client", "invalid_client_id", "bad_client_id"].contains(&code))
    }
}

impl From<Reason> for GrantError {
    fn from(reason: Reason) -> Self {
        Self { reason, ends_the_grant: false, retry_after_seconds: None, provider_error: None }
    }
}

impl From<SetupError> for GrantError {
    fn from(error: SetupError) -> Self {
        error.reason().into()
    }
}

#[cfg(test)]
pub(in crate::providers) mod tests;
