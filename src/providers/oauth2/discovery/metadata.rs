//! The members of RFC 8414 §2 that we use, and how they stand in for values that nobody gave.

use serde::Deserialize;
use url::Url;

use super::DiscoveryError;
use crate::{
    domain::{
        auth::{ClientAuth, Grant, OAuth2, Pkce},
        connection_type::standard,
        resolution::Resolved,
        value::{Given, Value},
    },
    providers::oauth2::fill::fill,
};

#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    registration_endpoint: Option<String>,
    /// OpenID Connect Discovery §3.
    jwks_uri: Option<String>,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    /// RFC 9207 §3: every answer of its authorization endpoint carries `iss`.
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub names_issuer: bool,
}

impl Metadata {
    /// `issuer`: the one that was asked, which the document must name to the letter (RFC 8414 §3.3).
    pub(in crate::providers::oauth2) fn read(body: &[u8], issuer: &str) -> Result<Self, DiscoveryError> {
        let metadata: Self = serde_json::from_slice(body).map_err(|_| DiscoveryError::NoMetadata)?;
        if metadata.issuer != issuer {
            return Err(DiscoveryError::OtherIssuer);
        }
        let must_be_https = issuer.starts_with("https:");
        let is_good =
            |address: &String| Url::parse(address).is_ok_and(|url| url.scheme() == "https" || (url.scheme() == "http" && !must_be_https));
        if metadata
            .addresses()
            .iter()
            .filter_map(|(_, address)| *address)
            .chain(&metadata.jwks_uri)
            .chain(&metadata.userinfo_endpoint)
            .all(is_good)
        {
            Ok(metadata)
        } else {
            Err(DiscoveryError::NotHttps)
        }
    }

    const fn addresses(&self) -> [(&'static str, Option<&String>); 4] {
        [
            (standard::AUTHORIZE_URL, self.authorization_endpoint.as_ref()),
            (standard::TOKEN_URL, self.token_endpoint.as_ref()),
            (standard::REVOKE_URL, self.revocation_endpoint.as_ref()),
            (standard::REGISTRATION_URL, self.registration_endpoint.as_ref()),
        ]
    }

    /// The addresses that no layer holds, and the client's proof where the manifest leaves it open.
    ///
    /// PKCE is not chosen here: metadata that lists other methods than the type's is an error, never a downgrade.
    pub fn apply(&self, oauth2: &mut OAuth2, resolved: &mut Resolved) -> Result<(), DiscoveryError> {
        let method = match oauth2.pkce {
            Pkce::S256 => Some("S256"),
            Pkce::Plain => Some("plain"),
            Pkce::None => None,
        };
        let listed = self.code_challenge_methods_supported.as_deref().unwrap_or_default();
        let is_listed = listed.is_empty() || method.is_none_or(|method| listed.iter().any(|listed| listed == method));
        if oauth2.grant == Grant::AuthorizationCode && !is_listed {
            return Err(DiscoveryError::NoSuchPkce);
        }
        for (name, address) in self.addresses() {
            if let Some(address) = address {
                fill(resolved, name, Given::Clear(Value::from(address.as_str())));
            }
        }
        if !oauth2.client_auth_is_declared {
            oauth2.client_auth = self.client_auth();
        }
        Ok(())
    }

    /// RFC 8414 §2: where nothing is listed, it is `client_secret_basic`.
    fn client_auth(&self) -> ClientAuth {
        match &self.token_endpoint_auth_methods_supported {
            Some(methods) if !methods.iter().any(|method| method == "client_secret_basic") => ClientAuth::Body,
            _ => ClientAuth::Basic,
        }
    }

    /// Where people sign in, where codes are exchanged, and where the keys of its ID tokens lie. `None`: it is no OpenID provider.
    pub(in crate::providers) fn sign_on(&self) -> Option<(&str, &str, &str)> {
        Some((self.authorization_endpoint.as_deref()?, self.token_endpoint.as_deref()?, self.jwks_uri.as_deref()?))
    }

    /// Where the claims of scopes are that the ID token does not hold (OpenID Connect Core §5.3).
    pub(in crate::providers) fn userinfo(&self) -> Option<&str> {
        self.userinfo_endpoint.as_deref()
    }

    pub(in crate::providers) fn wants_basic(&self) -> bool {
        self.client_auth() == ClientAuth::Basic
    }

    /// Whether its clients have no secrets: all it lists is `none`.
    pub fn has_only_public_clients(&self) -> bool {
        self.token_endpoint_auth_methods_supported.as_ref().is_some_and(|methods| methods.iter().all(|method| method == "none"))
    }
}
