//! Another account signed in than the one that is connected: what it gave is kept, sealed, and the person is asked.
//!
//! For ten minutes, in the same browser, once. What is not chosen is erased, and taken back at the provider as far as it can be.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Begun, begin_again, begin_on_behalf,
    finish::{Finished, Obtained, save},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        attempt::{ATTEMPT_LIFETIME_SECONDS, Attempt, AttemptEnd, Claimed, Undecided},
        audit::AuditAction,
        connection::{Connection, ConnectionOwner, ConnectionRef},
        credential::{Credential, SealedCredential, Token},
        ids::AttemptId,
        key::Key,
        reason::Reason,
        resolution::SetBy,
        value::Given,
    },
    flows::{Broken, Context, requirement::Requirement, revoke},
};

/// Erased in one go.
const BATCH: i64 = 50;

/// Keeps what was obtained, and sends the person to the question.
pub(super) async fn ask(
    context: &Context,
    actor: &Actor,
    attempt: Attempt<Claimed>,
    requirement: &Requirement,
    obtained: Obtained,
) -> Result<Finished, Broken> {
    let (connection, return_to) = (&requirement.connection, attempt.return_to.clone());
    let kept = Credential { inputs: obtained.inputs, token: Some(obtained.token) };
    let row = attempt.id.as_uuid();
    let undecided = attempt.ask(Undecided {
        until: context.now().plus_seconds(ATTEMPT_LIFETIME_SECONDS),
        account: obtained.account.unwrap_or_default(),
        kept: context.vault().seal_credential(connection.owner.owner_uuid(), row, &kept, &SealedCredential::default()),
        context: obtained.provider_context,
        connection_revision: obtained.revision,
    });
    let detail = json!({"attempt": undecided.id, "reason": Reason::AuthWrongAccount,
        "connected": connection.account, "signed_in": undecided.state.account});
    let mut work = context.store().begin().await?;
    work.attempts().keep_undecided(&undecided).await?;
    if let Some(run) = &obtained.run {
        work.checks().insert(connection.id, run).await?;
    }
    context.record(&mut work, &context.connection_event(actor, AuditAction::AttemptOtherAccount, connection, detail)).await?;
    work.commit().await?;
    Ok(Finished::OtherAccount { at: place_of(connection), return_to })
}

/// By which a person's pages name it.
pub(super) fn place_of(connection: &Connection) -> ConnectionRef {
    match &connection.owner {
        ConnectionOwner::Slot { instance_id, slot, .. } => ConnectionRef::slot(*instance_id, slot.as_str()),
        ConnectionOwner::User { instance_id, slot, user_id, .. } => ConnectionRef::of_user(*instance_id, slot.as_str(), *user_id),
        _ => ConnectionRef::Id(connection.id),
    }
}

/// What the person is asked.
pub struct Question {
    pub attempt: AttemptId,
    pub connector: String,
    pub connected: String,
    pub signed_in: String,
    pub return_to: String,
}

/// `None`: this browser is asked nothing about this connection, or no longer.
pub async fn question(context: &Context, scope: Scope, at: &ConnectionRef, browser_hash: &[u8; 32]) -> Result<Option<Question>, Broken> {
    let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(None) };
    let found = context.store().read().attempts().find_undecided(requirement.connection.id, browser_hash).await?;
    let Some(attempt) = found.filter(|attempt| !attempt.is_late(context.now())) else { return Ok(None) };
    Ok(Some(Question {
        attempt: attempt.id,
        connector: requirement.connector.name.clone(),
        connected: requirement.connection.account.unwrap_or_default(),
        signed_in: attempt.state.account,
        return_to: attempt.return_to,
    }))
}

pub enum Chosen {
    Connected {
        return_to: String,
        connector: String,
    },
    Begun(Begun),
    /// The ten minutes are over: nothing changed.
    Late {
        connector: String,
    },
    /// Chosen already, or erased since.
    Gone,
}

/// "Use B instead": saved as if it had been the only one.
pub async fn use_it(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    at: &ConnectionRef,
    attempt: AttemptId,
    browser_hash: &[u8; 32],
) -> Result<Chosen, Broken> {
    let Some((requirement, attempt)) = find(context, scope, at, attempt, browser_hash).await? else {
        return Ok(Chosen::Gone);
    };
    if attempt.is_late(context.now()) {
        return Ok(Chosen::Late { connector: requirement.connector.name.clone() });
    }
    let Some((token, inputs)) = open(context, &requirement, &attempt)? else { return Ok(Chosen::Gone) };
    let obtained = Obtained {
        token,
        provider_context: attempt.state.context.clone(),
        account: Some(attempt.state.account.clone()),
        confirmed: true,
        inputs,
        revision: attempt.state.connection_revision,
        // In the history since the question was asked.
        run: None,
    };
    let ended = attempt.end(AttemptEnd::Completed, context.now());
    Ok(match save(context, actor, ended, &requirement, obtained).await? {
        Some(Finished::Connected { return_to, connector }) => Chosen::Connected { return_to, connector },
        _ => Chosen::Gone,
    })
}

/// "Sign in again as A": what B gave is erased and taken back, and another attempt begins.
#[expect(clippy::too_many_arguments, reason = "who, where and what; each of another type")]
pub async fn sign_in_again(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    at: &ConnectionRef,
    attempt: AttemptId,
    browser_hash: [u8; 32],
    path_of: impl Fn(Option<&Key>) -> String,
) -> Result<Chosen, Broken> {
    let mut behalf = None;
    if let Some((requirement, attempt)) = find(context, scope, at, attempt, &browser_hash).await? {
        behalf = attempt.given_by.is_of_organization().then(|| (attempt.given_by, attempt.return_to.clone()));
        let (context, actor) = (context.clone(), actor.clone());
        // The person goes on to the provider's page meanwhile.
        drop(tokio::spawn(async move {
            if let Err(error) = discard(&context, &actor, &requirement, attempt).await {
                tracing::error!(%error, "a sign-in that was not wanted could not be taken back");
            }
        }));
    }
    match behalf {
        Some((given_by, return_to)) => begin_on_behalf(context, actor, at, given_by, browser_hash, return_to).await,
        None => begin_again(context, scope, actor, at, browser_hash, path_of).await,
    }
    .map(Chosen::Begun)
}

/// Erases what nobody chose in time.
pub async fn purge(context: &Context) -> Result<(), Broken> {
    for attempt in context.store().read().attempts().list_late(context.now(), BATCH).await? {
        let connection = context.store().read().connections().find(Scope::Organization, attempt.connection_id).await?;
        let Some(connection) = connection else { continue };
        if let Some(requirement) = context.requirement_of(connection).await? {
            discard(context, &Actor::System, &requirement, attempt).await?;
        }
    }
    Ok(())
}

async fn find(
    context: &Context,
    scope: Scope,
    at: &ConnectionRef,
    id: AttemptId,
    browser_hash: &[u8; 32],
) -> Result<Option<(Requirement, Attempt<Undecided>)>, Broken> {
    let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(None) };
    let found = context.store().read().attempts().find_undecided(requirement.connection.id, browser_hash).await?;
    Ok(found.filter(|attempt| attempt.id == id).map(|attempt| (requirement, attempt)))
}

type Opened = (Token, BTreeMap<Key, (Given, SetBy)>);

fn open(context: &Context, requirement: &Requirement, attempt: &Attempt<Undecided>) -> Result<Option<Opened>, Broken> {
    let owner = requirement.connection.owner.owner_uuid();
    let kept = context.vault().open_credential(owner, attempt.id.as_uuid(), &attempt.state.kept)?;
    Ok(kept.token.map(|token| (token, kept.inputs)))
}

/// Our copy goes first. Whoever ends the attempt is the one who asks the provider.
async fn discard(context: &Context, actor: &Actor, requirement: &Requirement, attempt: Attempt<Undecided>) -> Result<(), Broken> {
    // Under a master key that is gone it can only be erased.
    let opened = open(context, requirement, &attempt).unwrap_or_default();
    let account = attempt.state.account.clone();
    let ended = attempt.end(AttemptEnd::Failed(Reason::AuthWrongAccount), context.now());
    let mut work = context.store().begin().await?;
    if !work.attempts().end(&ended).await? {
        return Ok(());
    }
    let detail = json!({"attempt": ended.id, "reason": Reason::AuthWrongAccount});
    context.record(&mut work, &context.connection_event(actor, AuditAction::AttemptFailed, &requirement.connection, detail)).await?;
    work.commit().await?;
    let Some((token, inputs)) = opened else { return Ok(()) };
    // Some providers end every grant of an account with one token of it: not while that account is connected elsewhere.
    if context.store().read().connections().is_connected_as(&requirement.type_ref, &account).await? {
        return Ok(());
    }
    let mut own = requirement.credential.inputs.clone();
    own.extend(inputs);
    revoke::revoke_and_record(context, actor, requirement, &requirement.resolve_with(&own)?, &token).await.map(drop)
}
