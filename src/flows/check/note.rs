//! What a check changes on the connection, written together with its line in the history.

use serde_json::json;

use super::{Checked, Looked, Passed};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        check::CheckTrigger,
        connection::{Connection, ConnectionState},
        reason::Reason,
        time::Timestamp,
    },
    flows::{Broken, Context},
};

pub(super) async fn note(context: &Context, scope: Scope, actor: &Actor, looked: Looked) -> Result<Checked, Broken> {
    let now = context.now();
    let mut current = looked.connection.clone();
    loop {
        // Saved meanwhile with other values: what was found is about the old ones.
        let stale = current.credential != looked.connection.credential;
        let next = if stale { current.clone() } else { next(&looked, current.clone(), now) };
        let changed = next.state != current.state || next.account != current.account;
        let mut work = context.store().begin().await?;
        let saved = match () {
            () if changed => work.connections().save(scope, context.wrapped(&next)?.as_ref()).await?.is_some(),
            () if next.checked_at != current.checked_at => work.connections().note_checked(next.id, current.revision, now).await?,
            () => true,
        };
        if !saved {
            drop(work);
            match context.store().read().connections().find(scope, current.id).await? {
                Some(fresh) => current = fresh,
                None => return Ok(Checked::NotFound),
            }
            continue;
        }
        if let Some(run) = &looked.run {
            work.checks().insert(next.id, run).await?;
        }
        // A schedule that finds all as it was is in the history, and would fill the audit.
        if looked.trigger != CheckTrigger::Schedule || changed {
            let reason = looked.result.as_ref().err();
            let detail = json!({"slot": next.owner.slot(), "ok": reason.is_none(), "reason": reason, "trigger": looked.trigger.as_str(),
                "was": current.state.status(), "status": next.state.status()});
            context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionChecked, &next, detail)).await?;
        }
        work.commit().await?;
        return Ok(answer(looked));
    }
}

fn next(looked: &Looked, connection: Connection, now: Timestamp) -> Connection {
    match &looked.result {
        // Nothing was asked, so nothing is known: what a step told stands.
        Ok(Passed { confirmed: false, .. }) if looked.trigger == CheckTrigger::Failure && !looked.forced => connection,
        Ok(passed) => {
            let (credential, draft) = (connection.credential.clone(), connection.draft.clone());
            Connection { draft, ..connection.connect(credential, passed.account.clone(), passed.confirmed, now) }
        }
        // A service that is down says nothing about the connection: what worked goes on being Connected.
        Err(reason) if reason.is_transient() => connection,
        // The refresh has ended the grant, and said so: a sharper word than "not working".
        Err(_) if matches!(connection.state, ConnectionState::NeedsReconnecting(_)) => connection,
        Err(Reason::AuthNeedsReconnect) => connection.require_reconnect(Reason::AuthNeedsReconnect, now),
        Err(reason) => connection.fail(*reason, now),
    }
}

fn answer(looked: Looked) -> Checked {
    match looked.result {
        Ok(passed) if passed.confirmed => Checked::Passed { account: passed.account },
        Ok(_) => Checked::NotDeclared,
        Err(reason) => Checked::Failed(reason),
    }
}
