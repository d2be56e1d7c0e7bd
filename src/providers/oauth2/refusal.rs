//! What a refusal means: which codes end a grant, which are the organization's to mend, what will pass by itself.

use super::{Client, GrantError};
use crate::{
    domain::{reason::Reason, time::Timestamp},
    providers::OutboundResponse,
};

/// Stands for whatever is no code.
pub(super) const UNKNOWN: &str = "unknown";

/// RFC 6749 §5.2 `invalid_grant`, and the words that providers of the catalogue have for it. A person must consent again.
const ENDS_THE_GRANT: [&str; 12] = [
    "invalid_grant",
    "bad_refresh_token",
    "bad_verification_code",
    "code_already_used",
    "code_expired",
    "consent_required",
    "expired_token",
    "interaction_required",
    "invalid_code",
    "invalid_refresh_token",
    "token_expired",
    "token_revoked",
];
const CLIENT_REFUSED: [&str; 6] =
    ["invalid_client", "unauthorized_client", "bad_client_secret", "bad_client_id", "incorrect_client_credentials", "invalid_client_id"];
const OURS_TO_MEND: [&str; 8] = [
    "invalid_request",
    "unsupported_grant_type",
    "unsupported_response_type",
    "redirect_uri_mismatch",
    "bad_redirect_uri",
    "invalid_redirect_uri",
    "invalid_target",
    "invalid_resource",
];
const PASSES: [&str; 4] = ["server_error", "temporarily_unavailable", "internal_error", "service_unavailable"];
const TOO_OFTEN: [&str; 4] = ["slow_down", "ratelimited", "rate_limited", "too_many_requests"];

const RETRY_AFTER_MAX_SECONDS: i64 = 3600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GrantKind {
    Code,
    Refresh,
    /// Nobody consented: client credentials, or an assertion.
    ByItself,
}

/// Statuses that say enough, whatever the body: an overloaded gateway's `invalid_grant` ends nothing.
pub(in crate::providers) fn by_status(response: &OutboundResponse, now: Timestamp) -> Option<GrantError> {
    let reason = match response.status {
        408 | 429 => of_status(response.status),
        200..300 | 400..500 => return None,
        status => of_status(status),
    };
    let retry_after_seconds = response.retry_after_seconds(now).map(|seconds| seconds.min(RETRY_AFTER_MAX_SECONDS));
    Some(GrantError { retry_after_seconds, ..reason.into() })
}

pub(super) const fn of_status(status: u16) -> Reason {
    match status {
        408 | 504 => Reason::Timeout,
        429 => Reason::RateLimited,
        500..600 => Reason::ProviderDown,
        _ => Reason::ProviderUnexpected,
    }
}

pub(super) fn by_code(client: &Client<'_>, code: &str, kind: GrantKind) -> GrantError {
    let ends_the_grant = ENDS_THE_GRANT.contains(&code) && kind != GrantKind::ByItself;
    let reason = match code {
        _ if ENDS_THE_GRANT.contains(&code) => match kind {
            GrantKind::Code => Reason::AuthConsentExpired,
            GrantKind::Refresh => Reason::AuthNeedsReconnect,
            GrantKind::ByItself => Reason::AuthRejected,
        },
        _ if CLIENT_REFUSED.contains(&code) => client.refused_reason(),
        _ if OURS_TO_MEND.contains(&code) => Reason::Configuration,
        _ if PASSES.contains(&code) => Reason::ProviderDown,
        _ if TOO_OFTEN.contains(&code) => Reason::RateLimited,
        "invalid_scope" | "insufficient_scope" => Reason::AuthInsufficientScope,
        "access_denied" => Reason::AuthRejected,
        _ => Reason::ProviderUnexpected,
    };
    let provider_error = Some(code.to_owned()).filter(|code| code != UNKNOWN);
    GrantError { ends_the_grant, provider_error, ..reason.into() }
}

/// Short, and of characters that mean nothing anywhere: what may be stored and shown.
pub(super) fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'.' | b'-'))
}
