//! What a provider's redirect says when it brings no code: RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6 and common additions.

use crate::domain::reason::Reason;

/// `error`: the redirect's parameter, as untrusted as everything in a URL.
pub fn reason(error: &str) -> Reason {
    match error {
        "access_denied" | "user_denied" | "login_required" | "account_selection_required" => Reason::AuthConsentDenied,
        "user_cancelled" | "user_cancelled_login" | "user_cancelled_authorize" => Reason::AuthConsentCancelled,
        "consent_required"
        | "interaction_required"
        | "admin_consent_required"
        | "admin_policy_enforced"
        | "app_not_approved"
        | "org_internal"
        | "unauthorized_client" => Reason::AuthAdminApproval,
        "invalid_scope" | "insufficient_scope" => Reason::AuthInsufficientScope,
        "server_error" | "temporarily_unavailable" => Reason::ProviderDown,
        "invalid_request"
        | "invalid_client"
        | "unsupported_response_type"
        | "redirect_uri_mismatch"
        | "invalid_redirect_uri"
        | "request_not_supported"
        | "request_uri_not_supported"
        | "registration_not_supported"
        | "invalid_resource"
        | "invalid_target" => Reason::Configuration,
        _ => Reason::ProviderUnexpected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_rfc_has_its_reason() {
        let table = [
            ("access_denied", Reason::AuthConsentDenied),
            ("user_cancelled_login", Reason::AuthConsentCancelled),
            ("consent_required", Reason::AuthAdminApproval),
            ("interaction_required", Reason::AuthAdminApproval),
            ("admin_policy_enforced", Reason::AuthAdminApproval),
            ("unauthorized_client", Reason::AuthAdminApproval),
            ("invalid_scope", Reason::AuthInsufficientScope),
            ("server_error", Reason::ProviderDown),
            ("temporarily_unavailable", Reason::ProviderDown),
            ("invalid_request", Reason::Configuration),
            ("invalid_client", Reason::Configuration),
            ("unsupported_response_type", Reason::Configuration),
            ("", Reason::ProviderUnexpected),
            ("ACCESS_DENIED\r\n", Reason::ProviderUnexpected),
        ];
        for (error, expected) in table {
            assert_eq!(reason(error), expected, "{error:?}");
        }
    }
}
