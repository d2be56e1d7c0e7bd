//! The formats a text input may ask for, each a question with a yes or no.

use super::Format;
use crate::domain::pem;

impl Format {
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Hostname => is_hostname(text),
            Self::Url => is_url(text),
            Self::Email => is_email(text),
            Self::Uuid => uuid::Uuid::try_parse(text).is_ok(),
            Self::Port => text.parse::<u16>().is_ok_and(|port| port > 0),
            Self::Json => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
            Self::Pem => pem::is_whole(text),
        }
    }
}

/// RFC 1123 §2.1 names and IP literals, without scheme, port or path.
fn is_hostname(text: &str) -> bool {
    if text.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    !name.is_empty()
        && name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        })
}

fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none()
    })
}

/// Deliberately loose, as HTML's `type=email` is: only a message to it proves an address.
fn is_email(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !local.contains(|c: char| c.is_whitespace() || c == '@') && is_hostname(domain))
}
