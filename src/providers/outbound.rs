//! One request out of this house and what came back. Fakes for tests implement `Outbound`; production has `GuardedClient`.

use std::fmt;

use futures_util::future::BoxFuture;
use jiff::fmt::rfc2822;
use secrecy::SecretString;

use crate::domain::{check::Method, reason::Reason, time::Timestamp};

pub trait Outbound: Send + Sync {
    fn send(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundResponse, OutboundError>>;

    /// What is wrong with an address before any name is looked up; its host may still prove to be a private one.
    fn refuses(&self, url: &str) -> Option<OutboundError>;
}

pub struct OutboundRequest {
    pub method: Method,
    /// May hold a secret in its query: never logged.
    pub url: String,
    pub headers: Vec<(String, SecretString)>,
    pub body: Option<OutboundBody>,
}

pub struct OutboundBody {
    pub content_type: String,
    pub content: SecretString,
}

pub struct OutboundResponse {
    pub status: u16,
    /// Lower-case names; only `content-type`, `location`, `retry-after` and `www-authenticate` are kept.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    #[error("the host name does not exist")]
    HostNotFound,
    #[error("the host cannot be reached")]
    HostUnreachable,
    #[error("the host refused the connection")]
    HostRefused,
    #[error("the address is private and not allowed")]
    HostBlocked,
    #[error("no trusted TLS connection came about")]
    TlsUntrusted,
    #[error("no whole answer in time")]
    Timeout,
    #[error("the answer is too large")]
    TooLarge,
    #[error("http is only for allowed private hosts")]
    NotHttps,
    #[error("the address or a header cannot be sent")]
    BadUrl,
    #[error("the connection broke, or what came back is not HTTP")]
    Broken,
}

impl OutboundError {
    pub const fn reason(self) -> Reason {
        match self {
            Self::HostNotFound => Reason::HostNotFound,
            Self::HostUnreachable => Reason::HostUnreachable,
            Self::HostRefused => Reason::HostRefused,
            // http to somewhere public is refused by the same setting as a private address.
            Self::HostBlocked | Self::NotHttps => Reason::HostBlocked,
            Self::TlsUntrusted => Reason::TlsUntrusted,
            Self::Timeout => Reason::Timeout,
            Self::TooLarge | Self::Broken => Reason::ProviderUnexpected,
            Self::BadUrl => Reason::Configuration,
        }
    }
}

impl OutboundResponse {
    pub fn header(&self, lower_case_name: &str) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == lower_case_name).map(|(_, value)| value.as_str())
    }

    /// `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3); never below zero, but as large as the other side likes.
    pub fn retry_after_seconds(&self, now: Timestamp) -> Option<i64> {
        let value = self.header("retry-after")?.trim();
        let seconds = match value.parse::<i64>() {
            Ok(seconds) => seconds,
            Err(_) => now.seconds_until(Timestamp::from_millis(rfc2822::parse(value).ok()?.timestamp().as_millisecond())),
        };
        Some(seconds.max(0))
    }
}

/// Without query, header values and body: each may hold a secret.
impl fmt::Debug for OutboundRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.url.split(['?', '#']).next().unwrap_or_default();
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("OutboundRequest")
            .field("method", &self.method)
            .field("url", &address)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OutboundResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutboundResponse(status {}, {} bytes)", self.status, self.body.len())
    }
}
