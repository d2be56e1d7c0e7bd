//! The places of a URL in which a value can stand, and how it is encoded there.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::RenderError;
use crate::domain::key::Key;

/// RFC 3986 §2.3: everything but the unreserved characters is encoded, `/`, `?`, `#` and `%` too.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the very beginning: a whole address, which a computed or organization-set input holds.
    Base,
    /// All of the authority: a host, perhaps with a port and a path behind it (`login.example.com/common`).
    Authority,
    /// A part of the host name.
    HostLabel,
    Port,
    Path,
    /// A value behind `=` or a name before it.
    Query,
    /// Everything between `?` or `&` and the next `&`: pairs that are taken apart and encoded one by one.
    QueryPairs,
}

impl Place {
    /// `before`: what is rendered so far; `next`: the literal that follows, `{{` if another insert does.
    pub(super) fn of(before: &str, next: &str) -> Self {
        if before.is_empty() {
            return Self::Base;
        }
        let after_scheme = before.find("://").map_or(before, |at| &before[at + 3..]);
        if let Some(query) = after_scheme.find('?').map(|at| &after_scheme[at..]) {
            let alone = next.is_empty() || next.starts_with(['&', '#']);
            return if query.ends_with(['?', '&']) && alone && !query.contains('#') { Self::QueryPairs } else { Self::Query };
        }
        if after_scheme.contains(['/', '#']) {
            return Self::Path;
        }
        if after_scheme.is_empty() && (next.is_empty() || next.starts_with(['/', '?'])) {
            return Self::Authority;
        }
        if after_scheme.contains(':') && !after_scheme.contains('[') { Self::Port } else { Self::HostLabel }
    }
}

pub(super) fn insert(out: &mut String, place: Place, key: &Key, text: &str) -> Result<(), RenderError> {
    if text.chars().any(char::is_control) {
        return Err(RenderError::ControlCharacter(key.clone()));
    }
    match place {
        Place::Base => {
            let text = text.trim_end_matches('/');
            let ok = url::Url::parse(text).is_ok_and(|url| {
                matches!(url.scheme(), "https" | "http")
                    && url.username().is_empty()
                    && url.password().is_none()
                    && url.fragment().is_none()
            });
            if !ok || text.contains(['\\', '@']) {
                return Err(RenderError::NotAUrl(key.clone()));
            }
            out.push_str(text);
        }
        Place::Authority => {
            let text = text.trim_end_matches('/');
            let (host, path) = text.split_once('/').unwrap_or((text, ""));
            let (name, port) = host.split_once(':').unwrap_or((host, ""));
            if !is_host_text(name) || !port.chars().all(|c| c.is_ascii_digit()) {
                return Err(RenderError::NotAHost(key.clone()));
            }
            out.push_str(host);
            for segment in path.split('/').filter(|s| !s.is_empty()) {
                out.push('/');
                push_segment(out, key, segment)?;
            }
        }
        Place::HostLabel => {
            if !is_host_text(text) {
                return Err(RenderError::NotAHost(key.clone()));
            }
            out.push_str(text);
        }
        Place::Port => {
            text.parse::<u16>().map_err(|_| RenderError::NotAHost(key.clone()))?;
            out.push_str(text);
        }
        Place::Path => push_segment(out, key, text)?,
        Place::Query => out.extend(utf8_percent_encode(text, COMPONENT)),
        Place::QueryPairs => {
            let pairs =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(url::form_urlencoded::parse(text.as_bytes())).finish();
            out.push_str(&pairs);
        }
    }
    Ok(())
}

/// A segment of dots alone would climb out of its place, even percent-encoded (RFC 3986 §5.2.4).
fn push_segment(out: &mut String, key: &Key, text: &str) -> Result<(), RenderError> {
    if matches!(text, "." | "..") {
        return Err(RenderError::DotSegment(key.clone()));
    }
    out.extend(utf8_percent_encode(text, COMPONENT));
    Ok(())
}

fn is_host_text(text: &str) -> bool {
    !text.is_empty() && text.len() <= 253 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}
