//! Trying a connection against its real service: before saving, on demand, after consent, after a failure and by schedule.
//!
//! Every try goes into the connection's history. What a check finds changes the connection in `note`.

mod note;

use super::{Broken, Context, equip::ClientOf, refresh, requirement::Requirement};
use crate::{
    domain::{
        access::{Actor, Scope},
        auth::OAuth2,
        check::{CheckOutcome, CheckRun, CheckTrigger, HISTORY},
        connection::{Connection, ConnectionRef},
        credential::Token,
        reason::Reason,
        resolution::{self, Resolved},
        time::Timestamp,
    },
    providers::{self, oauth2::Granted},
};

/// A token that was obtained this short a time ago and is refused is not made better by another one.
const FRESH_SECONDS: i64 = 60;

/// A trial that passed: what is to be saved with it.
pub(super) struct Passed {
    pub account: Option<String>,
    /// A grant that needs no consent obtains its token as its own proof.
    pub granted: Option<Granted>,
    /// A check was declared and passed (or a token was obtained), so the service itself has confirmed.
    pub confirmed: bool,
}

/// One trial, and its line in the history; `None` where there was nothing to ask.
pub(super) struct Tried {
    pub result: Result<Passed, Reason>,
    pub run: Option<CheckRun>,
}

impl Context {
    /// Sends what `resolved` holds to the service. `token`: of a person's consent, just obtained or saved.
    pub(super) async fn try_out(
        &self,
        requirement: &Requirement,
        resolved: &Resolved,
        token: Option<&Token>,
        trigger: CheckTrigger,
    ) -> Result<Tried, Broken> {
        let begun_at = self.now();
        let connection_type = requirement.connection_type()?;
        let mut granted = None;
        if let Some(oauth2) = connection_type.auth().oauth2().filter(|oauth2| token.is_none() && !oauth2.grant.needs_consent()) {
            match self.obtain_by_itself(oauth2, resolved).await? {
                Ok(obtained) => granted = Some(obtained),
                Err(reason) => return Ok(self.tried(begun_at, trigger, Err(reason))),
            }
        }
        // Its answer may hold what the check's address is made of.
        let captured = granted.as_ref().map(|granted| resolution::with_captured(connection_type, resolved, &granted.context));
        let values = captured.as_ref().unwrap_or(resolved);
        let token = token.or(granted.as_ref().map(|granted| &granted.token));
        Ok(match providers::check::run(self.outbound(), connection_type, values, token, &self.stamp()).await {
            CheckOutcome::Passed { account } => self.tried(begun_at, trigger, Ok(Passed { account, confirmed: true, granted })),
            CheckOutcome::Failed { reason } => self.tried(begun_at, trigger, Err(reason)),
            CheckOutcome::NotDeclared => self.tried(begun_at, trigger, Ok(Passed { account: None, confirmed: granted.is_some(), granted })),
        })
    }

    async fn obtain_by_itself(&self, oauth2: &OAuth2, resolved: &Resolved) -> Result<Result<Granted, Reason>, Broken> {
        let equipped = match self.equip(oauth2, resolved.clone(), ClientOf::Grant(None)).await? {
            Ok(equipped) => equipped,
            Err(unequipped) => return Ok(Err(unequipped.reason)),
        };
        let granted = providers::oauth2::obtain(self.outbound(), &equipped.oauth2, &equipped.resolved, &self.stamp()).await;
        Ok(granted.map_err(|error| error.reason))
    }

    fn tried(&self, begun_at: Timestamp, trigger: CheckTrigger, result: Result<Passed, Reason>) -> Tried {
        let at = self.now();
        let outcome = match &result {
            Ok(Passed { confirmed: false, .. }) => return Tried { result, run: None },
            Ok(passed) => CheckOutcome::Passed { account: passed.account.clone() },
            Err(reason) => CheckOutcome::Failed { reason: *reason },
        };
        let latency_ms = at.as_millis().saturating_sub(begun_at.as_millis()).max(0);
        Tried { result, run: Some(CheckRun { at, outcome, latency_ms, trigger }) }
    }
}

/// How a check ended.
#[derive(Debug)]
pub enum Checked {
    Passed { account: Option<String> },
    NotDeclared,
    Failed(Reason),
    NotConnected,
    NotFound,
}

/// Checks a connection as it is saved, and notes the result on it.
pub async fn run(context: &Context, scope: Scope, actor: &Actor, at: &ConnectionRef, trigger: CheckTrigger) -> Result<Checked, Broken> {
    let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(Checked::NotFound) };
    if !requirement.is_open_to(scope)? {
        return Ok(Checked::NotFound);
    }
    if !requirement.is_ready()? && requirement.connection.state.reason().is_none() {
        return Ok(Checked::NotConnected);
    }
    let looked = look(context, at, requirement, trigger).await?;
    note::note(context, scope, actor, looked).await
}

/// The last checks of a connection, newest first. `None`: there is no such one for this caller.
pub async fn history(context: &Context, scope: Scope, at: &ConnectionRef) -> Result<Option<Vec<CheckRun>>, Broken> {
    let Some(found) = context.find_requirement(scope, at).await? else { return Ok(None) };
    Ok(Some(context.store().read().checks().list(scope, found.connection.id, HISTORY).await?))
}

/// What a look at the connection brought.
struct Looked {
    /// As it was when the service was asked.
    connection: Connection,
    result: Result<Passed, Reason>,
    run: Option<CheckRun>,
    trigger: CheckTrigger,
    /// The token was refused and a new one obtained.
    forced: bool,
}

/// Asks the service; where it refuses a token that should be good, once more with a new one.
async fn look(context: &Context, at: &ConnectionRef, requirement: Requirement, trigger: CheckTrigger) -> Result<Looked, Broken> {
    let (begun_at, before) = (context.now(), requirement.connection.clone());
    let of =
        |connection: Connection, tried: Tried, forced: bool| Looked { connection, result: tried.result, run: tried.run, trigger, forced };
    let live = match refresh::live(context, requirement).await? {
        Ok(live) => live,
        Err(error) => return Ok(of(before, context.tried(begun_at, trigger, Err(error.reason().unwrap_or(Reason::Timeout))), false)),
    };
    let tried = context.try_out(&live, &live.resolve()?, live.credential.token.as_ref(), trigger).await?;
    // A failure that a step told of counts as a refusal where there is no check to ask with.
    let refused = match &tried.result {
        Err(reason) => *reason == Reason::AuthRejected,
        Ok(passed) => trigger == CheckTrigger::Failure && !passed.confirmed,
    };
    if !refused || !is_renewable(context, &live)? {
        return Ok(of(live.connection, tried, false));
    }
    match refresh::force(context, Scope::Organization, at).await? {
        Some(Ok(())) => {}
        Some(Err(error)) => {
            return Ok(of(live.connection, context.tried(begun_at, trigger, Err(error.reason().unwrap_or(Reason::Timeout))), false));
        }
        None => return Ok(of(live.connection, tried, false)),
    }
    let renewed = match context.find_requirement(Scope::Organization, at).await? {
        Some(renewed) if renewed.connection.id == live.connection.id => renewed,
        // The slot uses another one by now.
        _ => return Ok(of(live.connection, tried, false)),
    };
    let Tried { result, .. } = context.try_out(&renewed, &renewed.resolve()?, renewed.credential.token.as_ref(), trigger).await?;
    Ok(of(renewed.connection, context.tried(begun_at, trigger, result), true))
}

/// There is a token, it is not quite new, and another one can be had without a person.
fn is_renewable(context: &Context, requirement: &Requirement) -> Result<bool, Broken> {
    let Some(token) = &requirement.credential.token else { return Ok(false) };
    let can_be_renewed = token.refresh_token.is_some() || !requirement.needs_consent()?;
    Ok(can_be_renewed && token.meta.obtained_at.plus_seconds(FRESH_SECONDS) <= context.now())
}
