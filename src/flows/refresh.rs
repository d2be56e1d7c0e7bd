//! A token that is alive: exactly one refresh for an expired one, however many readers and processes wait for it.
//!
//! Within a process readers share one task; between processes a lease row with a fence decides. The whole policy is issue work to come.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use serde_json::json;

use super::{Broken, Context, requirement::Requirement};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        auth::{Grant, OAuth2},
        connection::Connection,
        credential::Token,
        ids::ConnectionId,
        reason::Reason,
    },
    providers::{
        self,
        oauth2::{GrantError, Granted},
    },
};

/// Longer than the provider's deadline of 15 s, so that a lease is never lost to a slow answer.
const LEASE_SECONDS: i64 = 60;
/// A token this close to its end is refreshed before it is handed out.
const MARGIN_SECONDS: i64 = 10;
const POLL: Duration = Duration::from_millis(50);
const POLLS: u32 = 400;

#[derive(Clone, Debug)]
pub enum NotLive {
    /// Only a person can help.
    NeedsReconnect(Reason),
    Unavailable {
        reason: Reason,
        retry_after_seconds: i64,
    },
}

impl NotLive {
    pub const fn reason(&self) -> Reason {
        match self {
            Self::NeedsReconnect(reason) | Self::Unavailable { reason, .. } => *reason,
        }
    }
}

/// `Err` text: we are broken; every waiter hears the same.
type Outcome = Result<Result<(), NotLive>, Arc<Broken>>;

/// The refreshes going on in this process.
#[derive(Default)]
pub struct InFlight(Mutex<HashMap<ConnectionId, Shared<BoxFuture<'static, Outcome>>>>);

/// The requirement with a token that may be handed out; unchanged where none is needed.
pub(super) async fn live(context: &Context, requirement: Requirement) -> Result<Result<Requirement, NotLive>, Broken> {
    if requirement.connection_type()?.auth().oauth2().is_none() || !is_due(context, &requirement) {
        return Ok(Ok(requirement));
    }
    let still_valid = has_valid_token(context, &requirement);
    match wait_for_refresh(context, &requirement.connection).await.map_err(|broken| Broken::Inconsistent(broken.to_string()))? {
        Ok(()) => reload(context, &requirement).await.map(Ok),
        // A token that is still valid is never withheld because a refresh failed.
        Err(_) if still_valid => Ok(Ok(requirement)),
        Err(not_live) => Ok(Err(not_live)),
    }
}

/// Refreshes whether or not the token is due.
pub async fn force(
    context: &Context,
    scope: Scope,
    id: crate::domain::ids::InstanceId,
    slot: &str,
) -> Result<Option<Result<(), NotLive>>, Broken> {
    let Some(requirement) = context.find_requirement(scope, id, slot).await? else { return Ok(None) };
    if requirement.connection_type()?.auth().oauth2().is_none() {
        return Ok(Some(Ok(())));
    }
    if requirement.credential.token.is_none() && requirement.needs_consent()? {
        return Ok(Some(Err(NotLive::NeedsReconnect(Reason::AuthNeedsReconnect))));
    }
    let serves_without_refresh = requirement
        .credential
        .token
        .as_ref()
        .is_some_and(|token| token.refresh_token.is_none() && token.meta.expires_at.is_none_or(|end| end > context.now()));
    if requirement.needs_consent()? && serves_without_refresh {
        // There is nothing to refresh it with, but it serves until its end: asking must not end it.
        return Ok(Some(Err(NotLive::NeedsReconnect(Reason::AuthNeedsReconnect))));
    }
    wait_for_refresh(context, &requirement.connection).await.map(Some).map_err(|broken| Broken::Inconsistent(broken.to_string()))
}

/// By its own word: a token without an end says nothing about itself.
pub(super) fn has_valid_token(context: &Context, requirement: &Requirement) -> bool {
    requirement.credential.token.as_ref().is_some_and(|token| token.meta.expires_at.is_some_and(|end| end > context.now()))
}

fn is_due(context: &Context, requirement: &Requirement) -> bool {
    match &requirement.credential.token {
        None => true,
        Some(token) => token.meta.expires_at.is_some_and(|end| end <= context.now().plus_seconds(MARGIN_SECONDS)),
    }
}

async fn reload(context: &Context, requirement: &Requirement) -> Result<Requirement, Broken> {
    let found = context.store().read().connections().find(Scope::Organization, requirement.connection.id).await?;
    let connection = found.ok_or_else(|| Broken::Inconsistent("a connection went away while it was refreshed".into()))?;
    let credential = context.vault().open_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &connection.credential)?;
    Ok(Requirement {
        slot: requirement.slot.clone(),
        connector: Arc::clone(&requirement.connector),
        connector_version: requirement.connector_version,
        type_ref: requirement.type_ref.clone(),
        connection,
        credential,
        draft: requirement.draft.clone(),
        layers: requirement.layers.clone(),
    })
}

/// Joins the refresh that is going on, or starts one in a task of its own: a reader who goes away cancels nothing.
async fn wait_for_refresh(context: &Context, connection: &Connection) -> Outcome {
    let id = connection.id;
    let shared = {
        let mut in_flight = context.in_flight().0.lock().unwrap_or_else(PoisonError::into_inner);
        match in_flight.get(&id) {
            Some(shared) => shared.clone(),
            None => {
                let (task_context, seen) = (context.clone(), connection.clone());
                let task = tokio::spawn(async move {
                    let outcome = refresh_one(&task_context, seen).await.map_err(Arc::new);
                    task_context.in_flight().0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                    outcome
                });
                let joined = async move {
                    task.await.unwrap_or_else(|e| Err(Arc::new(Broken::Inconsistent(format!("a refresh ended early: {e}")))))
                };
                let shared = joined.boxed().shared();
                in_flight.insert(id, shared.clone());
                shared
            }
        }
    };
    shared.await
}

/// `seen`: the row as the caller read it; a row that has a later token by now needs nothing more.
async fn refresh_one(context: &Context, seen: Connection) -> Result<Result<(), NotLive>, Broken> {
    let owner = uuid::Uuid::from_bytes(context.random_bytes()).to_string();
    for _ in 0..POLLS {
        let Some(fresh) = context.store().read().connections().find(Scope::Organization, seen.id).await? else {
            return Ok(Err(NotLive::NeedsReconnect(Reason::AuthNeedsReconnect)));
        };
        if let Some(reason) = fresh.state.reason().filter(|_| !fresh.state.is_connected() && fresh.credential.token.is_none()) {
            return Ok(Err(NotLive::NeedsReconnect(reason)));
        }
        let obtained = |c: &Connection| c.credential.token.as_ref().map(|t| t.obtained_at);
        if obtained(&fresh) > obtained(&seen) {
            return Ok(Ok(()));
        }
        match context.store().begin().await {
            Ok(mut work) => {
                let fence = work.connections().claim_lease(seen.id, &owner, LEASE_SECONDS).await?.map(|lease| lease.fence);
                work.commit().await?;
                if let Some(fence) = fence {
                    return under_lease(context, seen.id, obtained(&seen), fence).await;
                }
            }
            Err(error) => return Err(error.into()),
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(Err(NotLive::Unavailable { reason: Reason::Timeout, retry_after_seconds: 30 }))
}

async fn under_lease(
    context: &Context,
    id: ConnectionId,
    seen: Option<crate::domain::time::Timestamp>,
    fence: i64,
) -> Result<Result<(), NotLive>, Broken> {
    let outcome = exchange(context, id, seen, fence).await;
    if !matches!(outcome, Ok(Ok(()))) {
        let mut work = context.store().begin().await?;
        work.connections().release_lease(id, fence, false).await?;
        work.commit().await?;
    }
    outcome
}

async fn exchange(
    context: &Context,
    id: ConnectionId,
    seen: Option<crate::domain::time::Timestamp>,
    fence: i64,
) -> Result<Result<(), NotLive>, Broken> {
    let Some(requirement) = requirement_by_id(context, id).await? else {
        return Ok(Err(NotLive::NeedsReconnect(Reason::AuthNeedsReconnect)));
    };
    let Some(oauth2) = requirement.connection_type()?.auth().oauth2().cloned() else { return Ok(Ok(())) };
    if requirement.credential.token.as_ref().map(|t| t.meta.obtained_at) > seen {
        release(context, id, fence).await?;
        return Ok(Ok(()));
    }
    match ask(context, &requirement, &oauth2).await? {
        Ok(granted) => {
            if save(context, &requirement, granted, fence).await? {
                Ok(Ok(()))
            } else {
                Ok(Err(NotLive::Unavailable { reason: Reason::Timeout, retry_after_seconds: 1 }))
            }
        }
        Err(error) if error.ends_the_grant => {
            end_grant(context, &requirement, Reason::AuthNeedsReconnect, fence).await?;
            Ok(Err(NotLive::NeedsReconnect(Reason::AuthNeedsReconnect)))
        }
        Err(error) => Ok(Err(NotLive::Unavailable { reason: error.reason, retry_after_seconds: error.retry_after_seconds.unwrap_or(30) })),
    }
}

async fn requirement_by_id(context: &Context, id: ConnectionId) -> Result<Option<Requirement>, Broken> {
    use crate::domain::connection::ConnectionOwner;
    let Some(connection) = context.store().read().connections().find(Scope::Organization, id).await? else { return Ok(None) };
    let ConnectionOwner::Slot { instance_id, slot, .. } = connection.owner else { return Ok(None) };
    context.find_requirement(Scope::Organization, instance_id, slot.as_str()).await
}

async fn ask(context: &Context, requirement: &Requirement, oauth2: &OAuth2) -> Result<Result<Granted, GrantError>, Broken> {
    let resolved = requirement.resolve()?;
    let now = context.now();
    Ok(match (oauth2.grant, &requirement.credential.token) {
        (Grant::ClientCredentials, _) => providers::oauth2::client_credentials(context.outbound(), oauth2, &resolved, now).await,
        (Grant::AuthorizationCode, Some(Token { refresh_token: Some(refresh_token), meta, .. })) => {
            providers::oauth2::refresh(context.outbound(), oauth2, &resolved, refresh_token, meta, now).await
        }
        (Grant::AuthorizationCode, _) => {
            Err(GrantError { reason: Reason::AuthNeedsReconnect, ends_the_grant: true, retry_after_seconds: None, provider_error: None })
        }
    })
}

/// `false`: the lease passed to someone else meanwhile; what they saved counts. A person who saved inputs meanwhile does not
/// cost us the new token: their row is read again and the token put into it.
async fn save(context: &Context, requirement: &Requirement, granted: Granted, fence: i64) -> Result<bool, Broken> {
    let mut token = granted.token;
    if token.refresh_token.is_none() {
        token.refresh_token = requirement.credential.token.as_ref().and_then(|old| old.refresh_token.clone());
        token.meta.has_refresh_token = token.refresh_token.is_some();
    }
    let mut connection = requirement.connection.clone();
    for _ in 0..5 {
        let (owner, row) = (connection.owner.owner_uuid(), connection.id.as_uuid());
        let mut credential = context.vault().open_credential(owner, row, &connection.credential)?;
        credential.token = Some(token.clone());
        let sealed = context.vault().seal_credential(owner, row, &credential, &connection.credential);
        connection = connection.renew(sealed, context.now());
        connection.context.extend(granted.context.clone());
        if write(context, &connection, AuditAction::ConnectionRefreshed, json!({}), fence).await? {
            return Ok(true);
        }
        match context.store().read().connections().find(Scope::Organization, connection.id).await? {
            Some(fresh) if fresh.revision != connection.revision => connection = fresh,
            _ => return Ok(false),
        }
    }
    Ok(false)
}

async fn end_grant(context: &Context, requirement: &Requirement, reason: Reason, fence: i64) -> Result<bool, Broken> {
    let connection = requirement.connection.clone().require_reconnect(reason, context.now());
    write(context, &connection, AuditAction::ConnectionNeedsReconnect, json!({"reason": reason}), fence).await
}

async fn write(
    context: &Context,
    connection: &Connection,
    action: AuditAction,
    detail: serde_json::Value,
    fence: i64,
) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    if !work.connections().save_leased(connection, fence).await? {
        return Ok(false);
    }
    context.record(&mut work, &context.connection_event(&Actor::System, action, connection, detail)).await?;
    work.commit().await?;
    Ok(true)
}

async fn release(context: &Context, id: ConnectionId, fence: i64) -> Result<(), Broken> {
    let mut work = context.store().begin().await?;
    work.connections().release_lease(id, fence, false).await?;
    Ok(work.commit().await?)
}
