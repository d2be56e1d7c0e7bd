//! Why a connection does not work: a closed list of codes. The sentences for customer and admin are in `locales/`.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)?) => {
        /// The stable code of a failed check, refresh or authorization.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $code)] $variant),+
        }

        impl Reason {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::str::FromStr for Reason {
            type Err = UnknownReason;
            fn from_str(text: &str) -> Result<Self, UnknownReason> {
                match text { $($code => Ok(Self::$variant),)+ _ => Err(UnknownReason) }
            }
        }
    };
}

reasons! {
    /// The service said that the key, password or token is wrong.
    AuthRejected = "auth.rejected",
    /// What was entered as a signing key cannot be read, or is of another kind than the provider's algorithm.
    AuthBadKey = "auth.bad_key",
    /// Right credentials, too few rights.
    AuthInsufficientScope = "auth.insufficient_scope",
    /// A reconnect came back with another account than the one it belongs to.
    AuthWrongAccount = "auth.wrong_account",
    /// The grant has ended (`invalid_grant`, no refresh token): a person must consent again.
    AuthNeedsReconnect = "auth.needs_reconnect",
    /// Somebody disconnected it, and it is still used.
    AuthDisconnected = "auth.disconnected",
    /// The person chose Deny or Cancel at the provider (RFC 6749 §4.1.2.1 `access_denied`).
    AuthConsentDenied = "auth.consent_denied",
    /// The person left the provider's page without an answer, and the provider says so.
    AuthConsentCancelled = "auth.consent_cancelled",
    /// The attempt took longer than ten minutes, or its code had expired.
    AuthConsentExpired = "auth.consent_expired",
    /// The provider wants its own administrator to approve the app first.
    AuthAdminApproval = "auth.admin_approval",
    /// The callback names another authorization server than the one that was asked, or none where it must (RFC 9207).
    AuthIssuerMismatch = "auth.issuer_mismatch",
    HostNotFound = "host.not_found",
    HostUnreachable = "host.unreachable",
    HostRefused = "host.refused",
    /// The address is private, and `JACKFIELD_ALLOWED_PRIVATE_HOSTS` does not list it.
    HostBlocked = "host.blocked",
    TlsUntrusted = "tls.untrusted",
    RateLimited = "rate_limited",
    ProviderDown = "provider.down",
    /// The service answered with something that the manifest does not expect (a page, a redirect, broken JSON).
    ProviderUnexpected = "provider.unexpected",
    Timeout = "timeout",
    /// The organization's own settings are wrong: `invalid_client`, an unset client id, a template that does not render.
    Configuration = "configuration",
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown reason code")]
pub struct UnknownReason;

impl Reason {
    /// The service could not be asked, or could not answer: what was typed may well be right, so it may be saved.
    pub const fn is_inconclusive(self) -> bool {
        matches!(self, Self::HostUnreachable | Self::HostRefused | Self::RateLimited | Self::ProviderDown | Self::Timeout)
    }

    /// Trying the same again later may succeed without anyone doing anything.
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::HostNotFound
                | Self::HostUnreachable
                | Self::HostRefused
                | Self::RateLimited
                | Self::ProviderDown
                | Self::ProviderUnexpected
                | Self::Timeout
                | Self::TlsUntrusted
        )
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
