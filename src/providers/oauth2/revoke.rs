//! Token revocation (RFC 7009), posted by hand: the oauth2 crate refuses http even to an allowed private host.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    Client, GrantError,
    endpoint::{self, Endpoint},
    refusal,
};
use crate::{
    domain::{auth::OAuth2, reason::Reason, resolution::Resolved},
    providers::{Outbound, Stamp},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// Also when the provider no longer knew the token (RFC 7009 §2.2).
    Revoked,
    /// The connection type has no `revoke_url`, or the provider does not revoke this kind of token.
    NotSupported,
    Failed(Reason),
}

impl Revocation {
    /// `revoked`, `not_supported` or `failed`, and why.
    pub const fn parts(self) -> (&'static str, Option<Reason>) {
        match self {
            Self::Revoked => ("revoked", None),
            Self::NotSupported => ("not_supported", None),
            Self::Failed(reason) => ("failed", Some(reason)),
        }
    }
}

/// `hint`: `access_token` or `refresh_token` (RFC 7009 §2.1).
pub async fn revoke(
    out: &dyn Outbound,
    oauth2: &OAuth2,
    resolved: &Resolved,
    (token, hint): (&SecretString, &str),
    stamp: &Stamp,
) -> Revocation {
    match attempt(out, oauth2, resolved, (token, hint), stamp).await {
        Ok(revocation) => revocation,
        Err(error) => Revocation::Failed(error.reason),
    }
}

async fn attempt(
    out: &dyn Outbound,
    oauth2: &OAuth2,
    resolved: &Resolved,
    (token, hint): (&SecretString, &str),
    stamp: &Stamp,
) -> Result<Revocation, GrantError> {
    let client = Client::new(oauth2, resolved)?;
    let Some(url) = client.revoke_url()? else { return Ok(Revocation::NotSupported) };
    let text = |text: &str| Zeroizing::new(text.to_owned());
    let mut pairs = vec![("token".to_owned(), text(token.expose_secret())), ("token_type_hint".to_owned(), text(hint))];
    pairs.extend(endpoint::identity(&client));
    let endpoint = Endpoint { out, client: &client, stamp };
    let response = endpoint::post(&endpoint, url, pairs, client.basic_authorization().is_some()).await?;
    Ok(match response.status {
        200..300 => Revocation::Revoked,
        405 | 501 => Revocation::NotSupported,
        400 | 401 | 403 => refused(&client, &response.body),
        status => Revocation::Failed(refusal::of_status(status)),
    })
}

fn refused(client: &Client<'_>, body: &[u8]) -> Revocation {
    let answer: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    match answer.as_ref().and_then(|answer| answer.get("error")).and_then(|code| code.as_str()) {
        Some("unsupported_token_type") => Revocation::NotSupported,
        Some("invalid_token") => Revocation::Revoked,
        Some(code) => match refusal::by_code(client, code, refusal::GrantKind::Refresh) {
            GrantError { ends_the_grant: true, .. } => Revocation::Revoked,
            error => Revocation::Failed(error.reason),
        },
        None => Revocation::Failed(Reason::ProviderUnexpected),
    }
}
