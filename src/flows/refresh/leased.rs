//! Under the lease: the provider is asked once, and what came of it is written under the fence.

use serde_json::json;

use super::{
    NotLive, Print,
    persist::{self, Answer},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        auth::OAuth2,
        connection::Connection,
        credential::Token,
        ids::ConnectionId,
        reason::Reason,
        refresh::LEASE_SECONDS,
    },
    flows::{
        Broken, Context,
        equip::{ClientOf, Equipped},
        requirement::Requirement,
    },
    providers::{
        self,
        oauth2::{GrantError, Granted},
    },
    store::Lease,
};

pub(super) async fn claim(context: &Context, id: ConnectionId) -> Result<Option<Lease>, Broken> {
    let mut work = context.store().begin().await?;
    let lease = work.connections().claim_lease(id, &owner(context), LEASE_SECONDS).await?;
    work.commit().await?;
    Ok(lease)
}

/// A name for whoever claims; only the fence decides anything.
pub(super) fn owner(context: &Context) -> String {
    uuid::Uuid::from_bytes(context.random_bytes()).to_string()
}

/// `seen`: the token for which a new one is wanted; `None`: whichever the row holds.
pub(super) async fn refresh(context: &Context, lease: Lease, seen: Option<Print>) -> Result<Result<(), NotLive>, Broken> {
    let outcome = match requirement_by_id(context, lease.id).await {
        Ok(Some(requirement)) => exchange(context, &requirement, lease, seen).await,
        Ok(None) => Err(Broken::Inconsistent(format!("connection {} has nothing left that it could be refreshed by", lease.id))),
        Err(broken) => Err(broken),
    };
    if outcome.is_err() {
        // We are broken, and may be so for long: it waits its turn like any failure.
        let _also_broken = postpone(context, lease).await;
    }
    outcome
}

async fn exchange(context: &Context, requirement: &Requirement, lease: Lease, seen: Option<Print>) -> Result<Result<(), NotLive>, Broken> {
    let asked_with = Print::of(requirement.credential.token.as_ref());
    let Some(oauth2) = requirement.connection_type()?.auth().oauth2().filter(|_| seen.is_none_or(|seen| seen == asked_with)) else {
        release(context, lease, false).await?;
        return Ok(Ok(()));
    };
    let started_at = context.now();
    let outcome = match ask(context, requirement, oauth2).await? {
        Ok(granted) => persist::keep(context, lease, Answer::new(granted, requirement.credential.token.as_ref())).await,
        Err(error) if error.ends_the_grant => end_grant(context, lease, asked_with, &error).await?,
        Err(error) => Err(retry_later(context, requirement, lease, &error).await?),
    };
    let connector = requirement.type_ref.connector.to_string();
    let seconds = f64::from(u32::try_from(context.now().as_millis() - started_at.as_millis()).unwrap_or(0)) / 1000.0;
    metrics::counter!("jackfield_refreshes_total", "connector" => connector.clone(), "outcome" => label(&outcome)).increment(1);
    metrics::histogram!("jackfield_refresh_seconds", "connector" => connector).record(seconds);
    Ok(outcome)
}

const fn label(outcome: &Result<(), NotLive>) -> &'static str {
    match outcome {
        Ok(()) => "saved",
        Err(NotLive::NeedsReconnect(_)) => "needs_reconnect",
        Err(NotLive::Unavailable { .. }) => "retry",
        Err(NotLive::Unsaved) => "unsaved",
    }
}

pub(super) async fn requirement_by_id(context: &Context, id: ConnectionId) -> Result<Option<Requirement>, Broken> {
    match find(context, id).await? {
        Some(connection) => context.requirement_of(connection).await,
        None => Ok(None),
    }
}

pub(super) async fn find(context: &Context, id: ConnectionId) -> Result<Option<Connection>, Broken> {
    Ok(context.store().read().connections().find(Scope::Organization, id).await?)
}

pub(super) async fn ask(context: &Context, requirement: &Requirement, oauth2: &OAuth2) -> Result<Result<Granted, GrantError>, Broken> {
    let registration = requirement.credential.token.as_ref().and_then(|token| token.meta.registration);
    let equipped = match context.equip(oauth2, requirement.resolve()?, ClientOf::Grant(registration)).await? {
        Ok(equipped) => equipped,
        Err(unequipped) => return Ok(Err(unequipped.reason.into())),
    };
    let Equipped { oauth2, resolved, .. } = &equipped;
    let stamp = context.stamp();
    let answer = match &requirement.credential.token {
        _ if !oauth2.grant.needs_consent() => providers::oauth2::obtain(context.outbound(), oauth2, resolved, &stamp).await,
        Some(Token { refresh_token: Some(refresh_token), meta, .. }) => {
            providers::oauth2::refresh(context.outbound(), oauth2, resolved, refresh_token, meta, &stamp).await
        }
        _ => Err(GrantError { reason: Reason::AuthNeedsReconnect, ends_the_grant: true, retry_after_seconds: None, provider_error: None }),
    };
    Ok(match answer {
        // The grant was that client's, and goes with it: only a new consent brings a new one.
        Err(error) if context.retire_refused(&equipped, &error).await? => {
            Err(GrantError { reason: Reason::AuthNeedsReconnect, ends_the_grant: true, ..error })
        }
        answer => answer,
    })
}

/// The provider said that the grant is over. That is the end only while the row still holds what was asked with: another
/// holder, or a person, may have saved a later token meanwhile.
async fn end_grant(context: &Context, lease: Lease, asked_with: Print, error: &GrantError) -> Result<Result<(), NotLive>, Broken> {
    let detail = json!({
        "reason": Reason::AuthNeedsReconnect,
        "error": error.provider_error,
        // An earlier refresh token's answer was lost: a provider that refuses reuse ends the grant for it.
        "outcome_unknown": lease.follows_unanswered,
    });
    for _ in 0..5 {
        let Some(row) = find(context, lease.id).await? else { break };
        if Print::of(context.open(&row)?.token.as_ref()) != asked_with {
            release(context, lease, false).await?;
            return Ok(Ok(()));
        }
        let ended = row.clone().require_reconnect(Reason::AuthNeedsReconnect, context.now());
        if write(context, &ended, AuditAction::ConnectionNeedsReconnect, detail.clone(), lease.fence).await? {
            break;
        }
        if find(context, lease.id).await?.is_some_and(|fresh| fresh.revision == row.revision) {
            // Another holder has the lease by now: what becomes of the grant is theirs to say.
            return Ok(Err(NotLive::Unavailable { reason: Reason::Timeout, retry_after_seconds: 1 }));
        }
    }
    Ok(Err(NotLive::NeedsReconnect(Reason::AuthNeedsReconnect)))
}

/// Anything else passes by itself or is somebody's to mend; the grant lives, and is tried again without end.
async fn retry_later(context: &Context, requirement: &Requirement, lease: Lease, error: &GrantError) -> Result<NotLive, Broken> {
    let (before, now) = (&requirement.connection, context.now());
    let after = before.clone().retry_refresh(error.reason, error.retry_after_seconds, now);
    // It may have been sent and heard; only the answer did not arrive whole.
    let is_unknown = error.provider_error.is_none() && matches!(error.reason, Reason::Timeout | Reason::ProviderUnexpected);
    tracing::warn!(connection = %lease.id, reason = %error.reason, failures = after.refresh.failures(), "a token could not be refreshed");
    let is_noted = if after.state == before.state {
        let mut work = context.store().begin().await?;
        let is_noted = work.connections().retry_later(&after, after.refresh, is_unknown || lease.follows_unanswered, lease.fence).await?;
        work.commit().await?;
        is_noted
    } else {
        let detail = json!({"reason": error.reason, "error": error.provider_error, "refresh": true});
        write(context, &after, AuditAction::ConnectionFailed, detail, lease.fence).await?
    };
    if !is_noted {
        release(context, lease, is_unknown).await?;
    }
    let retry_after_seconds = after.refresh.next_at().map_or(1, |at| now.seconds_until(at).max(1));
    Ok(NotLive::Unavailable { reason: error.reason, retry_after_seconds })
}

async fn postpone(context: &Context, lease: Lease) -> Result<(), Broken> {
    let Some(row) = find(context, lease.id).await? else { return Ok(()) };
    let refresh = row.refresh.retry(Reason::Configuration, None, row.id, context.now());
    let mut work = context.store().begin().await?;
    if !work.connections().retry_later(&row, refresh, true, lease.fence).await? {
        work.connections().release_lease(lease.id, lease.fence, true).await?;
    }
    Ok(work.commit().await?)
}

/// False: the row has another revision, or the lease another holder.
pub(super) async fn write(
    context: &Context,
    connection: &Connection,
    action: AuditAction,
    detail: serde_json::Value,
    fence: i64,
) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    if !work.connections().save_leased(context.wrapped(connection)?.as_ref(), fence).await? {
        return Ok(false);
    }
    context.record(&mut work, &context.connection_event(&Actor::System, action, connection, detail)).await?;
    work.commit().await?;
    Ok(true)
}

pub(super) async fn release(context: &Context, lease: Lease, is_unknown: bool) -> Result<(), Broken> {
    let mut work = context.store().begin().await?;
    work.connections().release_lease(lease.id, lease.fence, is_unknown || lease.follows_unanswered).await?;
    Ok(work.commit().await?)
}
