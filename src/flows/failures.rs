//! A step tells that the service refused what it was given: the connection is Not working, and at once looked into.
//!
//! However many steps tell of it, one check a minute follows; the time of the next one is in the database, not here.

use serde_json::json;

use super::{Broken, Context, due_checks};
use crate::domain::{
    access::{Actor, Scope},
    audit::AuditAction,
    connection::{ConnectionRef, ConnectionState},
    reason::Reason,
};

const APART_MS: i64 = 60_000;
const MESSAGE_CHARS: usize = 300;

pub enum Reported {
    Noted,
    /// Nobody has connected it, so nothing of it can have failed.
    NotConnected,
    NotFound,
}

/// `message` is data. Answers as soon as it is on record; the check runs in a task of its own.
pub async fn report(context: &Context, scope: Scope, actor: &Actor, at: &ConnectionRef, message: &str) -> Result<Reported, Broken> {
    loop {
        let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(Reported::NotFound) };
        if requirement.is_new {
            return Ok(Reported::NotConnected);
        }
        let (slot, connection, now) = (requirement.slot.key, requirement.connection, context.now());
        // Only a person can help with these already.
        let told_before = matches!(
            connection.state,
            ConnectionState::NotWorking(Reason::AuthRejected) | ConnectionState::NeedsReconnecting(_) | ConnectionState::NotConnected
        );
        let failed = if told_before { connection } else { connection.fail(Reason::AuthRejected, now) };
        let mut work = context.store().begin().await?;
        if !told_before && work.connections().save(scope, context.wrapped(&failed)?.as_ref()).await?.is_none() {
            continue;
        }
        let is_broken = matches!(failed.state, ConnectionState::NotWorking(_));
        let due_at = if is_broken { work.connections().check_after_failure(failed.id, now, APART_MS).await? } else { None };
        let said: String = message.chars().filter(|c| !c.is_control()).take(MESSAGE_CHARS).collect();
        let detail = json!({"slot": slot, "message": said});
        context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionFailed, &failed, detail)).await?;
        work.commit().await?;
        if due_at.is_some_and(|due_at| due_at <= now) {
            let (context, id) = (context.clone(), failed.id);
            drop(tokio::spawn(async move {
                if let Err(error) = due_checks::run_now(&context, id).await {
                    tracing::error!(%error, connection = %id, "the check after a failure could not be run");
                }
            }));
        }
        return Ok(Reported::Noted);
    }
}
