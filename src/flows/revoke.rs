//! Taking a grant back at the provider (RFC 7009), and putting on record how that went.

use serde_json::json;

use super::{Broken, Context, requirement::Requirement};
use crate::{
    domain::{access::Actor, audit::AuditAction, auth::OAuth2, credential::Token, resolution::Resolved},
    providers::{self, oauth2::Revocation},
};

/// `resolved`: the values that the token was obtained with. Never before our own copy is gone: a token that the provider has
/// ended must not be found here as if it were good.
pub(super) async fn revoke_and_record(
    context: &Context,
    actor: &Actor,
    requirement: &Requirement,
    resolved: &Resolved,
    token: &Token,
) -> Result<Revocation, Broken> {
    let revocation = match requirement.connection_type()?.auth().oauth2() {
        Some(oauth2) => revoke(context, oauth2, resolved, token).await,
        None => Revocation::NotSupported,
    };
    let (outcome, reason) = revocation.parts();
    let detail = json!({"slot": requirement.slot.key, "outcome": outcome, "reason": reason});
    let mut work = context.store().begin().await?;
    context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionRevocation, &requirement.connection, detail)).await?;
    work.commit().await?;
    Ok(revocation)
}

/// The refresh token first: it is the grant (RFC 7009 §2.1). One that could not be asked for the first is not kept waiting with
/// the second.
async fn revoke(context: &Context, oauth2: &OAuth2, resolved: &Resolved, token: &Token) -> Revocation {
    let ask = |secret, hint| async move {
        providers::oauth2::revoke(context.outbound(), oauth2, resolved, (secret, hint), &context.stamp()).await
    };
    let of_grant = match &token.refresh_token {
        Some(refresh_token) => ask(refresh_token, "refresh_token").await,
        None => Revocation::NotSupported,
    };
    if matches!(of_grant, Revocation::Failed(_)) {
        return of_grant;
    }
    match ask(&token.access_token, "access_token").await {
        Revocation::NotSupported => of_grant,
        of_access => of_access,
    }
}
