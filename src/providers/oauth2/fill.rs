//! Which of the standard inputs are open, and what fills them: below every other layer, the provider's own word.

use secrecy::SecretString;

use super::Client;
use crate::domain::{
    auth::{ClientAuth, Grant, OAuth2},
    connection_type::standard,
    key::Key,
    registration::RegistrationPlace,
    resolution::{Layer, Layered, Resolved},
    value::{Given, Value},
};

/// The issuer's text, where one is given.
pub fn issuer(resolved: &Resolved) -> Option<String> {
    resolved.get(standard::ISSUER).filter(|given| !given.is_blank()).map(Given::expose_text)
}

/// An address that this grant needs has no value: the issuer's metadata is worth a request.
pub fn lacks_address(oauth2: &OAuth2, resolved: &Resolved) -> bool {
    let needs_page = oauth2.grant == Grant::AuthorizationCode;
    is_open(resolved, standard::TOKEN_URL)
        || (needs_page && is_open(resolved, standard::AUTHORIZE_URL))
        || (lacks_client(oauth2, resolved) && is_open(resolved, standard::REGISTRATION_URL))
}

/// Nobody gave a `client_id`, and the type registers one.
pub fn lacks_client(oauth2: &OAuth2, resolved: &Resolved) -> bool {
    oauth2.registers && is_open(resolved, standard::CLIENT_ID)
}

/// `None`: an address is missing still.
pub fn registration_place(oauth2: &OAuth2, resolved: &Resolved, redirect_uri: &str) -> Option<RegistrationPlace> {
    let text = |name| resolved.get(name).filter(|given| !given.is_blank()).map(Given::expose_text);
    Some(RegistrationPlace {
        registration_url: text(standard::REGISTRATION_URL)?,
        token_url: text(standard::TOKEN_URL)?,
        redirect_uri: redirect_uri.to_owned(),
        scope: Client::scopes_of(resolved).join(&oauth2.scope_separator),
    })
}

/// The registered client, as if it had been given.
pub fn fill_client(
    oauth2: &mut OAuth2,
    resolved: &mut Resolved,
    client_id: &str,
    secret: Option<SecretString>,
    client_auth: Option<ClientAuth>,
) {
    fill(resolved, standard::CLIENT_ID, Given::Clear(Value::from(client_id)));
    if let Some(secret) = secret {
        fill(resolved, standard::CLIENT_SECRET, Given::Secret(secret));
    }
    if let Some(client_auth) = client_auth.filter(|_| !oauth2.client_auth_is_declared) {
        oauth2.client_auth = client_auth;
    }
}

pub(super) fn fill(resolved: &mut Resolved, name: &'static str, given: Given) {
    if is_open(resolved, name)
        && let Ok(key) = Key::parse(name)
    {
        resolved.values.insert(key, Layered { given, layer: Layer::Provider });
    }
}

/// What has a value, or a template that does not render, is not.
fn is_open(resolved: &Resolved, name: &str) -> bool {
    resolved.get(name).is_none_or(Given::is_blank) && !resolved.uncomputed.contains_key(name)
}
