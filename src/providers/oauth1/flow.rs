//! The way to token credentials (RFC 5849 §2): temporary credentials, the resource owner's page, the exchange.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::client::Client;
use crate::{
    domain::{
        auth::SignatureMethod,
        capture::Captures,
        check::Method,
        connection_type::standard,
        credential::{Token, TokenMeta},
        reason::Reason,
        resolution::Resolved,
    },
    providers::{
        Outbound, OutboundRequest, OutboundResponse, Stamp,
        oauth2::{self, GrantError, Granted},
    },
};

const TOKEN_TYPE: &str = "OAuth1";
const TOKEN_MAX_BYTES: usize = 64 * 1024;

/// Temporary credentials at hand: where the browser goes, and what must be kept sealed until it is back.
pub struct Begun {
    pub authorize_url: String,
    pub secret: SecretString,
}

/// `callback`: with the state in its query, as the protocol itself has none.
pub async fn begin(
    out: &dyn Outbound,
    method: SignatureMethod,
    resolved: &Resolved,
    callback: &str,
    stamp: &Stamp,
) -> Result<Begun, GrantError> {
    let client = Client::new(method, resolved)?;
    let mut authorize_url = client.address(standard::AUTHORIZE_URL)?;
    let url = client.address(standard::REQUEST_TOKEN_URL)?;
    let answer = ask(out, &client, None, url, &[("oauth_callback", callback)], stamp).await?;
    let members = accepted(&answer, || client.refused_reason())?;
    // §2.1: without it the provider speaks 1.0, which hands a stranger's consent to whoever began.
    if members.get("oauth_callback_confirmed").is_none_or(|confirmed| confirmed != "true") {
        return Err(Reason::ProviderUnexpected.into());
    }
    let (token, secret) = pair(&members)?;
    authorize_url.query_pairs_mut().append_pair("oauth_token", token);
    let kept = form_urlencoded::Serializer::new(String::new()).append_pair("token", token).append_pair("secret", secret).finish();
    Ok(Begun { authorize_url: authorize_url.into(), secret: SecretString::from(kept) })
}

/// What the provider's redirect brought (§2.2).
pub struct Returned<'a> {
    pub token: &'a str,
    pub verifier: &'a SecretString,
}

/// `secret`: what `begin` gave to be kept.
pub async fn exchange(
    out: &dyn Outbound,
    method: SignatureMethod,
    resolved: &Resolved,
    secret: &SecretString,
    returned: Returned<'_>,
    stamp: &Stamp,
) -> Result<Granted, GrantError> {
    let client = Client::new(method, resolved)?;
    let kept: BTreeMap<String, String> = form_urlencoded::parse(secret.expose_secret().as_bytes()).into_owned().collect();
    let of_kept = |name: &str| kept.get(name).cloned().ok_or(Reason::ProviderUnexpected);
    let (token, token_secret) = (of_kept("token")?, SecretString::from(of_kept("secret")?));
    if returned.token != token {
        return Err(Reason::ProviderUnexpected.into());
    }
    let url = client.address(standard::ACCESS_TOKEN_URL)?;
    let more = [("oauth_verifier", returned.verifier.expose_secret())];
    let answer = ask(out, &client, Some((&token, &token_secret)), url, &more, stamp).await?;
    // The client was known a minute ago: what is refused now is the consent.
    granted(accepted(&answer, || Reason::AuthConsentExpired)?, stamp)
}

async fn ask(
    out: &dyn Outbound,
    client: &Client<'_>,
    token: Option<(&str, &SecretString)>,
    url: Url,
    more: &[(&str, &str)],
    stamp: &Stamp,
) -> Result<OutboundResponse, GrantError> {
    let authorization = client.signer(token).authorization("POST", &url, more, stamp);
    let headers = vec![("authorization".to_owned(), authorization)];
    let request = OutboundRequest { method: Method::Post, url: url.into(), headers, body: None };
    let response = out.send(request).await.map_err(|error| GrantError::from(error.reason()))?;
    oauth2::by_status(&response, stamp.now).map_or(Ok(response), Err)
}

/// A form under any content type; a page is none.
fn accepted(response: &OutboundResponse, refused: impl Fn() -> Reason) -> Result<BTreeMap<String, String>, GrantError> {
    match response.status {
        200..300 => {}
        400 | 401 | 403 => return Err(refused().into()),
        _ => return Err(Reason::ProviderUnexpected.into()),
    }
    let text = std::str::from_utf8(&response.body).map_err(|_| Reason::ProviderUnexpected)?.trim();
    if text.starts_with(['<', '{']) {
        return Err(Reason::ProviderUnexpected.into());
    }
    Ok(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
}

/// Token and secret, fit for a header.
fn pair(members: &BTreeMap<String, String>) -> Result<(&str, &str), GrantError> {
    let fit = |text: &&str| text.len() <= TOKEN_MAX_BYTES && !text.chars().any(char::is_control);
    let token = members.get("oauth_token").map(String::as_str).filter(|token| !token.is_empty()).filter(fit);
    let secret = members.get("oauth_token_secret").map(String::as_str).filter(fit);
    token.zip(secret).ok_or_else(|| Reason::ProviderUnexpected.into())
}

fn granted(mut members: BTreeMap<String, String>, stamp: &Stamp) -> Result<Granted, GrantError> {
    let (access_token, token_secret) = pair(&members).map(|(token, secret)| (SecretString::from(token), SecretString::from(secret)))?;
    members.retain(|name, _| !name.starts_with("oauth_"));
    let others = members.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    let meta = TokenMeta {
        token_type: TOKEN_TYPE.to_owned(),
        expires_at: None,
        obtained_at: stamp.now,
        scopes: Vec::new(),
        has_refresh_token: false,
        refresh_expires_at: None,
        registration: None,
        is_free_to_renew: false,
        given_by: Default::default(),
    };
    let context = oauth2::context::of(&Captures::default(), others, [&access_token, &token_secret].into_iter());
    Ok(Granted { token: Token { access_token, refresh_token: None, token_secret: Some(token_secret), meta }, context })
}
