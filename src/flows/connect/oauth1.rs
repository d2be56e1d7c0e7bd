//! OAuth 1.0a's side of connecting (RFC 5849 §2): what is asked before the browser leaves, and what its return is exchanged for.

use secrecy::{ExposeSecret, SecretString};

use super::{CALLBACK_PATH, finish::Callback};
use crate::{
    domain::{auth::SignatureMethod, reason::Reason, resolution::Resolved},
    flows::Context,
    providers::{
        oauth1::{self, Begun, Returned},
        oauth2::{GrantError, Granted},
    },
};

/// The state goes along in the callback's query, as the protocol has none of its own.
pub(super) async fn begin(
    context: &Context,
    method: SignatureMethod,
    resolved: &Resolved,
    state: &SecretString,
) -> Result<Begun, GrantError> {
    let callback = format!("{}?state={}", context.absolute(CALLBACK_PATH), state.expose_secret());
    oauth1::begin(context.outbound(), method, resolved, &callback, &context.stamp()).await
}

/// `secret`: the attempt's. A return without a verifier is a "no": the protocol has no word for it (§2.2).
pub(super) async fn exchange(
    context: &Context,
    method: SignatureMethod,
    resolved: &Resolved,
    secret: Option<&SecretString>,
    callback: &Callback,
) -> Result<Granted, Reason> {
    let (Some(token), Some(verifier), None) = (&callback.oauth_token, &callback.oauth_verifier, &callback.denied) else {
        return Err(Reason::AuthConsentDenied);
    };
    let secret = secret.ok_or(Reason::ProviderUnexpected)?;
    let returned = Returned { token, verifier };
    oauth1::exchange(context.outbound(), method, resolved, secret, returned, &context.stamp()).await.map_err(|error| error.reason)
}
