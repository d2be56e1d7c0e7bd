//! Filling a connection in on somebody's behalf: a slot's, a saved one, a customer's, the organization's, a test's. What is filled
//! in for a customer may be locked.

mod form;
mod overlay;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use secrecy::ExposeSecret;
use serde_json::json;

pub use form::{Form, FormField, form};
use overlay::overlay;
pub(super) use told::slot_connection;
pub use told::{Shown, SlotConnection, find, list};

use super::{Broken, Context, check::Tried, replaced, requirement::Requirement, reusable};
use crate::domain::{
    access::{Actor, Scope},
    audit::AuditAction,
    check::{CheckRun, CheckTrigger},
    connection::{Connection, ConnectionRef, ConnectionState},
    credential::{Credential, ReplacedSecrets, SecretField},
    input::Raw,
    key::Key,
    reason::Reason,
    token_import::{self, Members, TokenImport},
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
    /// As a form sent them.
    pub typed: BTreeMap<Key, Typed>,
    /// All the keys that the customer neither sees nor changes; the organization's other values they may change. `None`: what is
    /// named in `inputs` is locked, and the rest is as it was.
    pub locked: Option<BTreeSet<String>>,
    /// Secrets that are replaced stay for a day, to go back to.
    pub keeps_replaced: bool,
    /// The connection's revision that the form was drawn from.
    pub if_revision: Option<i64>,
}

/// One field of a form that is filled in on a customer's behalf.
#[derive(Clone, Debug)]
pub struct Typed {
    /// A blank secret keeps what is saved; anything else that is blank is left for the customer.
    pub raw: Raw,
    pub hold: Hold,
}

/// Who may change a value, as the form's choice says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Open,
    Locked,
    /// What is saved is taken out: the customer enters it.
    Left,
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
    /// Somebody else saved since the form was drawn, or `If-Match` named another revision.
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
    let mut errors = overlay(requirement, wanted, &mut credential)?;
    let mut imported = None;
    if let Some(members) = &wanted.token {
        if !requirement.connection_type()?.auth().holds_token() || requirement.is_values_only() {
            return Ok(Some(Prefilled::NoToken));
        }
        match import(context, requirement, members, wanted.check)? {
            Ok(import) => {
                credential.token = Some(import.token);
                imported = Some(import.context);
            }
            Err(more) => errors.extend(more),
        }
    }
    if !errors.is_empty() {
        return Ok(Some(Prefilled::Refused(errors)));
    }
    let replaced = if wanted.keeps_replaced { to_keep(context, requirement, &credential).await? } else { None };
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
    if let Some(kept) = &replaced {
        work.replaced_secrets().keep(saved.id, kept).await?;
    }
    let locked: Vec<&Key> = locked(&saved);
    let detail = json!({"slot": requirement.slot.key, "inputs": wanted.names(), "token": wanted.token.is_some(),
        "checked": wanted.check, "locked": locked, "replaced": replaced.is_some()});
    context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionPrefilled, &saved, detail)).await?;
    work.commit().await?;
    Ok(Some(Prefilled::Saved))
}

fn import(
    context: &Context,
    requirement: &Requirement,
    members: &Members,
    is_checked: bool,
) -> Result<Result<TokenImport, BTreeMap<String, FieldError>>, Broken> {
    let captures = requirement.connection_type()?.captures().cloned().unwrap_or_default();
    Ok(match token_import::read(members, &captures, context.now()) {
        Ok(import) if is_checked && import.waits_for_refresh() => Err([("token.access_token".into(), FieldError::Required)].into()),
        Ok(mut import) => {
            import.token.meta.is_free_to_renew = requirement.obtains_by_itself()?;
            Ok(import)
        }
        Err(errors) => Err(errors),
    })
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
    let changes_values = wanted.token.is_some() || !wanted.inputs.is_empty() || !same_values(&requirement.credential, &credential);
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
    } else if requirement.obtains_by_itself()? && wanted.token.is_none() && changes_values {
        // Obtained with the values from before: the next read obtains one with the new ones.
        credential.token = None;
    }
    let connection = Connection { context: captured, ..requirement.connection.clone() };
    let sealed =
        context.vault().seal_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &credential, &connection.credential);
    let now = context.now();
    let has_ended = requirement.needs_consent()? && matches!(connection.state, ConnectionState::NeedsReconnecting(_));
    // Only who may change a value is another one: what is known of the connection stands.
    let only_locks = !changes_values && !wanted.check && connection.state != ConnectionState::NotConnected;
    let next = if only_locks || (has_ended && wanted.token.is_none() && !confirmed) {
        connection.hold_values(sealed, now)
    } else if whole {
        let before = Connection { checked_at: None, account: None, ..connection };
        before.connect(sealed, account, confirmed, now)
    } else if connection.state.is_connected() && !requirement.needs_consent()? {
        // What it worked with was taken out.
        Connection { state: ConnectionState::NotConnected, checked_at: None, account: None, ..connection.hold(sealed, now) }
    } else {
        connection.hold(sealed, now)
    };
    Ok((Ok(next), ran))
}

impl Prefill {
    fn names(&self) -> Vec<&str> {
        self.inputs.keys().map(String::as_str).chain(self.typed.keys().map(Key::as_str)).collect()
    }
}

fn locked(connection: &Connection) -> Vec<&Key> {
    let clear = connection.credential.clear.iter().filter(|(_, (_, by))| by.is_locked()).map(|(key, _)| key);
    let secret = connection.credential.secrets.iter().filter_map(|(field, (_, by))| match field {
        SecretField::Input(key) if by.is_locked() => Some(key),
        _ => None,
    });
    clear.chain(secret).collect()
}

/// The sealed secrets that other ones take the place of, behind those that are kept already. `None`: there are none.
async fn to_keep(context: &Context, requirement: &Requirement, next: &Credential) -> Result<Option<ReplacedSecrets>, Broken> {
    let is_replaced = |key: &Key| match (requirement.credential.inputs.get(key), next.inputs.get(key)) {
        (Some((before, _)), Some((after, _))) => !same(before, after),
        _ => false,
    };
    let secrets = requirement.connection.credential.secrets.iter();
    let replaced: BTreeMap<_, _> = secrets
        .filter(|(field, _)| matches!(field, SecretField::Input(key) if is_replaced(key)))
        .map(|(field, secret)| (field.clone(), secret.clone()))
        .collect();
    if replaced.is_empty() {
        return Ok(None);
    }
    let (id, now) = (requirement.connection.id, context.now());
    let before = context.store().read().replaced_secrets().find(Scope::Organization, id, now).await?;
    let mut secrets = before.map(|kept| kept.sealed.secrets).unwrap_or_default();
    secrets.extend(replaced);
    replaced::kept_of(context, &requirement.connection, secrets).map(Some)
}

fn same(one: &Given, other: &Given) -> bool {
    match (one, other) {
        (Given::Clear(one), Given::Clear(other)) => one == other,
        (Given::Secret(one), Given::Secret(other)) => one.expose_secret() == other.expose_secret(),
        _ => false,
    }
}

fn same_values(before: &Credential, after: &Credential) -> bool {
    before.inputs.len() == after.inputs.len()
        && before.inputs.iter().all(|(key, (given, _))| after.inputs.get(key).is_some_and(|(other, _)| same(given, other)))
}

/// Of a trial whose values were not saved.
async fn keep_run(context: &Context, requirement: &Requirement, run: Option<CheckRun>) -> Result<(), Broken> {
    let Some(run) = run.filter(|_| !requirement.is_new) else { return Ok(()) };
    let mut work = context.store().begin().await?;
    work.checks().insert(requirement.connection.id, &run).await?;
    Ok(work.commit().await?)
}
