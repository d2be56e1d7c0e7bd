//! Checks that nobody asks for at the time: by the schedule of a connection type (`check.every`), and after a failure.
//!
//! The time of the next one is a column of the connection. Whoever runs it moves that time on first, so that one does.

use super::{Broken, Context, check};
use crate::{
    domain::{
        access::{Actor, Scope},
        check::CheckTrigger,
        connection::{Connection, ConnectionRef, ConnectionState},
        ids::ConnectionId,
        time::Timestamp,
    },
    store::DueCheck,
};

/// Longer than a refresh and two checks may take; after it a check counts as lost, and is due again.
const LOST_AFTER_SECONDS: i64 = 120;
/// Before a failure is looked into again whose service could not be asked.
const AGAIN_SECONDS: i64 = 300;
/// Planned in one transaction.
const BATCH: i64 = 500;

/// Plans a first check for what has none, spread over the second half of its interval.
pub async fn plan(context: &Context) -> Result<(), Broken> {
    for of in context.store().read().connections().list_unscheduled_types().await? {
        let Some(connector) = context.connector(&of.type_ref.connector, of.connector_version).await? else { continue };
        let connection_type = connector.connection_type(of.type_ref.connection_type.as_str());
        let Some(every) = connection_type.and_then(|t| t.check()?.every_seconds) else { continue };
        let ids = context.store().read().connections().list_unscheduled(&of, BATCH).await?;
        let mut work = context.store().begin().await?;
        for id in ids {
            work.connections().schedule_check(id, context.now().plus_seconds(every / 2 + up_to(context, every / 2))).await?;
        }
        work.commit().await?;
    }
    Ok(())
}

pub async fn list(context: &Context, of_each_connector: i64) -> Result<Vec<DueCheck>, Broken> {
    Ok(context.store().read().connections().list_due_checks(context.now(), of_each_connector).await?)
}

/// The connection's check, if it is due and nobody else runs it.
pub async fn run_now(context: &Context, id: ConnectionId) -> Result<(), Broken> {
    match context.store().read().connections().find_due_check(id, context.now()).await? {
        Some(due) => run(context, &due).await,
        None => Ok(()),
    }
}

/// Claims a due check, runs it, and plans the next one.
pub async fn run(context: &Context, due: &DueCheck) -> Result<(), Broken> {
    let (id, now) = (due.connection_id, context.now());
    let until = now.plus_seconds(LOST_AFTER_SECONDS);
    let mut work = context.store().begin().await?;
    let is_ours = work.connections().claim_check(due, now, until).await?;
    work.commit().await?;
    if !is_ours {
        return Ok(());
    }
    let next = check(context, id, due.after_failure).await?;
    let mut work = context.store().begin().await?;
    work.connections().move_check(id, until, next).await?;
    Ok(work.commit().await?)
}

/// When it is due next.
async fn check(context: &Context, id: ConnectionId, failure_told: bool) -> Result<Option<Timestamp>, Broken> {
    let Some(connection) = find(context, id).await? else { return Ok(None) };
    if connection.owner.is_test() {
        return Ok(None);
    }
    let at = ConnectionRef::Id(id);
    let every = match context.find_requirement(Scope::Organization, &at).await? {
        Some(requirement) => requirement.connection_type()?.check().and_then(|check| check.every_seconds),
        None => None,
    };
    // Without a schedule a check is only ever due because of a failure, also when it is tried again.
    let after_failure = failure_told || (every.is_none() && matches!(connection.state, ConnectionState::NotWorking(_)));
    // Whoever has to sign in again first is not asked for by a schedule; `plan` takes it up afterwards.
    if !matches!(connection.state, ConnectionState::Connected | ConnectionState::NotWorking(_)) || (every.is_none() && !after_failure) {
        return Ok(None);
    }
    let trigger = if after_failure { CheckTrigger::Failure } else { CheckTrigger::Schedule };
    let checked = check::run(context, Scope::Organization, &Actor::System, &at, trigger).await?;
    let regular = every.map(|every| every - every / 10 + up_to(context, every / 5));
    let is_open = after_failure && matches!(checked, check::Checked::Failed(reason) if reason.is_transient());
    let seconds = if is_open { Some(regular.map_or(AGAIN_SECONDS, |regular| regular.min(AGAIN_SECONDS))) } else { regular };
    Ok(seconds.map(|seconds| context.now().plus_seconds(seconds)))
}

async fn find(context: &Context, id: ConnectionId) -> Result<Option<Connection>, Broken> {
    Ok(context.store().read().connections().find(Scope::Organization, id).await?)
}

/// So many connections of one kind are not all due at once.
fn up_to(context: &Context, seconds: i64) -> i64 {
    let random = u32::from_le_bytes(context.random_bytes());
    seconds.saturating_mul(i64::from(random)) / i64::from(u32::MAX)
}
