//! The ways to a token: a code, a refresh token, the client itself (RFC 6749 §4.1.3, §6, §4.4), an assertion.

use std::{collections::BTreeMap, fmt, future::Future};

use ::oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet, ExtraTokenFields, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{
    Client, GrantError, Granted,
    endpoint::Endpoint,
    normalise::REFRESH_EXPIRES_IN,
    refusal::{self, GrantKind},
};
use crate::{
    domain::{
        auth::{ClientAuth, OAuth2, Pkce},
        credential::{Token, TokenMeta},
        reason::Reason,
        resolution::Resolved,
        time::Timestamp,
    },
    providers::{Outbound, Stamp},
};

mod by_itself;
pub(in crate::providers) mod context;

pub use by_itself::obtain;

/// All members that the standard does not name. Without Debug of the values: a provider may put a token anywhere.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct OtherMembers(BTreeMap<String, Value>);
impl ExtraTokenFields for OtherMembers {}
impl fmt::Debug for OtherMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OtherMembers({})", self.0.len())
    }
}

type Answer = StandardTokenResponse<OtherMembers, BasicTokenType>;
type Failure = RequestTokenError<GrantError, BasicErrorResponse>;
type Protocol = ::oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// `redirect_uri`: exactly the one that was sent to `authorize_url`. Scopes that the answer does not name are those asked for.
#[allow(clippy::too_many_arguments, reason = "each is a value of the protocol's own, from a place of its own")]
pub async fn exchange(
    out: &dyn Outbound,
    oauth2: &OAuth2,
    resolved: &Resolved,
    code: &SecretString,
    redirect_uri: &str,
    pkce_verifier: Option<&SecretString>,
    stamp: &Stamp,
) -> Result<Granted, GrantError> {
    let client = Client::new(oauth2, resolved)?;
    let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| Reason::Configuration)?;
    let protocol = protocol(&client, client.token_url()?).set_redirect_uri(redirect);
    let mut request = protocol.exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()));
    if let Some(verifier) = pkce_verifier.filter(|_| oauth2.pkce != Pkce::None) {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()));
    }
    let endpoint = Endpoint { out, client: &client, stamp };
    let answer = told(&client, GrantKind::Code, request.request_async(&endpoint)).await?;
    Ok(granted(oauth2, answer, client.scopes(), stamp.now))
}

/// `previous`: its scopes stay where the answer names none (RFC 6749 §6). `has_refresh_token` stays true without a new
/// one: the old one goes on, and the caller keeps it.
pub async fn refresh(
    out: &dyn Outbound,
    oauth2: &OAuth2,
    resolved: &Resolved,
    refresh_token: &SecretString,
    previous: &TokenMeta,
    stamp: &Stamp,
) -> Result<Granted, GrantError> {
    let client = Client::new(oauth2, resolved)?;
    let protocol = protocol(&client, client.refresh_url()?);
    let old = RefreshToken::new(refresh_token.expose_secret().to_owned());
    let endpoint = Endpoint { out, client: &client, stamp };
    let answer = told(&client, GrantKind::Refresh, protocol.exchange_refresh_token(&old).request_async(&endpoint)).await?;
    let mut granted = granted(oauth2, answer, previous.scopes.clone(), stamp.now);
    let meta = &mut granted.token.meta;
    meta.has_refresh_token = true;
    meta.registration = previous.registration;
    if granted.token.refresh_token.is_none() {
        meta.refresh_expires_at = meta.refresh_expires_at.or(previous.refresh_expires_at);
    }
    Ok(granted)
}

async fn client_credentials(out: &dyn Outbound, oauth2: &OAuth2, resolved: &Resolved, stamp: &Stamp) -> Result<Granted, GrantError> {
    let client = Client::new(oauth2, resolved)?;
    let protocol = protocol(&client, client.token_url()?);
    let mut request = protocol.exchange_client_credentials();
    if let Some(scope) = client.scope_parameter() {
        request = request.add_extra_param(oauth2.scope_parameter.clone(), scope);
    }
    let endpoint = Endpoint { out, client: &client, stamp };
    let answer = told(&client, GrantKind::ByItself, request.request_async(&endpoint)).await?;
    Ok(granted(oauth2, answer, client.scopes(), stamp.now))
}

fn protocol(client: &Client<'_>, token_url: Url) -> Protocol {
    let auth_type = match client.oauth2.client_auth {
        ClientAuth::Body | ClientAuth::ClientSecretJwt | ClientAuth::PrivateKeyJwt => AuthType::RequestBody,
        ClientAuth::Basic | ClientAuth::BasicRaw => AuthType::BasicAuth,
    };
    let protocol = ::oauth2::Client::new(ClientId::new(client.client_id().to_owned()))
        .set_auth_type(auth_type)
        .set_token_uri(TokenUrl::from_url(token_url));
    match client.client_secret() {
        Some(secret) => protocol.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())),
        None => protocol,
    }
}

/// The crate's errors carry raw bodies: none of them gets past here.
async fn told(client: &Client<'_>, kind: GrantKind, answer: impl Future<Output = Result<Answer, Failure>>) -> Result<Answer, GrantError> {
    answer.await.map_err(|failure| match failure {
        RequestTokenError::ServerResponse(refused) => refusal::by_code(client, refused.error().as_ref(), kind),
        RequestTokenError::Request(error) => error,
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Reason::ProviderUnexpected.into(),
    })
}

fn refresh_life(answer: &Answer) -> Option<i64> {
    answer.extra_fields().0.get(REFRESH_EXPIRES_IN).and_then(Value::as_i64)
}

fn granted(oauth2: &OAuth2, answer: Answer, scopes_if_unnamed: Vec<String>, now: Timestamp) -> Granted {
    let access_token = SecretString::from(answer.access_token().secret().as_str());
    let refresh_token = answer.refresh_token().map(|token| SecretString::from(token.secret().as_str()));
    let expires_at = answer.expires_in().map(|life| now.plus_seconds(i64::try_from(life.as_secs()).unwrap_or(i64::MAX)));
    let scopes = answer.scopes().map(|scopes| scopes.iter().map(|scope| scope.to_string()).filter(|s| !s.is_empty()).collect());
    let token_type = answer.token_type().as_ref();
    let token_type = if token_type.eq_ignore_ascii_case("bearer") { "Bearer" } else { token_type }.to_owned();
    let meta = TokenMeta {
        token_type,
        expires_at,
        obtained_at: now,
        scopes: scopes.unwrap_or(scopes_if_unnamed),
        has_refresh_token: refresh_token.is_some(),
        registration: None,
        refresh_expires_at: refresh_life(&answer).map(|seconds| now.plus_seconds(seconds)),
        is_free_to_renew: false,
        given_by: Default::default(),
    };
    let known = [Some(&access_token), refresh_token.as_ref()];
    let context = context::of(&oauth2.captures, answer.extra_fields().0.clone(), known.into_iter().flatten());
    Granted { token: Token { access_token, refresh_token, token_secret: None, meta }, context }
}
