//! From what token endpoints answer to what RFC 6749 §5.1 and §5.2 say they answer.

mod members;

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::{GrantError, refusal};
use crate::{
    domain::{auth::OAuth2, reason::Reason, time::Timestamp},
    providers::OutboundResponse,
};

/// `Ok`: the standard members of a token, and all others beside them. `Err` within: the standard members of a refusal.
/// The outer error: no answer of a token endpoint at all.
pub(super) fn normalise(
    oauth2: &OAuth2,
    response: OutboundResponse,
    now: Timestamp,
) -> Result<Result<Map<String, Value>, Map<String, Value>>, GrantError> {
    if let Some(error) = refusal::by_status(&response, now) {
        return Err(error);
    }
    let is_success = (200..300).contains(&response.status);
    let answer = parse(&response).ok_or(Reason::ProviderUnexpected)?;
    if let Some(code) = members::error_code(oauth2, &answer) {
        return Ok(Err(refusal_members(&code)));
    }
    if is_success {
        return members::token(oauth2, answer).map(Ok).ok_or_else(|| Reason::ProviderUnexpected.into());
    }
    // RFC 6749 §5.2 keeps 401 for a client that did not prove itself, whatever the body says instead of a code.
    if response.status == 401 { Ok(Err(refusal_members("invalid_client"))) } else { Err(Reason::ProviderUnexpected.into()) }
}

fn refusal_members(code: &str) -> Map<String, Value> {
    Map::from_iter([("error".to_owned(), json!(code))])
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
