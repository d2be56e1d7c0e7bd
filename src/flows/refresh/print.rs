//! Which token a row holds, without holding it.

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::{domain::credential::Token, vault::digest};

/// Equal for the same token, and for none. The sealed revisions would not do: they also count inputs that a person saves
/// meanwhile, and begin anew after a disconnect. Nor would the time alone: clocks of replicas differ.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Print([u8; 32]);

impl Print {
    pub fn of(token: Option<&Token>) -> Self {
        let refresh_token = token.and_then(|token| token.refresh_token.as_ref()).map(ExposeSecret::expose_secret);
        let parts = token.map(|token| {
            let part = |text: &str| digest::hash(text);
            [part(token.access_token.expose_secret()), part(refresh_token.unwrap_or_default()), part(&token.meta.obtained_at.to_string())]
        });
        Self(digest::hash(parts.unwrap_or_default().concat()))
    }
}
