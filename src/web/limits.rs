//! Rate limits: sign-in and link openings by address, the API by key. In memory, a process by itself.
//!
//! An address is the peer's own: `X-Forwarded-For` is whatever the caller likes to write.

use std::{
    future::{Ready, ready},
    hash::Hash,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};

use super::errors::Failure;
use crate::domain::ids::ApiKeyId;

/// How much of what a caller may do.
#[derive(Clone, Copy, Debug)]
pub struct Quotas {
    /// Attempts to sign in, an address.
    pub sign_in: Quota,
    /// Openings of links, an address.
    pub links: Quota,
    /// Calls, an API key.
    pub api: Quota,
}

const fn times(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).expect("the quotas below are none of them zero")
}

impl Default for Quotas {
    fn default() -> Self {
        Self { sign_in: Quota::per_minute(times(10)), links: Quota::per_minute(times(60)), api: Quota::per_second(times(2_000)) }
    }
}

/// The counters. A clone counts with the original: one set a process, shared by its threads as `web::Data<Limits>`.
#[derive(Clone)]
pub struct Limits(Arc<Counters>);

struct Counters {
    sign_in: DefaultKeyedRateLimiter<IpAddr>,
    links: DefaultKeyedRateLimiter<IpAddr>,
    api: DefaultKeyedRateLimiter<ApiKeyId>,
}

/// Beyond this many addresses those that have waited long enough are forgotten.
const ADDRESSES_KEPT: usize = 20_000;

impl Default for Limits {
    fn default() -> Self {
        Self::new(Quotas::default())
    }
}

impl Limits {
    pub fn new(quotas: Quotas) -> Self {
        let Quotas { sign_in, links, api } = quotas;
        Self(Arc::new(Counters { sign_in: RateLimiter::keyed(sign_in), links: RateLimiter::keyed(links), api: RateLimiter::keyed(api) }))
    }

    pub fn sign_in(&self, peer: Option<SocketAddr>) -> Result<(), Failure> {
        by_address(&self.0.sign_in, peer)
    }
    pub fn link_opening(&self, peer: Option<SocketAddr>) -> Result<(), Failure> {
        by_address(&self.0.links, peer)
    }
    pub fn api_call(&self, key: ApiKeyId) -> Result<(), Failure> {
        check(&self.0.api, &key)
    }
}

fn by_address(limiter: &DefaultKeyedRateLimiter<IpAddr>, peer: Option<SocketAddr>) -> Result<(), Failure> {
    if limiter.len() > ADDRESSES_KEPT {
        limiter.retain_recent();
    }
    check(limiter, &counted_as(peer))
}

/// Where failed sign-ins of one account are counted together.
pub fn network_of(peer: Option<SocketAddr>) -> String {
    counted_as(peer).to_string()
}

/// One IPv6 customer has a whole /64, so that is what counts as one.
fn counted_as(peer: Option<SocketAddr>) -> IpAddr {
    match peer.map(|peer| peer.ip().to_canonical()) {
        Some(IpAddr::V6(address)) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        Some(address) => address,
        // A Unix socket: all of its callers are one.
        None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    }
}

fn check<K: Clone + Eq + Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Failure> {
    limiter.check_key(key).map_err(|early| {
        let wait = early.wait_time_from(limiter.clock().now());
        Failure::TooManyRequests { retry_after_seconds: wait.as_secs() + 1 }
    })
}

/// A handler that takes this is limited as a sign-in.
#[derive(Clone, Copy, Debug)]
pub struct SignInAllowed;

impl FromRequest for SignInAllowed {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let limits = request.app_data::<web::Data<Limits>>();
        ready(limits.map_or(Ok(()), |limits| limits.sign_in(request.peer_addr())).map(|()| Self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Option<SocketAddr> {
        Some(SocketAddr::new(address.parse().unwrap(), 4711))
    }

    fn limits() -> Limits {
        Limits::new(Quotas { sign_in: Quota::per_hour(times(2)), ..Quotas::default() })
    }

    #[test]
    fn the_third_sign_in_of_two_allowed_is_told_when_to_come_back() {
        let limits = limits();
        assert!(limits.sign_in(peer("203.0.113.7")).is_ok());
        assert!(limits.sign_in(peer("203.0.113.7")).is_ok());
        match limits.sign_in(peer("203.0.113.7")) {
            Err(Failure::TooManyRequests { retry_after_seconds }) => assert!((1..=1801).contains(&retry_after_seconds)),
            other => panic!("{other:?}"),
        }
        assert!(limits.sign_in(peer("203.0.113.8")).is_ok());
        assert!(limits.link_opening(peer("203.0.113.7")).is_ok());
    }

    #[test]
    fn another_address_of_the_same_network_is_the_same_caller() {
        let counted = |address| counted_as(peer(address));
        assert_eq!(counted("2001:db8:1:2::1"), counted("2001:db8:1:2:ffff::9"));
        assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
        assert_eq!(counted("::ffff:203.0.113.7"), counted("203.0.113.7"));
    }
}
