//! Names to addresses, with everything left out that a name must not lead to. IP literals never come here: see `reach`.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{OutboundError, address::is_public};
use crate::providers::AllowedPrivateHosts;

/// Where a request may go; decided from its URL before anything is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Public addresses and allowed networks: every https request.
    Guarded,
    /// Allowed networks only: http to a name that is not listed itself.
    AllowedNetworks,
    /// Any address: the host is listed by its name.
    Listed,
}

impl Reach {
    pub(super) fn admits(self, address: IpAddr, allowed: &AllowedPrivateHosts) -> bool {
        match self {
            Self::Guarded => is_public(address) || allowed.holds_address(address),
            Self::AllowedNetworks => allowed.holds_address(address),
            Self::Listed => true,
        }
    }
}

pub(super) struct GuardedResolver {
    pub reach: Reach,
    pub allowed: Arc<AllowedPrivateHosts>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, allowed) = (self.reach, Arc::clone(&self.allowed));
        Box::pin(async move {
            let found: Vec<SocketAddr> = match tokio::net::lookup_host((name.as_str(), 0)).await {
                Ok(found) => found.collect(),
                Err(error) => return Err(lookup_failure(&error).into()),
            };
            if found.is_empty() {
                return Err(OutboundError::HostNotFound.into());
            }
            let admitted: Vec<SocketAddr> = found.into_iter().filter(|at| reach.admits(at.ip(), &allowed)).collect();
            match (admitted.is_empty(), reach) {
                (false, _) => Ok(Box::new(admitted.into_iter()) as Addrs),
                (true, Reach::AllowedNetworks) => Err(OutboundError::NotHttps.into()),
                (true, _) => Err(OutboundError::HostBlocked.into()),
            }
        })
    }
}

/// The standard library gives getaddrinfo's answer only in words; "try again" is the one that says nothing about the name.
fn lookup_failure(error: &io::Error) -> OutboundError {
    if error.to_string().contains("Temporary failure") { OutboundError::HostUnreachable } else { OutboundError::HostNotFound }
}
