//! Everything that is called over the network, behind the trait `Outbound`, through one guarded HTTP client.
//!
//! reqwest and the oauth2 crate live here and nowhere else. Nothing here saves, retries or knows a provider's name:
//! what differs between providers is data in `domain::auth`. Add a kind of call: one file that takes `&dyn Outbound`.

pub mod outbound;
mod allowed_hosts;
mod guarded_client;
pub mod callback;
pub mod check;
mod jwt;
pub mod mail;
pub mod oauth1;
pub mod oauth2;
pub mod webhooks;

pub use allowed_hosts::AllowedPrivateHosts;
pub use guarded_client::GuardedClient;
pub use outbound::{Outbound, OutboundBody, OutboundError, OutboundRequest, OutboundResponse};

use crate::domain::time::Timestamp;

/// When something is sent, and random bytes for what must not be sent twice (`jti`, `oauth_nonce`). One a request.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub now: Timestamp,
    pub random: [u8; 16],
}

#[cfg(test)]
mod testing;
