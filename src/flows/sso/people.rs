//! Which user a single sign-on is of: the one it was of before, the one with its address, or a new one where that is allowed.

use serde_json::json;

use super::SignedOn;
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        customer_user::CustomerUser,
        ids::CustomerId,
        sso::domain_of,
        user::{Identity, OrgUser, normal_email},
    },
    flows::{Broken, Context, customer_users, sign_in},
    providers::oidc::Claims,
};

/// How long ago the proof may be that a user is asked for again.
const FRESH_SECONDS: i64 = 300;

/// The address that a provider vouches for. Where it does not say so, only of a domain that is the provider's own.
fn address(claims: &Claims, is_own: impl Fn(&str) -> bool) -> Option<String> {
    let email = claims.email.as_deref().map(normal_email)?;
    let is_own = domain_of(&email).is_some_and(|domain| is_own(&domain));
    claims.email_verified.unwrap_or(is_own).then_some(email)
}

pub(super) async fn org_user(context: &Context, issuer: String, claims: Claims) -> Result<SignedOn, Broken> {
    let not_allowed = SignedOn::NotAllowed { customer: false };
    let Some(policy) = context.org_sso().map(|sso| &sso.policy) else { return Ok(not_allowed) };
    let is_fresh = claims.signed_on_at.is_some_and(|at| context.now() < at.plus_seconds(FRESH_SECONDS));
    let is_own = |domain: &str| policy.domains.iter().any(|own| own == domain);
    let email = address(&claims, is_own);
    let identity = Identity { issuer, subject: claims.subject };
    let mut work = context.store().begin().await?;
    let found = match work.org_users().find_by_identity(&identity).await? {
        Some(user) => Some(user),
        None => match &email {
            Some(email) => work.org_users().find_by_email(email).await?,
            None => None,
        },
    };
    let user = match found {
        Some(user) if !user.is_enabled() => return Ok(not_allowed),
        Some(user) => {
            if user.identity.as_ref() != Some(&identity) && !work.org_users().set_identity(user.id, &identity).await? {
                return Ok(not_allowed);
            }
            user
        }
        None => {
            let Some(email) = email else { return Ok(not_allowed) };
            let invitation = work.invitations().list_open().await?.into_iter().find(|one| one.email == email && one.is_open(context.now()));
            let allowed = policy.default_role.filter(|_| domain_of(&email).is_some_and(|domain| is_own(&domain)));
            let Some(role) = invitation.as_ref().map(|invitation| invitation.role).or(allowed) else { return Ok(not_allowed) };
            if let Some(invitation) = invitation {
                work.invitations().accept(invitation.id, &invitation.token_hash, context.now()).await?;
            }
            let user = OrgUser { identity: Some(identity), ..sign_in::new_user(context, &email, None, role) };
            if !work.org_users().insert(&user).await?.is_inserted() {
                return Ok(not_allowed);
            }
            let actor = Actor::OrgUser { id: user.id, role };
            let detail = json!({"user": user.id, "role": role, "by": "single_sign_on"});
            context.record(&mut work, &context.event(&actor, AuditAction::OrgUserCreated, detail)).await?;
            user
        }
    };
    sign_in::note(context, &mut work, &user, "single_sign_on").await?;
    work.commit().await?;
    Ok(SignedOn::OrgUser { id: user.id, is_fresh })
}

pub(super) async fn customer_user(context: &Context, customer: CustomerId, issuer: String, claims: Claims) -> Result<SignedOn, Broken> {
    let not_allowed = SignedOn::NotAllowed { customer: true };
    let Some(sso) = context.store().read().customer_sso().find(customer).await? else { return Ok(not_allowed) };
    // Its own people alone, whatever else the provider knows.
    let email = address(&claims, |domain| domain == sso.domain).filter(|email| domain_of(email).as_ref() == Some(&sso.domain));
    let identity = Identity { issuer, subject: claims.subject };
    let mut work = context.store().begin().await?;
    let found = match work.customer_users().find_by_identity(customer, &identity).await? {
        Some(user) => Some(user),
        None => match &email {
            Some(email) => work.customer_users().find_by_email(customer, email).await?,
            None => None,
        },
    };
    let user = match found {
        Some(user) if !user.is_enabled() => return Ok(not_allowed),
        Some(user) => {
            if user.identity.as_ref() != Some(&identity) && !work.customer_users().set_identity(user.id, &identity).await? {
                return Ok(not_allowed);
            }
            user
        }
        None => {
            let Some(email) = email else { return Ok(not_allowed) };
            let name = claims.name.unwrap_or_default();
            let user =
                CustomerUser { identity: Some(identity), ..customer_users::new_user(context, customer, &email, &name, sso.default_role) };
            if !work.customer_users().insert(&user).await?.is_inserted() {
                return Ok(not_allowed);
            }
            let detail = json!({"user": user.id, "role": user.role, "by": "single_sign_on"});
            let actor = customer_users::actor(&user);
            context.record(&mut work, &context.customer_event(&actor, AuditAction::CustomerUserCreated, customer, detail)).await?;
            user
        }
    };
    customer_users::note(context, &mut work, &user, "single_sign_on").await?;
    work.commit().await?;
    Ok(SignedOn::CustomerUser(user.id))
}
