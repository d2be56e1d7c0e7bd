//! Everything that is called over the network, behind the trait `Outbound`, through one guarded HTTP client.
//!
//! reqwest and the oauth2 crate live here and nowhere else. Nothing here saves, retries or knows a provider's name:
//! what differs between providers is data in `domain::auth`. Add a kind of call: one file that takes `&dyn Outbound`.

pub mod outbound;
mod allowed_hosts;
mod guarded_client;
pub mod callback;
pub mod check;
pub mod oauth2;
pub mod webhooks;

pub use allowed_hosts::AllowedPrivateHosts;
pub use guarded_client::GuardedClient;
pub use outbound::{Outbound, OutboundBody, OutboundError, OutboundRequest, OutboundResponse};

#[cfg(test)]
mod testing;
