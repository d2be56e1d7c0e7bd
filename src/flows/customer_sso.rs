//! A customer's own single sign-on, as an org admin sets it up for them.

use secrecy::SecretString;
use serde_json::json;

use super::{Broken, Context};
use crate::domain::{
    access::Actor,
    audit::AuditAction,
    credential::SecretField,
    customer_user::CustomerRole,
    ids::CustomerId,
    sso::{CustomerSso, domain_of},
};

/// As typed.
pub struct Wanted<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    /// `None` keeps the one that is saved.
    pub client_secret: Option<SecretString>,
    pub domain: &'a str,
    pub default_role: CustomerRole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Done,
    /// No address, or one that is never called.
    Issuer,
    ClientId,
    /// There is none to keep.
    ClientSecret,
    Domain,
    /// Another customer's users come with it.
    DomainTaken,
}

pub async fn save(context: &Context, actor: &Actor, customer: CustomerId, wanted: Wanted<'_>) -> Result<Saved, Broken> {
    let issuer = wanted.issuer.trim();
    if issuer.is_empty() || context.outbound().refuses(issuer).is_some() {
        return Ok(Saved::Issuer);
    }
    if wanted.client_id.trim().is_empty() {
        return Ok(Saved::ClientId);
    }
    let Some(domain) = domain_of(&format!("@{}", wanted.domain.trim().trim_start_matches('@'))).filter(|domain| is_domain(domain)) else {
        return Ok(Saved::Domain);
    };
    let before = context.store().read().customer_sso().find(customer).await?;
    let revision = before.as_ref().map_or(0, |before| before.revision) + 1;
    let id = customer.as_uuid();
    let client_secret = match (wanted.client_secret, &before) {
        (Some(secret), _) => context.vault().seal(context.vault().place(id, id, SecretField::SsoSecret, revision), &secret),
        (None, Some(before)) => before.client_secret.clone(),
        (None, None) => return Ok(Saved::ClientSecret),
    };
    let sso = CustomerSso {
        customer_id: customer,
        issuer: issuer.to_owned(),
        client_id: wanted.client_id.trim().to_owned(),
        client_secret,
        domain,
        default_role: wanted.default_role,
        revision,
    };
    let mut work = context.store().begin().await?;
    if !work.customer_sso().save(&sso, context.now()).await? {
        return Ok(Saved::DomainTaken);
    }
    let detail = json!({"issuer": sso.issuer, "domain": sso.domain, "default_role": sso.default_role});
    context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerSsoSaved, customer, detail)).await?;
    work.commit().await?;
    Ok(Saved::Done)
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && text.len() <= 253 && text.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
}

/// False: there is none.
pub async fn remove(context: &Context, actor: &Actor, customer: CustomerId) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    if !work.customer_sso().delete(customer).await? {
        return Ok(false);
    }
    context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerSsoRemoved, customer, json!({}))).await?;
    work.commit().await?;
    Ok(true)
}
