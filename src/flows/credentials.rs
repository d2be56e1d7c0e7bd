//! What an integration's step reads: opened inputs and a token that is alive, fresh at each read. Writes nothing of its own.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Broken, Context, refresh, requirement::Requirement};
use crate::domain::{
    access::{Actor, Scope},
    audit::AuditAction,
    auth::{Auth, Carried},
    connection::{ConnectionOwner, ConnectionRef, ConnectionState},
    credential::Token,
    ids::ApiKeyId,
    key::Key,
    reason::Reason,
    value::Given,
};

/// Opened. Goes to the caller's answer and nowhere else.
pub struct Opened {
    /// The slot's key; of a reusable connection by itself, its stable key.
    pub slot: Key,
    pub type_ref: String,
    pub inputs: BTreeMap<Key, Given>,
    pub token: Option<Token>,
    /// What a request carries; `None` where the service's requests are signed one by one, or a template lacks a value.
    pub auth: Option<Carried>,
    pub context: BTreeMap<String, serde_json::Value>,
    pub account: Option<String>,
}

pub enum Read {
    Credential(Box<Opened>),
    NotConnected,
    NeedsReconnect(Reason),
    ProviderUnavailable {
        reason: Reason,
        retry_after_seconds: i64,
    },
    /// The provider gave a new token; nobody gets it before it is saved.
    Unsaved,
    NotFound,
}

pub async fn read(context: &Context, scope: Scope, api_key_id: ApiKeyId, at: &ConnectionRef) -> Result<Read, Broken> {
    let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(Read::NotFound) };
    match requirement.state()? {
        ConnectionState::Connected => {}
        // Its refresh failed for good; until its own end the token serves, and there is nothing left to refresh it with.
        ConnectionState::NeedsReconnecting(_) if refresh::has_valid_token(context, &requirement) => {
            return read_out(context, requirement, api_key_id).await;
        }
        ConnectionState::NeedsReconnecting(reason) => return Ok(Read::NeedsReconnect(reason)),
        // Told by a step or found by a check; the values are whole, and the step may want to try them again.
        ConnectionState::NotWorking(_) => {}
        ConnectionState::NotConnected | ConnectionState::Checking => return Ok(Read::NotConnected),
    }
    let requirement = match refresh::live(context, requirement).await? {
        Ok(live) => live,
        Err(refresh::NotLive::NeedsReconnect(reason)) => return Ok(Read::NeedsReconnect(reason)),
        Err(refresh::NotLive::Unavailable { reason, retry_after_seconds }) => {
            return Ok(Read::ProviderUnavailable { reason, retry_after_seconds });
        }
        Err(refresh::NotLive::Unsaved) => return Ok(Read::Unsaved),
    };
    read_out(context, requirement, api_key_id).await
}

/// Test credentials of an integration's slot: its own, or where it has none those of the reusable connection that it names.
pub async fn read_test(context: &Context, api_key_id: ApiKeyId, integration: &Key, slot: &Key) -> Result<Read, Broken> {
    let own = ConnectionRef::Of(ConnectionOwner::Test { integration: integration.clone(), slot: slot.clone() });
    let Some(requirement) = context.find_requirement(Scope::Organization, &own).await? else { return Ok(Read::NotFound) };
    let central = match (&requirement.reusable, requirement.holds_nothing()) {
        (Some(reusable), true) => ConnectionRef::Of(ConnectionOwner::DefinitionTest { definition: reusable.key.clone() }),
        _ => own,
    };
    let read = read(context, Scope::Organization, api_key_id, &central).await?;
    Ok(match read {
        // Whoever tests the integration reads it under the slot's key, wherever it lies.
        Read::Credential(opened) => Read::Credential(Box::new(Opened { slot: slot.clone(), ..*opened })),
        other => other,
    })
}

async fn read_out(context: &Context, requirement: Requirement, api_key_id: ApiKeyId) -> Result<Read, Broken> {
    if context.audits_every_read() {
        let actor = Actor::ApiKey { id: api_key_id };
        let event =
            context.connection_event(&actor, AuditAction::CredentialRead, &requirement.connection, json!({"slot": requirement.slot.key}));
        let mut work = context.store().begin().await?;
        context.record(&mut work, &event).await?;
        work.commit().await?;
    } else {
        context.count_read(requirement.connection.id, api_key_id);
    }
    Ok(Read::Credential(Box::new(opened(requirement)?)))
}

fn opened(requirement: Requirement) -> Result<Opened, Broken> {
    let resolved = requirement.resolve()?;
    let auth = requirement.connection_type()?.auth();
    let carried = (!matches!(auth, Auth::OAuth1 { .. })).then(|| auth.carried(&resolved, requirement.credential.token.as_ref()));
    Ok(Opened {
        auth: carried.and_then(Result::ok),
        slot: requirement.slot.key,
        type_ref: requirement.type_ref.to_string(),
        inputs: resolved.values.into_iter().map(|(key, layered)| (key, layered.given)).collect(),
        token: requirement.credential.token,
        context: requirement.connection.context,
        account: requirement.connection.account,
    })
}
