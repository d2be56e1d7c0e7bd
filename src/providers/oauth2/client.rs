//! The organization's app at one provider: the standard inputs, read from what was resolved.

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use super::{SetupError, scopes};
use crate::domain::{
    auth::{ClientAuth, Grant, OAuth2},
    connection_type::standard,
    key::Key,
    reason::Reason,
    resolution::{Layer, Resolved},
    template::{RenderError, Template},
    value::{Given, Value},
};

/// Addresses are read when they are asked for: a client credentials grant needs no `authorize_url`.
pub struct Client<'a> {
    pub(super) oauth2: &'a OAuth2,
    resolved: &'a Resolved,
    client_id: String,
    client_secret: Option<SecretString>,
}

impl<'a> Client<'a> {
    pub fn new(oauth2: &'a OAuth2, resolved: &'a Resolved) -> Result<Self, SetupError> {
        let client_id = match oauth2.grant {
            // The assertion says who asks.
            Grant::JwtBearer => optional(resolved, standard::CLIENT_ID)?.unwrap_or_default(),
            Grant::AuthorizationCode | Grant::ClientCredentials => required(resolved, standard::CLIENT_ID)?,
        };
        let client_secret = optional(resolved, standard::CLIENT_SECRET)?.map(SecretString::from);
        Ok(Self { oauth2, resolved, client_id, client_secret })
    }

    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// To be sent. `None`: a public client (RFC 6749 §2.1), or one that signs instead.
    pub fn client_secret(&self) -> Option<&SecretString> {
        let is_sent = !matches!(self.oauth2.client_auth, ClientAuth::ClientSecretJwt | ClientAuth::PrivateKeyJwt);
        self.client_secret.as_ref().filter(|_| is_sent)
    }

    pub(super) fn proves_itself(&self) -> bool {
        self.client_secret().is_some() || matches!(self.oauth2.client_auth, ClientAuth::ClientSecretJwt | ClientAuth::PrivateKeyJwt)
    }

    pub(super) fn secret(&self, name: &'static str) -> Result<SecretString, SetupError> {
        required(self.resolved, name).map(SecretString::from)
    }

    pub(super) fn optional(&self, name: &'static str) -> Result<Option<String>, SetupError> {
        optional(self.resolved, name)
    }

    pub fn authorize_url(&self) -> Result<Url, SetupError> {
        web_address(standard::AUTHORIZE_URL, &required(self.resolved, standard::AUTHORIZE_URL)?)
    }

    pub fn token_url(&self) -> Result<Url, SetupError> {
        web_address(standard::TOKEN_URL, &required(self.resolved, standard::TOKEN_URL)?)
    }

    /// The token URL unless the provider has another one for refreshing.
    pub fn refresh_url(&self) -> Result<Url, SetupError> {
        match optional(self.resolved, standard::REFRESH_URL)? {
            Some(text) => web_address(standard::REFRESH_URL, &text),
            None => self.token_url(),
        }
    }

    pub fn revoke_url(&self) -> Result<Option<Url>, SetupError> {
        optional(self.resolved, standard::REVOKE_URL)?.map(|text| web_address(standard::REVOKE_URL, &text)).transpose()
    }

    /// What is asked for, one by one, however the input separates them.
    pub fn scopes(&self) -> Vec<String> {
        let text = self.resolved.get(standard::SCOPES).map(Given::expose_text).unwrap_or_default();
        scopes::split(&text).map(str::to_owned).collect()
    }

    /// For the wire; `None`: the parameter is left out (RFC 6749 §3.3).
    pub(super) fn scope_parameter(&self) -> Option<String> {
        Some(self.scopes().join(&self.oauth2.scope_separator)).filter(|joined| !joined.is_empty())
    }

    /// The `headers` input: name and value of what every token request carries besides.
    pub fn headers(&self) -> Vec<(String, SecretString)> {
        match self.resolved.get(standard::HEADERS) {
            Some(Given::Clear(Value::Map(map))) => map.iter().map(|(k, v)| (k.clone(), SecretString::from(v.as_str()))).collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn render(&self, template: &Template) -> Result<String, SetupError> {
        template.render_text(|key| self.resolved.expose_text(key)).map_err(|error| SetupError::Render(key_of(&error, template), error))
    }

    pub(super) fn render_key(&self, template: &Template) -> Result<SecretString, SetupError> {
        let rendered = template.render_key(|key| self.resolved.expose_text(key)).map(SecretString::from);
        rendered.map_err(|error| SetupError::Render(key_of(&error, template), error))
    }

    /// `Authorization` of a confidential client that proves itself by header.
    pub(super) fn basic_authorization(&self) -> Option<SecretString> {
        let secret = self.client_secret.as_ref()?.expose_secret();
        let encoded = |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let pair = match self.oauth2.client_auth {
            ClientAuth::Body | ClientAuth::ClientSecretJwt | ClientAuth::PrivateKeyJwt => return None,
            ClientAuth::Basic => format!("{}:{}", encoded(&self.client_id), encoded(secret)),
            ClientAuth::BasicRaw => format!("{}:{secret}", self.client_id),
        };
        Some(SecretString::from(format!("Basic {}", BASE64_STANDARD.encode(pair))))
    }

    /// What it means that the provider does not know this client: whoever typed the client in must mend it.
    pub(super) fn refused_reason(&self) -> Reason {
        let identity = [standard::CLIENT_ID, standard::CLIENT_SECRET, standard::PRIVATE_KEY];
        if identity.into_iter().any(|key| self.is_own(key)) { Reason::AuthRejected } else { Reason::Configuration }
    }

    /// As `refused_reason`, for a key that we could not even sign with. `keys`: the inputs that hold it.
    pub(super) fn bad_key_reason<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Reason {
        if keys.into_iter().any(|key| self.is_own(key)) { Reason::AuthBadKey } else { Reason::Configuration }
    }

    fn is_own(&self, key: &str) -> bool {
        self.resolved.values.get(key).is_some_and(|layered| matches!(layered.layer, Layer::Connection(_)))
    }
}

pub(in crate::providers) fn optional(resolved: &Resolved, name: &'static str) -> Result<Option<String>, SetupError> {
    match (resolved.get(name).filter(|given| !given.is_blank()), resolved.uncomputed.get_key_value(name)) {
        (Some(given), _) => Ok(Some(given.expose_text())),
        (None, Some((key, error))) => Err(SetupError::Render(key.clone(), error.clone())),
        (None, None) => Ok(None),
    }
}

pub(in crate::providers) fn required(resolved: &Resolved, name: &'static str) -> Result<String, SetupError> {
    optional(resolved, name)?.ok_or(SetupError::Missing(name))
}

/// Plain inputs are not rendered as URLs, so this is where `javascript:` and user names in addresses end.
pub(in crate::providers) fn web_address(name: &'static str, text: &str) -> Result<Url, SetupError> {
    let is_web = |url: &Url| matches!(url.scheme(), "https" | "http") && url.username().is_empty() && url.password().is_none();
    Url::parse(text).ok().filter(is_web).ok_or_else(|| match Key::parse(name) {
        Ok(key) => SetupError::Render(key, RenderError::ResultNotAUrl),
        Err(_) => SetupError::Missing(name),
    })
}

fn key_of(error: &RenderError, template: &Template) -> Key {
    match error {
        RenderError::Missing(key)
        | RenderError::NotAHost(key)
        | RenderError::NotAUrl(key)
        | RenderError::ControlCharacter(key)
        | RenderError::DotSegment(key) => key.clone(),
        RenderError::ResultNotAUrl => template.keys().next().expect("only a template that inserts a value fails to render").clone(),
    }
}
