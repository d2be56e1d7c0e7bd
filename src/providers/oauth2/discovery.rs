//! What an authorization server tells of itself (RFC 8414, OpenID Connect Discovery 1.0), kept for an hour.
//!
//! RFC 8414's address is asked first, OpenID's where there is nothing of use. While neither answers, what was last known
//! goes on for a day. Every explicit input wins over what is found here.

mod metadata;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use url::Url;

pub use metadata::Metadata;

use crate::{
    domain::{check::Method, reason::Reason, time::Timestamp},
    providers::{Outbound, OutboundRequest},
};

const FRESH_SECONDS: i64 = 3600;
const USABLE_SECONDS: i64 = 24 * 3600;
/// After a failure that an older answer stands in for: readers are not kept waiting at each call.
const PAUSE_SECONDS: i64 = 60;
/// Issuers may be made of what customers type.
const KEPT_MAX: usize = 1000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    #[error("`issuer` is not a web address without query and fragment")]
    NotAnIssuer,
    #[error("the issuer publishes no metadata")]
    NoMetadata,
    #[error("the metadata names another issuer than the one that was asked")]
    OtherIssuer,
    #[error("the metadata names an address that is not https")]
    NotHttps,
    #[error("the metadata does not list the PKCE method of this type")]
    NoSuchPkce,
    #[error("the metadata could not be read: {0}")]
    Unreadable(Reason),
}

impl DiscoveryError {
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Unreadable(reason) => *reason,
            Self::NotAnIssuer | Self::NoMetadata | Self::OtherIssuer | Self::NotHttps | Self::NoSuchPkce => Reason::Configuration,
        }
    }
}

struct Kept {
    metadata: Arc<Metadata>,
    fetched_at: Timestamp,
    ask_again_at: Timestamp,
}

/// The metadata of every issuer that this process has met lately.
#[derive(Default)]
pub struct Discovery(Mutex<HashMap<String, Kept>>);

impl Discovery {
    pub async fn metadata(&self, out: &dyn Outbound, issuer: &str, now: Timestamp) -> Result<Arc<Metadata>, DiscoveryError> {
        if let Some(fresh) = self.find(issuer, |kept| now < kept.ask_again_at) {
            return Ok(fresh);
        }
        match fetch(out, issuer).await {
            Ok(metadata) => Ok(self.keep(issuer, metadata, now)),
            Err(error) => self.go_on_with(issuer, now).ok_or(error),
        }
    }

    fn find(&self, issuer: &str, is_wanted: impl Fn(&Kept) -> bool) -> Option<Arc<Metadata>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(issuer).filter(|kept| is_wanted(kept)).map(|kept| Arc::clone(&kept.metadata))
    }

    fn keep(&self, issuer: &str, metadata: Metadata, now: Timestamp) -> Arc<Metadata> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT_MAX {
            all.retain(|_, kept| now < kept.ask_again_at);
        }
        if all.len() >= KEPT_MAX {
            all.clear();
        }
        let metadata = Arc::new(metadata);
        let kept = Kept { metadata: Arc::clone(&metadata), fetched_at: now, ask_again_at: now.plus_seconds(FRESH_SECONDS) };
        all.insert(issuer.to_owned(), kept);
        metadata
    }

    /// A failure spoils nothing: the last good answer serves for a day.
    fn go_on_with(&self, issuer: &str, now: Timestamp) -> Option<Arc<Metadata>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get_mut(issuer)?;
        let ends_at = kept.fetched_at.plus_seconds(USABLE_SECONDS);
        if now >= ends_at {
            return None;
        }
        kept.ask_again_at = now.plus_seconds(PAUSE_SECONDS).min(ends_at);
        Some(Arc::clone(&kept.metadata))
    }
}

async fn fetch(out: &dyn Outbound, issuer: &str) -> Result<Metadata, DiscoveryError> {
    let mut first_error = None;
    for address in addresses(issuer)? {
        match read(out, address, issuer).await {
            Ok(metadata) => return Ok(metadata),
            // A host that does not answer will not answer at its other address either.
            Err(Unread { error, is_last: true }) => return Err(error),
            // What the first address said weighs more than that the second has nothing.
            Err(Unread { error, .. }) => {
                first_error = Some(match first_error {
                    None | Some(DiscoveryError::NoMetadata) => error,
                    Some(before) => before,
                });
            }
        }
    }
    Err(first_error.unwrap_or(DiscoveryError::NoMetadata))
}

struct Unread {
    error: DiscoveryError,
    is_last: bool,
}

impl From<DiscoveryError> for Unread {
    fn from(error: DiscoveryError) -> Self {
        Self { error, is_last: false }
    }
}

async fn read(out: &dyn Outbound, address: String, issuer: &str) -> Result<Metadata, Unread> {
    let headers = vec![("accept".to_owned(), "application/json".into())];
    let request = OutboundRequest { method: Method::Get, url: address, headers, body: None };
    let unsent = |reason| Unread { error: DiscoveryError::Unreadable(reason), is_last: true };
    let response = out.send(request).await.map_err(|error| unsent(error.reason()))?;
    match response.status {
        200 => Ok(Metadata::read(&response.body, issuer)?),
        status @ (408 | 429 | 500..600) => Err(DiscoveryError::Unreadable(super::refusal::of_status(status)).into()),
        _ => Err(DiscoveryError::NoMetadata.into()),
    }
}

/// RFC 8414 §3.1 puts the well-known part before the issuer's path, OpenID Connect Discovery §4.1 behind it.
fn addresses(issuer: &str) -> Result<[String; 2], DiscoveryError> {
    let url = Url::parse(issuer).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
    let url = url.filter(|url| url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none());
    let url = url.ok_or(DiscoveryError::NotAnIssuer)?;
    let path = url.path().trim_end_matches('/');
    let at = |path: &str| {
        let mut url = url.clone();
        url.set_path(path);
        String::from(url)
    };
    Ok([at(&format!("/.well-known/oauth-authorization-server{path}")), at(&format!("{path}/.well-known/openid-configuration"))])
}
