//! The callback: claim the attempt once, exchange with no transaction open, seal, commit.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{asked_scopes, own_with_draft};
use crate::{
    domain::{
        access::{Actor, Scope},
        attempt::{Attempt, AttemptEnd, Claimed},
        audit::AuditAction,
        connection::{Connection, ConnectionOwner},
        credential::{SecretField, SecretPlace, Token},
        ids::InstanceId,
        key::Key,
        reason::Reason,
    },
    flows::{Broken, Context, equip::ClientOf, requirement::Requirement},
    providers::{self, oauth2::Granted},
    store::AttemptStatus,
    vault::digest,
};

/// The callback's query (RFC 6749 §4.1.2): every parameter besides the state, under the provider's own name.
#[derive(Clone)]
pub struct Callback {
    pub state: SecretString,
    pub parameters: BTreeMap<String, SecretString>,
}

impl Callback {
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(ExposeSecret::expose_secret)
    }
}

pub enum Finished {
    /// Back to the step it came from.
    Connected {
        return_to: String,
        connector: String,
    },
    NotConnected(Box<NotConnected>),
    /// The same callback again, after it has done its work.
    AlreadyDone {
        return_to: String,
    },
    /// Claimed by another request that is still at it, or ended without a connection.
    AlreadyUsed {
        return_to: String,
    },
    /// Begun in another browser: nothing is saved.
    OtherBrowser,
    /// No attempt has this state.
    Unknown,
}

pub struct NotConnected {
    pub reason: Reason,
    /// Whose sign-in it was, to begin it again.
    pub slot: Option<(InstanceId, Key)>,
    pub connector: String,
    pub return_to: String,
    /// What the provider said, as data: to be escaped and marked as its words.
    pub said: Option<String>,
    pub missing_scopes: Vec<String>,
    /// The account that is connected, and the one that came back.
    pub accounts: Option<(String, String)>,
}

/// Runs in a task of its own, so that a browser that goes away cancels nothing.
pub async fn finish(context: &Context, actor: &Actor, callback: Callback, browser_hash: Option<[u8; 32]>) -> Result<Finished, Broken> {
    let (context, actor) = (context.clone(), actor.clone());
    tokio::spawn(async move { run(&context, &actor, callback, browser_hash).await })
        .await
        .map_err(|error| Broken::Inconsistent(format!("the callback's task ended early: {error}")))?
}

async fn run(context: &Context, actor: &Actor, callback: Callback, browser_hash: Option<[u8; 32]>) -> Result<Finished, Broken> {
    let state_hash = digest::hash(callback.state.expose_secret().as_bytes());
    let Some(summary) = context.store().read().attempts().find_status(&state_hash).await? else { return Ok(Finished::Unknown) };
    let Some(connection) = context.store().read().connections().find(Scope::Organization, summary.connection_id).await? else {
        return Ok(Finished::Unknown);
    };
    if browser_hash != Some(summary.browser_hash) {
        let mut work = context.store().begin().await?;
        context.record(&mut work, &context.connection_event(actor, AuditAction::AttemptForeign, &connection, json!({}))).await?;
        work.commit().await?;
        return Ok(Finished::OtherBrowser);
    }
    let mut work = context.store().begin().await?;
    let claimed = work.attempts().claim(&state_hash, context.now()).await?;
    work.commit().await?;
    let Some(attempt) = claimed else {
        let return_to = summary.return_to;
        return Ok(if summary.status == AttemptStatus::Ended(AttemptEnd::Completed) {
            Finished::AlreadyDone { return_to }
        } else {
            Finished::AlreadyUsed { return_to }
        });
    };
    let Some(requirement) = requirement_of(context, connection).await? else { return Ok(Finished::Unknown) };
    match obtain(context, &requirement, &attempt, &callback).await? {
        Ok(obtained) => save(context, actor, attempt, &requirement, obtained).await,
        Err(failure) => refuse(context, actor, attempt, &requirement, failure).await,
    }
}

async fn requirement_of(context: &Context, connection: Connection) -> Result<Option<Requirement>, Broken> {
    let ConnectionOwner::Slot { instance_id, slot, .. } = &connection.owner else { return Ok(None) };
    context.find_requirement(Scope::Organization, *instance_id, slot.as_str()).await
}

struct Obtained {
    token: Token,
    provider_context: BTreeMap<String, serde_json::Value>,
    account: Option<String>,
    confirmed: bool,
}

struct Failure {
    reason: Reason,
    said: Option<String>,
    missing_scopes: Vec<String>,
    accounts: Option<(String, String)>,
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self { reason, said: None, missing_scopes: Vec::new(), accounts: None }
    }
}

async fn obtain(
    context: &Context,
    requirement: &Requirement,
    attempt: &Attempt<Claimed>,
    callback: &Callback,
) -> Result<Result<Obtained, Failure>, Broken> {
    // Before all else: who another server's answer speaks for, nobody knows; not even its error is ours.
    if !attempt.is_answered_by(callback.text("iss")) {
        return Ok(Err(Reason::AuthIssuerMismatch.into()));
    }
    if let Some(error) = callback.text("error") {
        let said = callback.text("error_description").map(|text| text.chars().filter(|c| !c.is_control()).take(300).collect());
        return Ok(Err(Failure { said, ..providers::callback::reason(error).into() }));
    }
    if attempt.is_late() {
        return Ok(Err(Reason::AuthConsentExpired.into()));
    }
    let granted = match exchange(context, requirement, attempt, callback).await? {
        Ok(granted) => granted,
        Err(failure) => return Ok(Err(failure)),
    };
    let resolved = requirement.resolve_captured(&own_with_draft(requirement), &granted.context)?;
    let missing_scopes = providers::oauth2::missing_scopes(&asked_scopes(&resolved), &granted.token.meta.scopes);
    if !granted.token.meta.scopes.is_empty() && !missing_scopes.is_empty() {
        return Ok(Err(Failure { missing_scopes, ..Reason::AuthInsufficientScope.into() }));
    }
    Ok(match context.try_out(requirement, &resolved, Some(&granted.token)).await? {
        Ok(passed) => match (&requirement.connection.account, &passed.account) {
            (Some(before), Some(now)) if before != now => {
                Err(Failure { accounts: Some((before.clone(), now.clone())), ..Reason::AuthWrongAccount.into() })
            }
            _ => Ok(Obtained {
                token: granted.token,
                provider_context: granted.context,
                account: passed.account,
                confirmed: passed.confirmed,
            }),
        },
        // The token is good though its service cannot be asked just now: the person's consent is not thrown away. But nobody can
        // say that it is the account that is connected, and that one is not replaced unseen.
        Err(reason) if reason.is_transient() && requirement.connection.account.is_none() => {
            Ok(Obtained { token: granted.token, provider_context: granted.context, account: None, confirmed: false })
        }
        Err(reason) => Err(reason.into()),
    })
}

/// With the context of the token answer, and what is captured from the callback.
async fn exchange(
    context: &Context,
    requirement: &Requirement,
    attempt: &Attempt<Claimed>,
    callback: &Callback,
) -> Result<Result<Granted, Failure>, Broken> {
    let Some(oauth2) = requirement.connection_type()?.auth().oauth2() else { return Ok(Err(Reason::ProviderUnexpected.into())) };
    let Some(code) = callback.parameters.get(&oauth2.code_parameter) else { return Ok(Err(Reason::ProviderUnexpected.into())) };
    let captured = oauth2.captures.in_callback(|name| callback.text(name).map(str::to_owned));
    let resolved = requirement.resolve_captured(&own_with_draft(requirement), &captured)?;
    let equipped = match context.equip(oauth2, resolved, ClientOf::Grant(attempt.registration)).await? {
        Ok(equipped) => equipped,
        Err(unequipped) => return Ok(Err(unequipped.reason.into())),
    };
    let verifier = verifier(context, requirement, attempt)?;
    let (out, redirect_uri, now) = (context.outbound(), &attempt.redirect_uri, context.now());
    let exchanged =
        providers::oauth2::exchange(out, &equipped.oauth2, &equipped.resolved, code, redirect_uri, verifier.as_ref(), now).await;
    Ok(match exchanged {
        Ok(mut granted) => {
            granted.token.meta.registration = equipped.registration;
            granted.context.extend(captured);
            Ok(granted)
        }
        // Another try registers another client.
        Err(error) if context.retire_refused(&equipped, &error).await? => Err(Reason::ProviderUnexpected.into()),
        // At the exchange `invalid_grant` speaks of the code, not of a grant that once was.
        Err(error) if error.ends_the_grant => Err(Reason::AuthConsentExpired.into()),
        Err(error) => Err(error.reason.into()),
    })
}

fn verifier(context: &Context, requirement: &Requirement, attempt: &Attempt<Claimed>) -> Result<Option<SecretString>, Broken> {
    let Some(sealed) = &attempt.pkce_verifier else { return Ok(None) };
    let place = SecretPlace {
        organization: context.organization().id,
        owner: requirement.connection.owner.owner_uuid(),
        row: attempt.id.as_uuid(),
        field: SecretField::PkceVerifier,
        revision: sealed.revision(),
    };
    Ok(Some(context.vault().open(&place, sealed)?))
}

async fn save(
    context: &Context,
    actor: &Actor,
    attempt: Attempt<Claimed>,
    requirement: &Requirement,
    obtained: Obtained,
) -> Result<Finished, Broken> {
    let mut connection = requirement.connection.clone();
    let return_to = attempt.return_to.clone();
    let ended = attempt.end(AttemptEnd::Completed, context.now());
    // A token in hand must not be lost to someone else's save, nor their inputs to the token: the row is read again until the
    // compare-and-set holds.
    loop {
        let (owner, row) = (connection.owner.owner_uuid(), connection.id.as_uuid());
        let mut credential = context.vault().open_credential(owner, row, &connection.credential)?;
        credential.inputs.extend(requirement.draft.inputs.clone());
        credential.token = Some(obtained.token.clone());
        let sealed = context.vault().seal_credential(owner, row, &credential, &connection.credential);
        let mut next = connection.clone().connect(sealed, obtained.account.clone(), obtained.confirmed, context.now());
        next.context.clone_from(&obtained.provider_context);
        if connection.revision != requirement.connection.revision {
            // Typed in another tab while the provider took its time: still a draft.
            next.draft.clone_from(&connection.draft);
        }
        let mut work = context.store().begin().await?;
        if work.connections().save(Scope::Organization, &next).await?.is_some() {
            work.attempts().end(&ended).await?;
            let detail = json!({"attempt": ended.id, "confirmed": obtained.confirmed});
            context.record(&mut work, &context.connection_event(actor, AuditAction::AttemptCompleted, &next, detail)).await?;
            work.commit().await?;
            return Ok(Finished::Connected { return_to, connector: requirement.connector.name.clone() });
        }
        drop(work);
        match context.store().read().connections().find(Scope::Organization, connection.id).await? {
            Some(fresh) => connection = fresh,
            None => return Ok(Finished::Unknown),
        }
    }
}

/// Nothing of the connection changes: what worked before goes on working.
async fn refuse(
    context: &Context,
    actor: &Actor,
    attempt: Attempt<Claimed>,
    requirement: &Requirement,
    failure: Failure,
) -> Result<Finished, Broken> {
    let return_to = attempt.return_to.clone();
    let (end, action) = match failure.reason {
        Reason::AuthConsentDenied | Reason::AuthConsentCancelled | Reason::AuthAdminApproval => {
            (AttemptEnd::Denied(failure.reason), AuditAction::AttemptDenied)
        }
        Reason::AuthConsentExpired => (AttemptEnd::Expired, AuditAction::AttemptFailed),
        reason => (AttemptEnd::Failed(reason), AuditAction::AttemptFailed),
    };
    let ended = attempt.end(end, context.now());
    let mut work = context.store().begin().await?;
    work.attempts().end(&ended).await?;
    let detail = json!({"attempt": ended.id, "reason": failure.reason});
    context.record(&mut work, &context.connection_event(actor, action, &requirement.connection, detail)).await?;
    work.commit().await?;
    Ok(Finished::NotConnected(Box::new(NotConnected {
        reason: failure.reason,
        slot: match &requirement.connection.owner {
            ConnectionOwner::Slot { instance_id, slot, .. } => Some((*instance_id, slot.clone())),
            _ => None,
        },
        connector: requirement.connector.name.clone(),
        return_to,
        said: failure.said,
        missing_scopes: failure.missing_scopes,
        accounts: failure.accounts,
    })))
}
