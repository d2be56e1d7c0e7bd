//! Ourselves as a client that registered itself at a provider (RFC 7591).

use super::{auth::ClientAuth, credential::SealedSecret, ids::RegistrationId, time::Timestamp};

/// What a registration was made with, and so what it is good for. The token address is part of it: a secret that one
/// server gave us is never sent to another, whoever typed in the addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegistrationPlace {
    pub registration_url: String,
    pub token_url: String,
    pub redirect_uri: String,
    /// As it is asked for; empty: none.
    pub scope: String,
}

/// Never changed but for being retired: refresh tokens stay bound to the client that obtained them (RFC 6749 §6).
#[derive(Clone, Debug)]
pub struct ClientRegistration {
    pub id: RegistrationId,
    pub place: RegistrationPlace,
    pub client_id: String,
    /// `None`: a public client.
    pub client_secret: Option<SealedSecret>,
    /// How it proves itself, where the provider said so.
    pub client_auth: Option<ClientAuth>,
    /// `None`: the secret does not expire.
    pub secret_expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// Longer than an attempt, so that a client outlives the consent that is asked with it.
const SPARE_SECONDS: i64 = 900;

impl ClientRegistration {
    /// Whether a new consent may still be asked with it: not in the last tenth of its secret's life.
    pub fn serves(&self, now: Timestamp) -> bool {
        self.secret_expires_at.is_none_or(|end| {
            let life = self.created_at.seconds_until(end);
            now.seconds_until(end) > (life / 10).max(SPARE_SECONDS)
        })
    }
}
