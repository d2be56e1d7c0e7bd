//! A reason code in a sentence for the organization's people.

use crate::{domain::reason::Reason, web::words::Words};

/// `connector`: the name people know it by.
pub fn of_reason(reason: Reason, connector: &str, organization: &str) -> String {
    let key = format!("reason-{}-admin", reason.code().replace(['.', '_'], "-"));
    let arguments =
        [("connector", connector.to_owned()), ("organization", organization.to_owned()), ("account", "the one it belongs to".to_owned())];
    Words::english().find(&key, arguments).unwrap_or_else(|| reason.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_one() {
        for reason in Reason::ALL {
            let said = of_reason(*reason, "Slack", "Acme");
            assert!(said.contains(' ') && !said.contains('{'), "{reason}: {said}");
        }
    }
}
