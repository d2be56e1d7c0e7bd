//! Filling a connection in on somebody's behalf: a slot's, a saved one, a customer's, the organization's, a test's.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Broken, Context, check::Tried, requirement::Requirement, reusable};
use crate::domain::{
    access::{Actor, Scope},
    audit::AuditAction,
    check::{CheckRun, CheckTrigger},
    connection::{Connection, ConnectionRef, ConnectionState},
    credential::Credential,
    ids::InstanceId,
    input::Visibility,
    key::Key,
    reason::Reason,
    resolution::SetBy,
    time::Timestamp,
    token_import::{self, Members},
    validation::FieldError,
    value::Given,
};
use crate::manifest::Activation;

#[derive(Default)]
pub struct Prefill {
    /// By input key; `null` takes a value away, what is not named stays.
    pub inputs: BTreeMap<String, serde_json::Value>,
    pub token: Option<Members>,
    pub check: bool,
    /// From `If-Match`.
    pub if_revision: Option<i64>,
}

pub enum Prefilled {
    Saved,
    /// By input key, and `token.access_token` and the like.
    Refused(BTreeMap<String, FieldError>),
    /// `check=true`, and the service said no: nothing was saved.
    CheckFailed(Reason),
    /// A token for a type that knows none.
    NoToken,
    /// The organization's own connection for all customers is not changed through one of them.
    Shared,
    /// `If-Match` named another revision.
    Stale,
    NotFound,
}

pub async fn prefill(context: &Context, scope: Scope, actor: &Actor, at: &ConnectionRef, wanted: &Prefill) -> Result<Prefilled, Broken> {
    loop {
        let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(Prefilled::NotFound) };
        if !requirement.is_open_to(scope)? {
            return Ok(Prefilled::NotFound);
        }
        if matches!(at, ConnectionRef::Slot { .. }) && requirement.activation() == Some(Activation::OrganizationGlobal) {
            return Ok(Prefilled::Shared);
        }
        if wanted.if_revision.is_some_and(|revision| requirement.is_new || revision != requirement.connection.revision) {
            return Ok(Prefilled::Stale);
        }
        if let Some(prefilled) = fill(context, scope, actor, &requirement, wanted).await? {
            return Ok(prefilled);
        }
    }
}

/// `None`: somebody else saved since it was read.
pub(super) async fn fill(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    requirement: &Requirement,
    wanted: &Prefill,
) -> Result<Option<Prefilled>, Broken> {
    let mut credential = requirement.credential.clone();
    let mut errors = overlay(requirement, &wanted.inputs, &mut credential)?;
    let mut imported = None;
    if let Some(members) = &wanted.token {
        let connection_type = requirement.connection_type()?;
        if !connection_type.auth().holds_token() || requirement.is_values_only() {
            return Ok(Some(Prefilled::NoToken));
        }
        let captures = connection_type.captures().cloned().unwrap_or_default();
        match token_import::read(members, &captures, context.now()) {
            Ok(import) if wanted.check && import.waits_for_refresh() => {
                errors.insert("token.access_token".into(), FieldError::Required);
            }
            Ok(import) => {
                let mut token = import.token;
                token.meta.is_free_to_renew = requirement.obtains_by_itself()?;
                credential.token = Some(token);
                imported = Some(import.context);
            }
            Err(more) => errors.extend(more),
        }
    }
    if !errors.is_empty() {
        return Ok(Some(Prefilled::Refused(errors)));
    }
    let (tried, run) = next_state(context, requirement, credential, imported, wanted).await?;
    let saved = match tried {
        Ok(connection) => connection,
        Err(reason) => {
            keep_run(context, requirement, run).await?;
            return Ok(Some(Prefilled::CheckFailed(reason)));
        }
    };
    let mut work = context.store().begin().await?;
    if !context.keep(&mut work, scope, requirement, &saved).await? {
        return Ok(None);
    }
    if requirement.is_to_be_saved() && saved.state.is_connected() {
        reusable::adopt(context, &mut work, actor, requirement, &saved).await?;
    }
    if let Some(run) = &run {
        work.checks().insert(saved.id, run).await?;
    }
    let inputs: Vec<&String> = wanted.inputs.keys().collect();
    let detail = json!({"slot": requirement.slot.key, "inputs": inputs, "token": wanted.token.is_some(), "checked": wanted.check});
    context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionPrefilled, &saved, detail)).await?;
    work.commit().await?;
    Ok(Some(Prefilled::Saved))
}

fn overlay(
    requirement: &Requirement,
    given: &BTreeMap<String, serde_json::Value>,
    credential: &mut Credential,
) -> Result<BTreeMap<String, FieldError>, Broken> {
    let mut errors = BTreeMap::new();
    for (name, json) in given {
        let Some(input) = requirement.connection_type()?.input(name).filter(|input| !input.is_computed()) else {
            errors.insert(name.clone(), FieldError::UnknownInput);
            continue;
        };
        if requirement.is_global(&input.key) || (requirement.is_values_only() && requirement.is_of_customers(&input.key)) {
            errors.insert(name.clone(), FieldError::NotYours);
            continue;
        }
        match input.parse_json(json) {
            Ok(Some(value)) => {
                credential.inputs.insert(input.key.clone(), (value, SetBy::Organization));
            }
            Ok(None) => {
                credential.inputs.remove(name.as_str());
            }
            Err(error) => {
                errors.insert(name.clone(), error);
            }
        }
    }
    Ok(errors)
}

async fn next_state(
    context: &Context,
    requirement: &Requirement,
    mut credential: Credential,
    imported: Option<BTreeMap<String, serde_json::Value>>,
    wanted: &Prefill,
) -> Result<(Result<Connection, Reason>, Option<CheckRun>), Broken> {
    // Another token may be another account's: what was captured with the one before does not go with it.
    let mut captured = imported.unwrap_or_else(|| requirement.connection.context.clone());
    let resolved = requirement.resolve_captured(&credential.inputs, &captured)?;
    let waits_for_consent = requirement.needs_consent()? && credential.token.is_none();
    let whole = resolved.is_whole() && !waits_for_consent && !requirement.is_values_only();
    let (mut account, mut confirmed, mut ran) = (None, false, None);
    if wanted.check && whole {
        let Tried { result, run } = context.try_out(requirement, &resolved, credential.token.as_ref(), CheckTrigger::Api).await?;
        match result {
            Ok(passed) => {
                account = passed.account;
                confirmed = passed.confirmed;
                if let Some(granted) = passed.granted {
                    credential.token = Some(granted.token);
                    captured = granted.context;
                }
            }
            Err(reason) => return Ok((Err(reason), run)),
        }
        ran = run;
    } else if requirement.obtains_by_itself()? && !wanted.inputs.is_empty() {
        // Obtained with the values from before: the next read obtains one with the new ones.
        credential.token = None;
    }
    let connection = Connection { context: captured, ..requirement.connection.clone() };
    let sealed =
        context.vault().seal_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &credential, &connection.credential);
    let now = context.now();
    let has_ended = requirement.needs_consent()? && matches!(connection.state, ConnectionState::NeedsReconnecting(_));
    let next = if has_ended && wanted.token.is_none() && !confirmed {
        connection.hold_values(sealed, now)
    } else if whole {
        let before = Connection { checked_at: None, account: None, ..connection };
        before.connect(sealed, account, confirmed, now)
    } else {
        connection.hold(sealed, now)
    };
    Ok((Ok(next), ran))
}

/// Of a trial whose values were not saved.
async fn keep_run(context: &Context, requirement: &Requirement, run: Option<CheckRun>) -> Result<(), Broken> {
    let Some(run) = run.filter(|_| !requirement.is_new) else { return Ok(()) };
    let mut work = context.store().begin().await?;
    work.checks().insert(requirement.connection.id, &run).await?;
    Ok(work.commit().await?)
}

/// One slot's connection as the API tells it: what is set, never a secret.
pub struct SlotConnection {
    pub slot: Key,
    pub connection: Connection,
    pub status: ConnectionState,
    pub inputs: BTreeMap<Key, Shown>,
    pub missing: Vec<Key>,
    /// The reusable connection that it is one of, or will be: its stable key, name and kind.
    pub reusable: Option<Reusable>,
    /// A refresh was sent, and nobody knows how it ended.
    pub refresh_outcome_unknown: bool,
}

pub struct Reusable {
    pub key: Key,
    pub name: String,
    pub activation: Activation,
    pub workflows: bool,
}

pub enum Shown {
    Value(crate::domain::value::Value),
    HasValue,
}

pub async fn list(context: &Context, scope: Scope, id: InstanceId) -> Result<Option<Vec<SlotConnection>>, Broken> {
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let published = context.published_for(&instance).await?;
    let requirements = context.requirements(&instance, &published).await?;
    requirements.iter().map(|requirement| slot_connection(requirement, context.now())).collect::<Result<Vec<_>, _>>().map(Some)
}

pub async fn find(context: &Context, scope: Scope, at: &ConnectionRef) -> Result<Option<SlotConnection>, Broken> {
    let found = context.find_requirement(scope, at).await?;
    found.map(|requirement| slot_connection(&requirement, context.now())).transpose()
}

pub(super) fn slot_connection(requirement: &Requirement, now: Timestamp) -> Result<SlotConnection, Broken> {
    let resolved = requirement.resolve()?;
    let mut inputs = BTreeMap::new();
    for input in requirement.connection_type()?.inputs().iter().filter(|i| !i.is_computed()) {
        // The organization's own values of the definition are told as present, never as values: they may be another team's.
        let own = requirement.credential.inputs.contains_key(&input.key);
        match resolved.get(input.key.as_str()) {
            Some(Given::Clear(value)) if own || input.visibility == Visibility::Customer => {
                inputs.insert(input.key.clone(), Shown::Value(value.clone()))
            }
            Some(_) => inputs.insert(input.key.clone(), Shown::HasValue),
            None => None,
        };
    }
    Ok(SlotConnection {
        slot: requirement.slot.key.clone(),
        connection: requirement.connection.clone(),
        status: requirement.state()?,
        inputs,
        missing: resolved.missing,
        reusable: requirement.reusable.as_ref().map(|reusable| Reusable {
            key: reusable.key.clone(),
            name: reusable.name.clone(),
            activation: reusable.activation,
            workflows: reusable.workflows,
        }),
        refresh_outcome_unknown: requirement.connection.has_unknown_outcome(now),
    })
}
