//! A token that is alive: fresh → due → leased → saved, or tried again later, or a person is needed. `docs/refresh.md` has the table.
//!
//! Readers of one process share one task (`shared`); between processes a lease row with a fence decides (`leased`). What a
//! provider gave is handed out only once it is saved (`persist`, `unsaved`). `due` is what the worker calls.

mod due;
mod leased;
mod persist;
mod print;
mod shared;
mod unsaved;

use super::{Broken, Context, requirement::Requirement};
use crate::domain::{
    access::Scope,
    connection::{ConnectionRef, ConnectionState},
    reason::Reason,
    refresh::Refresh,
};
use print::Print;

pub use due::{claim_due, due_connectors, renew, warn_of_ends};
pub use shared::{InFlight, finish_begun};
pub use unsaved::{Unsaved, key_ids as unsaved_key_ids, restore, rewrap as rewrap_unsaved, settle};

#[derive(Clone, Debug)]
pub enum NotLive {
    /// Only a person can help.
    NeedsReconnect(Reason),
    Unavailable {
        reason: Reason,
        retry_after_seconds: i64,
    },
    /// The provider gave a new token; until it is saved nobody gets it.
    Unsaved,
}

impl NotLive {
    /// `None`: the provider did its part.
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::NeedsReconnect(reason) | Self::Unavailable { reason, .. } => Some(*reason),
            Self::Unsaved => None,
        }
    }
}

/// The requirement with a token that may be handed out; unchanged where none is needed.
pub(super) async fn live(context: &Context, requirement: Requirement) -> Result<Result<Requirement, NotLive>, Broken> {
    if requirement.connection_type()?.auth().oauth2().is_none() || !is_due(context, &requirement) {
        return Ok(Ok(requirement));
    }
    let renewed = match backing_off(context, requirement.connection.refresh) {
        Some(unavailable) => Err(unavailable),
        None => match shared::refresh(context, &requirement, false).await {
            Ok(renewed) => renewed,
            Err(broken) if has_valid_token(context, &requirement) => {
                tracing::error!(connection = %requirement.connection.id, error = %broken, "a token could not be refreshed; it still serves");
                return Ok(Ok(requirement));
            }
            Err(broken) => return Err(broken),
        },
    };
    match renewed {
        Ok(()) => reload(context, requirement).await,
        // A token that is still valid is never withheld because a refresh failed.
        Err(_) if has_valid_token(context, &requirement) => Ok(Ok(requirement)),
        Err(not_live) => Ok(Err(not_live)),
    }
}

/// Refreshes whether or not the token is due, and however lately it failed.
pub async fn force(context: &Context, scope: Scope, at: &ConnectionRef) -> Result<Option<Result<(), NotLive>>, Broken> {
    let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(None) };
    if requirement.connection_type()?.auth().oauth2().is_none() {
        return Ok(Some(Ok(())));
    }
    let token = requirement.credential.token.as_ref();
    let serves_until_its_end =
        token.is_some_and(|token| token.refresh_token.is_none() && token.meta.expires_at.is_none_or(|end| end > context.now()));
    // There is nothing to refresh with; and what still serves must not be ended by asking.
    if requirement.needs_consent()? && (token.is_none() || serves_until_its_end) {
        return Ok(Some(Err(NotLive::NeedsReconnect(Reason::AuthNeedsReconnect))));
    }
    shared::refresh(context, &requirement, true).await.map(Some)
}

/// By its own word: a token without an end says nothing about itself.
pub(super) fn has_valid_token(context: &Context, requirement: &Requirement) -> bool {
    requirement.credential.token.as_ref().is_some_and(|token| token.meta.expires_at.is_some_and(|end| end > context.now()))
}

fn is_due(context: &Context, requirement: &Requirement) -> bool {
    match &requirement.credential.token {
        None => true,
        Some(token) => token.meta.is_about_to_end(context.now()),
    }
}

fn backing_off(context: &Context, refresh: Refresh) -> Option<NotLive> {
    let now = context.now();
    let until = refresh.backs_off_until(now)?;
    Some(NotLive::Unavailable { reason: refresh.reason()?, retry_after_seconds: now.seconds_until(until).max(1) })
}

/// What was saved meanwhile, by whomever.
async fn reload(context: &Context, requirement: Requirement) -> Result<Result<Requirement, NotLive>, Broken> {
    let found = context.store().read().connections().find(Scope::Organization, requirement.connection.id).await?;
    let connection = found.ok_or_else(|| Broken::Inconsistent("a connection went away while it was refreshed".into()))?;
    let credential = context.open(&connection)?;
    let renewed = Requirement { connection, credential, ..requirement };
    // The grant may have ended while others asked for it.
    Ok(match renewed.connection.state {
        ConnectionState::NeedsReconnecting(reason) if !has_valid_token(context, &renewed) => Err(NotLive::NeedsReconnect(reason)),
        _ if renewed.credential.token.is_none() => Err(NotLive::NeedsReconnect(Reason::AuthNeedsReconnect)),
        _ => Ok(renewed),
    })
}
