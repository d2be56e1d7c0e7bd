//! What a step receives, opened and sealed. The store takes and gives only the sealed kind; only the vault turns one into the other.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    ids::{OrganizationId, RegistrationId},
    key::Key,
    resolution::SetBy,
    time::Timestamp,
    value::{Given, Value},
};

/// A connection's own values and tokens, opened. Only ever in memory, on the way to a provider or a step.
#[derive(Clone, Debug, Default)]
pub struct Credential {
    pub inputs: BTreeMap<Key, (Given, SetBy)>,
    pub token: Option<Token>,
}

/// An OAuth token (RFC 6749 §5.1), or OAuth 1.0a's token credentials (RFC 5849 §2.3).
#[derive(Clone, Debug)]
pub struct Token {
    pub access_token: SecretString,
    pub refresh_token: Option<SecretString>,
    /// Of OAuth 1.0a alone: it signs, and is never sent.
    pub token_secret: Option<SecretString>,
    pub meta: TokenMeta,
}

/// What may be known of a token without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenMeta {
    pub token_type: String,
    /// `None`: the provider names no end.
    pub expires_at: Option<Timestamp>,
    pub obtained_at: Timestamp,
    pub scopes: Vec<String>,
    pub has_refresh_token: bool,
    /// The registered client that obtained it, and alone can refresh it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationId>,
    /// Of the refresh token, where the provider names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_expires_at: Option<Timestamp>,
    /// Another one can be had at any time without anyone's consent (RFC 6749 §4.4, RFC 7523 §2.1).
    #[serde(default)]
    pub is_free_to_renew: bool,
    /// Who consented. Where the organization did so and locked it, the customer does not sign in again.
    #[serde(default)]
    pub given_by: SetBy,
}

impl TokenMeta {
    pub const fn is_renewable(&self) -> bool {
        self.has_refresh_token || self.is_free_to_renew
    }

    /// So close to its end that it may be dead on arrival: 10 s, but a tenth of a life that is short itself.
    pub fn is_about_to_end(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| {
            let life = end.as_millis().saturating_sub(self.obtained_at.as_millis()).max(0);
            end.as_millis().saturating_sub((life / 10).min(10_000)) <= now.as_millis()
        })
    }

    /// The end before which it must be renewed; `None`: it has none.
    pub fn useful_until(&self) -> Option<Timestamp> {
        self.expires_at.map(|end| self.refresh_expires_at.map_or(end, |refresh_end| refresh_end.min(end)))
    }
}

/// Clear values as they are, every secret as ciphertext. Has no way to hold a plaintext secret.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SealedCredential {
    pub clear: BTreeMap<Key, (Value, SetBy)>,
    pub secrets: BTreeMap<SecretField, (SealedSecret, SetBy)>,
    pub token: Option<TokenMeta>,
}

/// Secrets of a connection that others took the place of. For a day one may go back to them.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplacedSecrets {
    /// Secrets alone, sealed for the places that they had: the connection's row, and their own revisions.
    pub sealed: SealedCredential,
    pub keep_until: Timestamp,
}

impl ReplacedSecrets {
    const KEEP_SECONDS: i64 = 86_400;

    pub fn keep(sealed: SealedCredential, now: Timestamp) -> Self {
        Self { sealed, keep_until: now.plus_seconds(Self::KEEP_SECONDS) }
    }
}

/// Which secret of its owner a ciphertext is; part of its additional data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretField {
    Input(Key),
    AccessToken,
    RefreshToken,
    TokenSecret,
    /// A provider's answer that could not be saved yet: a whole token.
    Unsaved,
    /// Of an attempt: its PKCE verifier (RFC 7636), or the secret of its temporary credentials (RFC 5849 §2.1).
    AttemptSecret,
    /// What an endpoint's events are signed with.
    WebhookSecret,
    /// A file of customers that is on its way in.
    ImportFile,
    /// Of a registration: RFC 7591 §3.2.1.
    ClientSecret,
    /// What a mail says, while it waits to be sent.
    Letter,
    /// Manifests that wait for somebody to apply them.
    ManifestPlan,
    /// Of an org user's second step.
    TotpSecret,
    /// Of a customer's own single sign-on.
    SsoSecret,
    /// The organization's: what session cookies are signed with.
    CookieSecret,
    /// A secret written into a manifest's slot, preset or reusable definition: its path there.
    Definition(String),
}

impl std::fmt::Display for SecretField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input(key) => write!(f, "input:{key}"),
            Self::AccessToken => f.write_str("token:access"),
            Self::RefreshToken => f.write_str("token:refresh"),
            Self::TokenSecret => f.write_str("token:secret"),
            Self::Unsaved => f.write_str("token:unsaved"),
            Self::AttemptSecret => f.write_str("attempt:secret"),
            Self::WebhookSecret => f.write_str("webhook:secret"),
            Self::ImportFile => f.write_str("import:file"),
            Self::ClientSecret => f.write_str("registration:client_secret"),
            Self::Letter => f.write_str("mail:letter"),
            Self::ManifestPlan => f.write_str("manifest_plan:sources"),
            Self::TotpSecret => f.write_str("user:totp_secret"),
            Self::SsoSecret => f.write_str("sso:client_secret"),
            Self::CookieSecret => f.write_str("organization:cookie_secret"),
            Self::Definition(path) => write!(f, "definition:{path}"),
        }
    }
}

impl std::str::FromStr for SecretField {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            Some(("input", key)) => Key::parse(key).map(Self::Input).map_err(|_| ()),
            Some(("token", "access")) => Ok(Self::AccessToken),
            Some(("token", "refresh")) => Ok(Self::RefreshToken),
            Some(("token", "secret")) => Ok(Self::TokenSecret),
            Some(("token", "unsaved")) => Ok(Self::Unsaved),
            Some(("attempt", "secret")) => Ok(Self::AttemptSecret),
            Some(("webhook", "secret")) => Ok(Self::WebhookSecret),
            Some(("import", "file")) => Ok(Self::ImportFile),
            Some(("registration", "client_secret")) => Ok(Self::ClientSecret),
            Some(("mail", "letter")) => Ok(Self::Letter),
            Some(("manifest_plan", "sources")) => Ok(Self::ManifestPlan),
            Some(("user", "totp_secret")) => Ok(Self::TotpSecret),
            Some(("sso", "client_secret")) => Ok(Self::SsoSecret),
            Some(("organization", "cookie_secret")) => Ok(Self::CookieSecret),
            Some(("definition", path)) => Ok(Self::Definition(path.to_owned())),
            _ => Err(()),
        }
    }
}

/// What a ciphertext is bound to: moved to any other place it does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretPlace {
    pub organization: OrganizationId,
    /// The customer it belongs to; nil for what belongs to the organization.
    pub owner: uuid::Uuid,
    /// The row: a connection, an attempt, a document, a webhook endpoint or the organization.
    pub row: uuid::Uuid,
    pub field: SecretField,
    /// The secret's own revision: a ciphertext saved before cannot be put back.
    pub revision: i64,
}

/// Ciphertext in the vault's envelope: `version ‖ key id ‖ wrapped data key ‖ nonce ‖ ciphertext ‖ tag`.
///
/// Two are equal when their ciphertexts are, whichever master key wraps the data key: a rotation changes no secret.
#[derive(Clone, Eq)]
pub struct SealedSecret {
    envelope: Vec<u8>,
    revision: i64,
}

impl PartialEq for SealedSecret {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision && self.payload() == other.payload()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not a sealed envelope")]
pub struct NotAnEnvelope;

impl SealedSecret {
    pub const VERSION: u8 = 1;
    /// Version, key id length and at least one character of it, wrapped data key (12 + 32 + 16), nonce and tag (12 + 16).
    const MIN_LEN: usize = 1 + 1 + 1 + Self::WRAP_LEN + 28;
    const WRAP_LEN: usize = 12 + 32 + 16;

    /// Takes only bytes of an envelope's shape, so that a plaintext cannot pass for one by accident.
    pub fn from_envelope(envelope: Vec<u8>, revision: i64) -> Result<Self, NotAnEnvelope> {
        let long_enough = envelope.get(1).is_some_and(|id_len| *id_len > 0 && envelope.len() >= Self::MIN_LEN - 1 + usize::from(*id_len));
        if envelope.first() == Some(&Self::VERSION) && long_enough { Ok(Self { envelope, revision }) } else { Err(NotAnEnvelope) }
    }
    pub fn envelope(&self) -> &[u8] {
        &self.envelope
    }
    pub const fn revision(&self) -> i64 {
        self.revision
    }
    /// `nonce ‖ ciphertext ‖ tag`, which a rotation leaves as it is.
    fn payload(&self) -> &[u8] {
        self.envelope.get(2 + self.key_id().len() + Self::WRAP_LEN..).unwrap_or_default()
    }
    /// The id of the master key that wraps its data key.
    pub fn key_id(&self) -> &str {
        let id_len = self.envelope.get(1).map_or(0, |len| usize::from(*len));
        self.envelope.get(2..2 + id_len).and_then(|id| std::str::from_utf8(id).ok()).unwrap_or("")
    }
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedSecret(revision {})", self.revision)
    }
}
