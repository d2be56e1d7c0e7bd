//! OAuth 1.0a (RFC 5849) towards providers: three legs to token credentials, and requests signed with them.

mod base_string;
mod client;
mod flow;
mod sign;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use flow::{Begun, Returned, begin, exchange};

use super::{Stamp, oauth2::SetupError};
use crate::domain::{auth::SignatureMethod, credential::Token, resolution::Resolved};

/// The `Authorization` of a request without a form-encoded body.
pub fn authorization(
    method: SignatureMethod,
    resolved: &Resolved,
    token: &Token,
    (http_method, url): (&str, &Url),
    stamp: &Stamp,
) -> Result<SecretString, SetupError> {
    let client = client::Client::new(method, resolved)?;
    let none = SecretString::default();
    let token = (token.access_token.expose_secret(), token.token_secret.as_ref().unwrap_or(&none));
    Ok(client.signer(Some(token)).authorization(http_method, url, &[], stamp))
}

#[cfg(test)]
mod tests;
