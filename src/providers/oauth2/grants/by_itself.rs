//! Tokens that nobody consents to: the client's own (RFC 6749 §4.4), and one for an assertion that we sign (RFC 7523 §2.1).

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::{Answer, client_credentials, granted};
use crate::{
    domain::{
        auth::{Grant, OAuth2},
        reason::Reason,
        resolution::Resolved,
    },
    providers::{
        Outbound, Stamp,
        oauth2::{
            Client, GrantError, Granted, SetupError, assertion,
            endpoint::{self, Endpoint},
            normalise::Normal,
            refusal::{self, GrantKind},
        },
    },
};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Of a grant that needs no consent; one that does has nothing to ask with.
pub async fn obtain(out: &dyn Outbound, oauth2: &OAuth2, resolved: &Resolved, stamp: &Stamp) -> Result<Granted, GrantError> {
    let mut granted = match oauth2.grant {
        Grant::ClientCredentials => client_credentials(out, oauth2, resolved, stamp).await?,
        Grant::JwtBearer => jwt_bearer(out, oauth2, resolved, stamp).await?,
        Grant::AuthorizationCode => return Err(GrantError { ends_the_grant: true, ..Reason::AuthNeedsReconnect.into() }),
    };
    granted.token.meta.is_free_to_renew = true;
    Ok(granted)
}

/// The client proves itself besides only where it has something to prove itself with: the assertion says already who asks.
async fn jwt_bearer(out: &dyn Outbound, oauth2: &OAuth2, resolved: &Resolved, stamp: &Stamp) -> Result<Granted, GrantError> {
    let client = Client::new(oauth2, resolved)?;
    let assertion = oauth2.assertion.as_ref().ok_or(SetupError::Missing("assertion"))?;
    let signed = assertion::grant(&client, assertion, stamp)?;
    let text = |text: &str| Zeroizing::new(text.to_owned());
    let mut pairs = vec![("grant_type".to_owned(), text(JWT_BEARER)), ("assertion".to_owned(), text(signed.expose_secret()))];
    if client.proves_itself() {
        pairs.extend(endpoint::identity(&client));
    }
    let endpoint = Endpoint { out, client: &client, stamp };
    match endpoint.ask(client.token_url()?, pairs, client.basic_authorization().is_some()).await? {
        Normal::Token(members) => {
            let answer: Answer = serde_json::from_value(members.into()).map_err(|_| Reason::ProviderUnexpected)?;
            Ok(granted(answer, client.scopes(), stamp.now))
        }
        Normal::Refusal(code) => Err(refusal::by_code(&client, &code, GrantKind::ByItself)),
    }
}
