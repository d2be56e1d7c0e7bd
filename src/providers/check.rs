//! One try of a connection against the real service: the request that its type declares, with its auth.

mod request;
mod verdict;

use super::{Outbound, Stamp};
use crate::domain::{
    auth::NotCarried, check::CheckOutcome, connection_type::ConnectionType, credential::Token, reason::Reason, resolution::Resolved,
};

/// `token`: of a connection whose auth holds one.
pub async fn run(
    out: &dyn Outbound,
    connection_type: &ConnectionType,
    resolved: &Resolved,
    token: Option<&Token>,
    stamp: &Stamp,
) -> CheckOutcome {
    let Some(check) = connection_type.check() else { return CheckOutcome::NotDeclared };
    let request = match request::build(check, connection_type.auth(), resolved, token, stamp) {
        Ok(request) => request,
        Err(NotCarried::Unrenderable) => return CheckOutcome::Failed { reason: Reason::Configuration },
        Err(NotCarried::NoToken) => return CheckOutcome::Failed { reason: Reason::AuthNeedsReconnect },
    };
    match out.send(request).await {
        Ok(response) => verdict::of(check, &response),
        Err(error) => CheckOutcome::Failed { reason: error.reason() },
    }
}

#[cfg(test)]
mod tests;
