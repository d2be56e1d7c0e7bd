//! Single sign-on: begun here, signed on at the provider, and back once to the browser that began it.
//!
//! What ties the answer to the question (verifier, nonce) is derived from the `state` and kept nowhere.

mod people;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use super::{Broken, Context};
use crate::{
    domain::{
        credential::SecretField,
        ids::{CustomerId, CustomerUserId, UserId},
        sso::{OrgSsoPolicy, domain_of},
        user::normal_email,
    },
    providers::oidc::{self, SsoClient, Ties},
    store::SsoClaim,
    vault::digest,
};

/// The organization's own provider, by its settings.
pub struct OrgSso {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: SecretString,
    pub policy: OrgSsoPolicy,
}

/// The one address to register with a provider.
pub const CALLBACK: &str = "/sso/callback";

struct Provider {
    issuer: String,
    client_id: String,
    client_secret: SecretString,
}

impl Context {
    fn provider(&self) -> Option<Provider> {
        let OrgSso { issuer, client_id, client_secret, .. } = self.org_sso()?;
        Some(Provider { issuer: issuer.clone(), client_id: client_id.clone(), client_secret: client_secret.clone() })
    }

    async fn provider_of(&self, customer: CustomerId) -> Result<Option<Provider>, Broken> {
        let Some(sso) = self.store().read().customer_sso().find(customer).await? else { return Ok(None) };
        let (id, revision) = (customer.as_uuid(), sso.client_secret.revision());
        let place = self.vault().place(id, id, SecretField::SsoSecret, revision);
        let client_secret = self.vault().open(&place, &sso.client_secret)?;
        Ok(Some(Provider { issuer: sso.issuer, client_id: sso.client_id, client_secret }))
    }

    fn ties(&self, state: SecretString) -> Ties {
        let derived = self.vault().ring().derive(&format!("single sign-on {}", state.expose_secret()));
        let (verifier, nonce) = derived.split_at(32);
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        Ties { state, nonce: text(nonce), verifier: SecretString::from(text(verifier)) }
    }
}

pub enum Begun {
    /// Where to send the browser.
    At(String),
    /// No provider is set up, or the address is of nobody's domain.
    NoProvider,
    /// The provider does not answer, or not as one.
    Unavailable,
}

/// An org user's. `again`: the proof is to be a new one.
pub async fn begin(context: &Context, browser_hash: &[u8; 32], again: bool) -> Result<Begun, Broken> {
    match context.provider() {
        Some(provider) => begin_at(context, &provider, browser_hash, None, again).await,
        None => Ok(Begun::NoProvider),
    }
}

/// A customer user's, found by the domain of their address.
pub async fn begin_customer(context: &Context, browser_hash: &[u8; 32], email: &str) -> Result<Begun, Broken> {
    let Some(domain) = domain_of(&normal_email(email)) else { return Ok(Begun::NoProvider) };
    let Some(sso) = context.store().read().customer_sso().find_by_domain(&domain).await? else { return Ok(Begun::NoProvider) };
    match context.provider_of(sso.customer_id).await? {
        Some(provider) => begin_at(context, &provider, browser_hash, Some(sso.customer_id), false).await,
        None => Ok(Begun::NoProvider),
    }
}

async fn begin_at(
    context: &Context,
    provider: &Provider,
    browser_hash: &[u8; 32],
    customer: Option<CustomerId>,
    again: bool,
) -> Result<Begun, Broken> {
    let metadata = match context.discovery().metadata(context.outbound(), &provider.issuer, context.now()).await {
        Ok(metadata) => metadata,
        Err(error) => {
            tracing::warn!(%error, "single sign-on could not begin");
            return Ok(Begun::Unavailable);
        }
    };
    let ties = context.ties(context.random_token());
    let redirect_uri = context.absolute(CALLBACK);
    let challenge = digest::hash(ties.verifier.expose_secret());
    let url = match oidc::authorize_url(&metadata, &provider.client(&redirect_uri), &ties, &challenge, again) {
        Ok(url) => url,
        Err(error) => {
            tracing::warn!(%error, "single sign-on could not begin");
            return Ok(Begun::Unavailable);
        }
    };
    let mut work = context.store().begin().await?;
    let state_hash = digest::hash(ties.state.expose_secret());
    work.sso_attempts().insert(&state_hash, browser_hash, customer, context.now()).await?;
    work.commit().await?;
    Ok(Begun::At(url))
}

impl Provider {
    fn client<'a>(&'a self, redirect_uri: &'a str) -> SsoClient<'a> {
        SsoClient { issuer: &self.issuer, client_id: &self.client_id, client_secret: &self.client_secret, redirect_uri }
    }
}

/// What a provider sent the browser back with. Nobody knows yet who wrote it.
#[derive(Debug, Default)]
pub struct Returned {
    pub state: Option<String>,
    pub code: Option<String>,
    /// RFC 9207.
    pub iss: Option<String>,
    pub error: Option<String>,
}

pub enum SignedOn {
    /// `is_fresh`: they proved to the provider just now who they are, and it says so.
    OrgUser {
        id: UserId,
        is_fresh: bool,
    },
    CustomerUser(CustomerUserId),
    /// Not begun here, begun by another browser, used, or too old.
    Unknown,
    /// The person, or the provider, said no. `customer`: where they begin again.
    Denied {
        customer: bool,
    },
    /// Who they are is known, and that they are not let in.
    NotAllowed {
        customer: bool,
    },
    /// The provider did not answer as one.
    Failed {
        customer: bool,
    },
}

pub async fn finish(context: &Context, browser_hash: &[u8; 32], returned: &Returned) -> Result<SignedOn, Broken> {
    let Some(state) = returned.state.as_deref() else { return Ok(SignedOn::Unknown) };
    let mut work = context.store().begin().await?;
    let claim = work.sso_attempts().claim(&digest::hash(state), browser_hash, context.now()).await?;
    let SsoClaim::Claimed(of) = claim else { return Ok(SignedOn::Unknown) };
    work.commit().await?;
    let customer = of.is_some();
    let provider = match of {
        Some(customer) => context.provider_of(customer).await?,
        None => context.provider(),
    };
    let Some(provider) = provider else { return Ok(SignedOn::Failed { customer }) };
    if returned.iss.as_ref().is_some_and(|iss| *iss != provider.issuer) {
        return Ok(SignedOn::Failed { customer });
    }
    let Some(code) = returned.code.as_deref().filter(|_| returned.error.is_none()) else { return Ok(SignedOn::Denied { customer }) };
    let redirect_uri = context.absolute(CALLBACK);
    let ties = context.ties(SecretString::from(state));
    let identified = match context.discovery().metadata(context.outbound(), &provider.issuer, context.now()).await {
        Ok(metadata) => oidc::identify(context.outbound(), &metadata, &provider.client(&redirect_uri), code, &ties, context.now()).await,
        Err(error) => Err(error.into()),
    };
    let claims = match identified {
        Ok(claims) => claims,
        Err(error) => {
            tracing::warn!(%error, "single sign-on did not come about");
            return Ok(SignedOn::Failed { customer });
        }
    };
    match of {
        None => people::org_user(context, provider.issuer, claims).await,
        Some(id) => people::customer_user(context, id, provider.issuer, claims).await,
    }
}
