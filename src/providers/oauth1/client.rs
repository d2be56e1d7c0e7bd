//! The organization's app at a provider that speaks OAuth 1.0a, read from the inputs.

use secrecy::SecretString;
use url::Url;

use super::sign::Signer;
use crate::{
    domain::{
        auth::SignatureMethod,
        connection_type::standard,
        reason::Reason,
        resolution::{Layer, Resolved},
    },
    providers::oauth2::{SetupError, optional, required, web_address},
};

pub(super) struct Client<'a> {
    method: SignatureMethod,
    resolved: &'a Resolved,
    client_id: String,
    client_secret: SecretString,
    realm: Option<String>,
}

impl<'a> Client<'a> {
    pub fn new(method: SignatureMethod, resolved: &'a Resolved) -> Result<Self, SetupError> {
        let client_id = required(resolved, standard::CLIENT_ID)?;
        // §3.4.2: an empty secret is one.
        let client_secret = optional(resolved, standard::CLIENT_SECRET)?.unwrap_or_default().into();
        let realm = optional(resolved, standard::REALM)?;
        Ok(Self { method, resolved, client_id, client_secret, realm })
    }

    pub fn address(&self, name: &'static str) -> Result<Url, SetupError> {
        web_address(name, &required(self.resolved, name)?)
    }

    pub fn signer<'s>(&'s self, token: Option<(&'s str, &'s SecretString)>) -> Signer<'s> {
        let realm = self.realm.as_deref();
        Signer { method: self.method, client_id: &self.client_id, client_secret: &self.client_secret, token, realm }
    }

    /// Whoever typed the client in must mend it.
    pub fn refused_reason(&self) -> Reason {
        let is_own = |key: &str| self.resolved.values.get(key).is_some_and(|layered| matches!(layered.layer, Layer::Connection(_)));
        if is_own(standard::CLIENT_ID) || is_own(standard::CLIENT_SECRET) { Reason::AuthRejected } else { Reason::Configuration }
    }
}
