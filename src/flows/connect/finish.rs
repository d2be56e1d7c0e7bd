//! The callback: claim the attempt once, exchange with no transaction open, seal, commit.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{asked_scopes, choose, oauth1, own_with_draft, trial};
use crate::{
    domain::{
        access::{Actor, Scope},
        attempt::{Attempt, AttemptEnd, Claimed, Ended},
        audit::AuditAction,
        auth::{Auth, OAuth2},
        check::{CheckRun, CheckTrigger},
        connection::ConnectionRef,
        credential::{SecretField, Token},
        key::Key,
        reason::Reason,
        resolution::SetBy,
        value::Given,
    },
    flows::{Broken, Context, check::Tried, equip::ClientOf, presets, requirement::Requirement, reusable},
    providers::{self, oauth2::Granted},
    store::AttemptStatus,
    vault::digest,
};

/// The callback's query (RFC 6749 §4.1.2, RFC 5849 §2.2): every parameter besides the state, under the provider's own name.
#[derive(Clone)]
pub struct Callback {
    pub state: SecretString,
    pub parameters: BTreeMap<String, SecretString>,
}

impl Callback {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
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
    /// An OAuth app was tried: it works, and what it gave was given back.
    Tried {
        return_to: String,
        account: Option<String>,
        confirmed: bool,
    },
    /// Another account signed in than the one that is connected: the person is asked which it shall be.
    OtherAccount {
        at: ConnectionRef,
        /// Where it was begun.
        return_to: String,
    },
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
    pub at: ConnectionRef,
    pub connector: String,
    pub return_to: String,
    /// What the provider said, as data: to be escaped and marked as its words.
    pub said: Option<String>,
    pub missing_scopes: Vec<String>,
}

/// Whose browser it is that comes back. One may be both: the attempt says who of them signed in.
#[derive(Clone)]
pub struct Returning {
    pub customer: Actor,
    pub organization: Actor,
}

/// Runs in a task of its own, so that a browser that goes away cancels nothing.
pub async fn finish(context: &Context, who: Returning, callback: Callback, browser_hash: Option<[u8; 32]>) -> Result<Finished, Broken> {
    let context = context.clone();
    tokio::spawn(async move { run(&context, who, callback, browser_hash).await })
        .await
        .map_err(|error| Broken::Inconsistent(format!("the callback's task ended early: {error}")))?
}

async fn run(context: &Context, who: Returning, callback: Callback, browser_hash: Option<[u8; 32]>) -> Result<Finished, Broken> {
    let state_hash = digest::hash(callback.state.expose_secret().as_bytes());
    let Some(summary) = context.store().read().attempts().find_status(&state_hash).await? else { return Ok(Finished::Unknown) };
    let actor = if summary.given_by.is_of_organization() { &who.organization } else { &who.customer };
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
        if summary.status == AttemptStatus::Undecided {
            return Ok(Finished::OtherAccount { at: choose::place_of(&connection), return_to });
        }
        return Ok(if summary.status == AttemptStatus::Ended(AttemptEnd::Completed) {
            Finished::AlreadyDone { return_to }
        } else {
            Finished::AlreadyUsed { return_to }
        });
    };
    let Some(requirement) = context.requirement_of(connection).await? else { return Ok(Finished::Unknown) };
    match obtain(context, &requirement, &attempt, &callback).await? {
        Ok(obtained) if presets::is_trial(&requirement.connection.owner) => {
            trial::conclude(context, actor, attempt, &requirement, obtained).await
        }
        // Whoever signs in for the organization knows with which account.
        Ok(obtained) if !is_the_organizations(&requirement) && obtained.is_of_another_account(&requirement) => {
            choose::ask(context, actor, attempt, &requirement, obtained).await
        }
        Ok(obtained) => {
            let ended = attempt.end(AttemptEnd::Completed, context.now());
            Ok(save(context, actor, ended, &requirement, obtained).await?.unwrap_or(Finished::Unknown))
        }
        Err(failure) => refuse(context, actor, attempt, &requirement, failure).await,
    }
}

fn is_the_organizations(requirement: &Requirement) -> bool {
    requirement.is_the_organizations() || requirement.connection.owner.is_test()
}

/// What a consent brought, to be saved with the inputs that it was asked for with.
pub(super) struct Obtained {
    pub token: Token,
    pub provider_context: BTreeMap<String, serde_json::Value>,
    pub account: Option<String>,
    pub confirmed: bool,
    pub inputs: BTreeMap<Key, (Given, SetBy)>,
    /// The connection's revision from which the inputs are.
    pub revision: i64,
    pub run: Option<CheckRun>,
}

impl Obtained {
    /// Only where both are known.
    fn is_of_another_account(&self, requirement: &Requirement) -> bool {
        matches!((&requirement.connection.account, &self.account), (Some(before), Some(now)) if before != now)
    }
}

struct Failure {
    reason: Reason,
    said: Option<String>,
    missing_scopes: Vec<String>,
    run: Option<CheckRun>,
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self { reason, said: None, missing_scopes: Vec::new(), run: None }
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
    let mut granted = match exchange(context, requirement, attempt, callback).await? {
        Ok(granted) => granted,
        Err(reason) => return Ok(Err(reason.into())),
    };
    granted.token.meta.given_by = attempt.given_by;
    let resolved = requirement.resolve_captured(&own_with_draft(requirement), &granted.context)?;
    let missing_scopes = providers::oauth2::missing_scopes(&asked_scopes(&resolved), &granted.token.meta.scopes);
    if !granted.token.meta.scopes.is_empty() && !missing_scopes.is_empty() {
        return Ok(Err(Failure { missing_scopes, ..Reason::AuthInsufficientScope.into() }));
    }
    let Tried { result, run } = context.try_out(requirement, &resolved, Some(&granted.token), CheckTrigger::Consent).await?;
    let (inputs, revision) = (requirement.draft.inputs.clone(), requirement.connection.revision);
    let unconfirmed =
        Obtained { token: granted.token, provider_context: granted.context, account: None, confirmed: false, inputs, revision, run };
    Ok(match result {
        Ok(passed) => Ok(Obtained { account: passed.account, confirmed: passed.confirmed, ..unconfirmed }),
        // The token is good though its service cannot be asked just now: the person's consent is not thrown away. But nobody can
        // say that it is the account that is connected, and that one is not replaced unseen.
        Err(reason) if reason.is_transient() && requirement.connection.account.is_none() => Ok(unconfirmed),
        Err(reason) => Err(Failure { run: unconfirmed.run, ..reason.into() }),
    })
}

/// What the provider's redirect brought, for a token. With the context of its answer, and what is captured from the callback.
async fn exchange(
    context: &Context,
    requirement: &Requirement,
    attempt: &Attempt<Claimed>,
    callback: &Callback,
) -> Result<Result<Granted, Reason>, Broken> {
    match requirement.connection_type()?.auth() {
        Auth::OAuth2(oauth2) => exchange_code(context, requirement, oauth2, attempt, callback).await,
        Auth::OAuth1 { signature_method } => {
            let resolved = requirement.resolve_with(&own_with_draft(requirement))?;
            let secret = secret(context, requirement, attempt)?;
            Ok(oauth1::exchange(context, *signature_method, &resolved, secret.as_ref(), callback).await)
        }
        _ => Ok(Err(Reason::ProviderUnexpected)),
    }
}

async fn exchange_code(
    context: &Context,
    requirement: &Requirement,
    oauth2: &OAuth2,
    attempt: &Attempt<Claimed>,
    callback: &Callback,
) -> Result<Result<Granted, Reason>, Broken> {
    let Some(code) = callback.parameters.get(&oauth2.code_parameter) else { return Ok(Err(Reason::ProviderUnexpected)) };
    let captured = oauth2.captures.in_callback(|name| callback.text(name).map(str::to_owned));
    let resolved = requirement.resolve_captured(&own_with_draft(requirement), &captured)?;
    let equipped = match context.equip(oauth2, resolved, ClientOf::Grant(attempt.registration)).await? {
        Ok(equipped) => equipped,
        Err(unequipped) => return Ok(Err(unequipped.reason)),
    };
    let verifier = secret(context, requirement, attempt)?;
    let (out, redirect_uri, stamp) = (context.outbound(), &attempt.redirect_uri, context.stamp());
    let exchanged =
        providers::oauth2::exchange(out, &equipped.oauth2, &equipped.resolved, code, redirect_uri, verifier.as_ref(), &stamp).await;
    Ok(match exchanged {
        Ok(mut granted) => {
            granted.token.meta.registration = equipped.registration;
            granted.context.extend(captured);
            Ok(granted)
        }
        // Another try registers another client.
        Err(error) if context.retire_refused(&equipped, &error).await? => Err(Reason::ProviderUnexpected),
        // At the exchange `invalid_grant` speaks of the code, not of a grant that once was.
        Err(error) if error.ends_the_grant => Err(Reason::AuthConsentExpired),
        Err(error) => Err(error.reason),
    })
}

fn secret(context: &Context, requirement: &Requirement, attempt: &Attempt<Claimed>) -> Result<Option<SecretString>, Broken> {
    let Some(sealed) = &attempt.secret else { return Ok(None) };
    let place = context.vault().place(
        requirement.connection.owner.owner_uuid(),
        attempt.id.as_uuid(),
        SecretField::AttemptSecret,
        sealed.revision(),
    );
    Ok(Some(context.vault().open(&place, sealed)?))
}

/// `None`: the connection is gone, or the attempt was ended by somebody else, and nothing was saved.
pub(super) async fn save(
    context: &Context,
    actor: &Actor,
    ended: Attempt<Ended>,
    requirement: &Requirement,
    obtained: Obtained,
) -> Result<Option<Finished>, Broken> {
    let mut connection = requirement.connection.clone();
    let return_to = ended.return_to.clone();
    // A token in hand must not be lost to someone else's save, nor their inputs to the token: the row is read again until the
    // compare-and-set holds.
    loop {
        let (owner, row) = (connection.owner.owner_uuid(), connection.id.as_uuid());
        let mut credential = context.vault().open_credential(owner, row, &connection.credential)?;
        credential.inputs.extend(obtained.inputs.clone());
        credential.token = Some(obtained.token.clone());
        let sealed = context.vault().seal_credential(owner, row, &credential, &connection.credential);
        let mut next = connection.clone().connect(sealed, obtained.account.clone(), obtained.confirmed, context.now());
        next.context.clone_from(&obtained.provider_context);
        if connection.revision != obtained.revision {
            // Typed in another tab while the provider took its time: still a draft.
            next.draft.clone_from(&connection.draft);
        }
        let mut work = context.store().begin().await?;
        if work.connections().save(Scope::Organization, context.wrapped(&next)?.as_ref()).await?.is_some() {
            if !work.attempts().end(&ended).await? {
                return Ok(None);
            }
            if let Some(run) = &obtained.run {
                work.checks().insert(next.id, run).await?;
            }
            if requirement.is_to_be_saved() {
                reusable::adopt(context, &mut work, actor, requirement, &next).await?;
            }
            let detail = json!({"attempt": ended.id, "confirmed": obtained.confirmed});
            context.record(&mut work, &context.connection_event(actor, AuditAction::AttemptCompleted, &next, detail)).await?;
            if let (Some(was), Some(is)) = (&connection.account, &next.account)
                && was != is
            {
                // Whose data it is about has changed: the one thing about a reconnect that somebody may ask for later.
                let detail = json!({"attempt": ended.id, "was": was, "is": is});
                context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionAccountChanged, &next, detail)).await?;
            }
            work.commit().await?;
            return Ok(Some(Finished::Connected { return_to, connector: requirement.connector.name.clone() }));
        }
        drop(work);
        match context.store().read().connections().find(Scope::Organization, connection.id).await? {
            Some(fresh) => connection = fresh,
            None => return Ok(None),
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
    if let Some(run) = &failure.run {
        work.checks().insert(requirement.connection.id, run).await?;
    }
    let detail = json!({"attempt": ended.id, "reason": failure.reason});
    context.record(&mut work, &context.connection_event(actor, action, &requirement.connection, detail)).await?;
    work.commit().await?;
    Ok(Finished::NotConnected(Box::new(NotConnected {
        reason: failure.reason,
        // The slot itself may use another one.
        at: match requirement.is_to_be_saved() {
            true => ConnectionRef::Id(requirement.connection.id),
            false => choose::place_of(&requirement.connection),
        },
        connector: requirement.connector.name.clone(),
        return_to,
        said: failure.said,
        missing_scopes: failure.missing_scopes,
    })))
}
