//! The address at the provider to which a person's browser is sent (RFC 6749 §4.1.1, RFC 7636 §4.3).

use std::collections::BTreeMap;

use ::oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, basic::BasicClient};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Client, SetupError};
use crate::domain::{
    auth::{OAuth2, Pkce},
    connection_type::standard,
    resolution::Resolved,
};

/// RFC 7636 §4.1.
const VERIFIER_LENGTH: std::ops::RangeInclusive<usize> = 43..=128;

/// `pkce_verifier`: 43 to 128 characters; not used where the manifest says that the provider knows no PKCE.
pub fn authorize_url(
    oauth2: &OAuth2,
    resolved: &Resolved,
    redirect_uri: &str,
    state: &str,
    pkce_verifier: Option<&SecretString>,
) -> Result<String, SetupError> {
    let client = Client::new(oauth2, resolved)?;
    let mut extra: BTreeMap<String, String> = BTreeMap::new();
    if let Some(scope) = client.scope_parameter() {
        extra.insert(oauth2.scope_parameter.clone(), scope);
    }
    if let Some((challenge, method)) = challenge(oauth2.pkce, pkce_verifier)? {
        extra.insert("code_challenge".to_owned(), challenge);
        extra.insert("code_challenge_method".to_owned(), method.to_owned());
    }
    for (name, template) in &oauth2.authorize_params {
        extra.insert(name.clone(), client.render(template)?);
    }
    let base = client.authorize_url()?;
    let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| SetupError::Missing("redirect_uri"))?;
    let protocol = BasicClient::new(ClientId::new(client.client_id().to_owned()))
        .set_auth_uri(AuthUrl::from_url(without_parameters(base, &extra)))
        .set_redirect_uri(redirect);
    let state = CsrfToken::new(state.to_owned());
    let request = extra.into_iter().fold(protocol.authorize_url(|| state), |request, (name, value)| request.add_extra_param(name, value));
    Ok(request.url().0.into())
}

fn challenge(pkce: Pkce, verifier: Option<&SecretString>) -> Result<Option<(String, &'static str)>, SetupError> {
    let verifier = || {
        let text = verifier.map(ExposeSecret::expose_secret).filter(|text| VERIFIER_LENGTH.contains(&text.len()));
        text.ok_or(SetupError::Missing("pkce_verifier"))
    };
    Ok(match pkce {
        Pkce::None => None,
        Pkce::Plain => Some((verifier()?.to_owned(), "plain")),
        Pkce::S256 => {
            let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier()?.to_owned()));
            Some((challenge.as_str().to_owned(), "S256"))
        }
    })
}

/// Keeps the query that the address has (`?audience=…`), but for what is about to be added:
/// a parameter must not stand there twice (RFC 6749 §3.1).
fn without_parameters(mut url: Url, extra: &BTreeMap<String, String>) -> Url {
    const OF_THE_PROTOCOL: [&str; 4] = ["response_type", standard::CLIENT_ID, "redirect_uri", "state"];
    let is_added = |name: &str| OF_THE_PROTOCOL.contains(&name) || extra.contains_key(name);
    if !url.query_pairs().any(|(name, _)| is_added(&name)) {
        return url;
    }
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(name, _)| !is_added(name)).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    url.query_pairs_mut().clear().extend_pairs(kept);
    url
}
