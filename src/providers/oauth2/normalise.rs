//! From what token endpoints answer to what RFC 6749 §5.1 and §5.2 say they answer.

mod members;

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{GrantError, refusal};
use crate::{
    domain::{auth::OAuth2, reason::Reason, time::Timestamp},
    providers::OutboundResponse,
};

pub(super) use members::REFRESH_EXPIRES_IN;

/// An answer of a token endpoint, in the standard's words.
pub(super) enum Normal {
    /// RFC 6749 §5.1, with all other members beside the standard ones.
    Token(Map<String, Value>),
    /// The code of RFC 6749 §5.2.
    Refusal(String),
}

/// The error: no answer of a token endpoint at all.
pub(super) fn normalise(oauth2: &OAuth2, response: &OutboundResponse, now: Timestamp) -> Result<Normal, GrantError> {
    if let Some(error) = refusal::by_status(response, now) {
        return Err(error);
    }
    let answer = parse(response).ok_or(Reason::ProviderUnexpected)?;
    if let Some(code) = members::error_code(oauth2, &answer) {
        return Ok(Normal::Refusal(code));
    }
    match response.status {
        200..300 => Ok(Normal::Token(members::token(oauth2, answer).ok_or(Reason::ProviderUnexpected)?)),
        // RFC 6749 §5.2 keeps 401 for a client that did not prove itself, whatever stands there instead of a code.
        401 => Ok(Normal::Refusal("invalid_client".to_owned())),
        _ => Err(Reason::ProviderUnexpected.into()),
    }
}

/// JSON under any content type; else a form, but never a page.
fn parse(response: &OutboundResponse) -> Option<Map<String, Value>> {
    let text = std::str::from_utf8(&response.body).ok()?.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') {
        return serde_json::from_str(text).ok();
    }
    let content_type = response.header("content-type").unwrap_or_default();
    let may_be_form =
        content_type.starts_with("application/x-www-form-urlencoded") || content_type.starts_with("text/plain") || content_type.is_empty();
    let looks_like_form = text.contains('=') && !text.contains(|c: char| c == '<' || c.is_whitespace());
    (may_be_form && looks_like_form)
        .then(|| form_urlencoded::parse(text.as_bytes()).map(|(name, value)| (name.into_owned(), Value::from(value))).collect())
}
