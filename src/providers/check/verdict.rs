//! What an answer says about the connection. What the manifest expects is compared first: an expected 403 passes.

use serde_json::Value;

use crate::{
    domain::{
        check::{Check, CheckOutcome, Expect},
        reason::Reason,
    },
    providers::OutboundResponse,
};

const ACCOUNT_MAX_CHARS: usize = 200;

pub(super) fn of(check: &Check, response: &OutboundResponse) -> CheckOutcome {
    if !is_expected_status(&check.expect, response.status) {
        return CheckOutcome::Failed { reason: reason_of(response) };
    }
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    match (check.expect.body.is_empty(), &body) {
        (false, None) => return CheckOutcome::Failed { reason: Reason::ProviderUnexpected },
        // An expected status with another body is how services say no that answer everything with 200.
        (false, Some(body)) if !is_expected_body(&check.expect, body) => return CheckOutcome::Failed { reason: Reason::AuthRejected },
        _ => {}
    }
    let account = check.account.as_ref().and_then(|pointer| account(body.as_ref()?.pointer(pointer)?));
    CheckOutcome::Passed { account }
}

fn is_expected_status(expect: &Expect, status: u16) -> bool {
    if expect.status.is_empty() { (200..300).contains(&status) } else { expect.status.contains(&status) }
}

/// A member that is not there is as good as null.
fn is_expected_body(expect: &Expect, body: &Value) -> bool {
    expect.body.iter().all(|(pointer, expected)| body.pointer(pointer).unwrap_or(&Value::Null) == expected)
}

/// 400 and 422 count as a no to what was typed: everything else in the request is the manifest's. A 404, a redirect and
/// a success that is not the expected one say nothing about the credentials.
fn reason_of(response: &OutboundResponse) -> Reason {
    let lacks_scope = || response.header("www-authenticate").is_some_and(|value| value.contains("insufficient_scope"));
    match response.status {
        401 if lacks_scope() => Reason::AuthInsufficientScope,
        400 | 401 | 422 => Reason::AuthRejected,
        403 => Reason::AuthInsufficientScope,
        408 | 504 => Reason::Timeout,
        429 => Reason::RateLimited,
        500..600 => Reason::ProviderDown,
        _ => Reason::ProviderUnexpected,
    }
}

/// The provider's text is data: one line, of bounded length.
fn account(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let text: String = text.chars().filter(|c| !c.is_control()).take(ACCOUNT_MAX_CHARS).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
