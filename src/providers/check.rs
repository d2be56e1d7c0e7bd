//! One try of a connection against the real service: the request that its type declares, with its auth.

mod request;
mod verdict;

use secrecy::SecretString;

use super::Outbound;
use crate::domain::{check::CheckOutcome, connection_type::ConnectionType, reason::Reason, resolution::Resolved};

/// Why there is no request to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotSendable {
    /// A template without a value, or with one that cannot stand where it should.
    Unrenderable,
    /// OAuth 2.0, but nobody has consented yet.
    NoToken,
}

/// `token`: the access token of a connection whose auth is `oauth2`.
pub async fn run(out: &dyn Outbound, connection_type: &ConnectionType, resolved: &Resolved, token: Option<&SecretString>) -> CheckOutcome {
    let Some(check) = connection_type.check() else { return CheckOutcome::NotDeclared };
    let request = match request::build(check, connection_type.auth(), resolved, token) {
        Ok(request) => request,
        Err(NotSendable::Unrenderable) => return CheckOutcome::Failed { reason: Reason::Configuration },
        Err(NotSendable::NoToken) => return CheckOutcome::Failed { reason: Reason::AuthNeedsReconnect },
    };
    match out.send(request).await {
        Ok(response) => verdict::of(check, &response),
        Err(error) => CheckOutcome::Failed { reason: error.reason() },
    }
}

#[cfg(test)]
mod tests;
