//! How a connection proves itself to its service: what a request carries, and for OAuth how a token is come by.
//!
//! Everything in which providers differ is a field here, filled from the manifest; no code asks for a provider's name.

mod assertion;
mod carried;

use std::collections::BTreeMap;

pub use assertion::{Assertion, SigningAlgorithm};
pub use carried::{Carried, NotCarried, value_of};

use super::{capture::Captures, template::Template};

#[derive(Clone, Debug)]
pub enum Auth {
    None,
    /// Values only; the integration's own step knows what to do with them (SFTP, a database).
    Fields,
    /// RFC 7617.
    Basic {
        username: Template,
        password: Template,
    },
    Header {
        name: Template,
        value: Template,
    },
    Query {
        name: Template,
        value: Template,
    },
    /// RFC 5849.
    OAuth1 {
        signature_method: SignatureMethod,
    },
    OAuth2(Box<OAuth2>),
}

impl Auth {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fields => "fields",
            Self::Basic { .. } => "basic",
            Self::Header { .. } => "header",
            Self::Query { .. } => "query",
            Self::OAuth1 { .. } => "oauth1",
            Self::OAuth2(_) => "oauth2",
        }
    }

    pub fn oauth2(&self) -> Option<&OAuth2> {
        match self {
            Self::OAuth2(oauth2) => Some(oauth2),
            _ => None,
        }
    }

    /// Whether a person must leave for the provider's own page to connect.
    pub fn needs_consent(&self) -> bool {
        matches!(self, Self::OAuth1 { .. }) || self.oauth2().is_some_and(|o| o.grant.needs_consent())
    }

    /// Whether it has a token that it comes by without anybody's consent.
    pub fn obtains_by_itself(&self) -> bool {
        self.oauth2().is_some_and(|o| !o.grant.needs_consent())
    }

    /// Whether a connection holds a token besides its inputs.
    pub const fn holds_token(&self) -> bool {
        matches!(self, Self::OAuth1 { .. } | Self::OAuth2(_))
    }

    /// Every template of this auth, for the check of their keys at load.
    pub fn templates(&self) -> Vec<&Template> {
        match self {
            Self::None | Self::Fields | Self::OAuth1 { .. } => Vec::new(),
            Self::Basic { username, password } => vec![username, password],
            Self::Header { name, value } | Self::Query { name, value } => vec![name, value],
            Self::OAuth2(o) => {
                let parameters = o.authorize_params.values().chain(o.token_params.values()).chain(o.token_headers.values());
                parameters.chain(&o.assertion_audience).chain(o.assertion.iter().flat_map(Assertion::templates)).collect()
            }
        }
    }
}

/// The quirks of one provider's OAuth 2.0 as data. Defaults are RFC 6749's.
#[derive(Clone, Debug)]
pub struct OAuth2 {
    pub grant: Grant,
    pub pkce: Pkce,
    pub client_auth: ClientAuth,
    /// Otherwise the provider's metadata may choose.
    pub client_auth_is_declared: bool,
    /// Of the assertion by which the client proves itself (`ClientAuth::PrivateKeyJwt`).
    pub client_auth_algorithm: SigningAlgorithm,
    /// Whom that assertion is for; `None`: the token URL.
    pub assertion_audience: Option<Template>,
    /// What is exchanged for a token; there exactly for `Grant::JwtBearer`.
    pub assertion: Option<Assertion>,
    /// Between scopes in requests; in answers a comma and a space are both understood.
    pub scope_separator: String,
    /// `scope`, but for providers that ask for a user's scopes under another name.
    pub scope_parameter: String,
    pub authorize_params: BTreeMap<String, Template>,
    pub token_params: BTreeMap<String, Template>,
    pub token_headers: BTreeMap<String, Template>,
    pub token_body: TokenBody,
    pub response: ResponsePointers,
    pub expires_unit: ExpiresUnit,
    /// The header that a request carries; knows `{{access_token}}` besides the inputs.
    pub send: SendHeader,
    /// `code`, but for providers that call it otherwise in the callback.
    pub code_parameter: String,
    /// Where no `client_id` is given, one is registered (RFC 7591).
    pub registers: bool,
    pub captures: Captures,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 7523 §2.1: an assertion that we sign is the grant.
    JwtBearer,
}

impl Grant {
    pub const fn needs_consent(self) -> bool {
        matches!(self, Self::AuthorizationCode)
    }
}

/// RFC 5849 §3.4; RSA-SHA1 is not among them, as no key may sign with SHA-1 any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureMethod {
    HmacSha1,
    HmacSha256,
    Plaintext,
}

/// RFC 7636.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pkce {
    S256,
    Plain,
    None,
}

/// RFC 6749 §2.3.1, OpenID Connect Core §9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    Body,
    /// Form-encoded, then Base64, as the RFC says.
    Basic,
    /// Base64 alone, as many providers expect it.
    BasicRaw,
    /// An assertion signed with the client's secret (HS256).
    ClientSecretJwt,
    /// An assertion signed with the input `private_key` (RFC 7523 §2.2).
    PrivateKeyJwt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenBody {
    Form,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiresUnit {
    Seconds,
    Milliseconds,
}

/// JSON pointers (RFC 6901) into a token answer that is not flat; `None`: the standard member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponsePointers {
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    pub expires_in: Option<String>,
    pub refresh_expires_in: Option<String>,
    pub scope: Option<String>,
    pub token_type: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
}

#[derive(Clone, Debug)]
pub struct SendHeader {
    pub name: String,
    pub value: Template,
}
