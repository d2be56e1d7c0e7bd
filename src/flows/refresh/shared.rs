//! The refreshes going on in this process: each in a task of its own, so that a reader who goes away cancels nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, join_all},
};

use super::{NotLive, Print, backing_off, leased, unsaved};
use crate::{
    domain::{access::Scope, connection::ConnectionState, ids::ConnectionId, reason::Reason},
    flows::{Broken, Context, requirement::Requirement},
};

const POLL: Duration = Duration::from_millis(50);
/// Longer than a provider may take: another process's refresh is waited for to its end.
const POLLS: u32 = 400;

/// `Err`: we are broken; every waiter hears the same.
type Outcome = Result<Result<(), NotLive>, Arc<Broken>>;
type Going = Shared<BoxFuture<'static, Outcome>>;

#[derive(Default)]
pub struct InFlight(Mutex<HashMap<ConnectionId, Going>>);

impl InFlight {
    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectionId, Going>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Joins the refresh that is going on, or starts one. `forced`: also while the provider is left alone after a failure.
pub(super) async fn refresh(context: &Context, requirement: &Requirement, forced: bool) -> Result<Result<(), NotLive>, Broken> {
    let (id, seen) = (requirement.connection.id, Print::of(requirement.credential.token.as_ref()));
    let going = context.in_flight().lock().entry(id).or_insert_with(|| start(context.clone(), id, seen, forced)).clone();
    going.await.map_err(Broken::Shared)
}

fn start(context: Context, id: ConnectionId, seen: Print, forced: bool) -> Going {
    let ended_early = |error| Err(Arc::new(Broken::Inconsistent(format!("a refresh ended early: {error}"))));
    let task = tokio::spawn(async move {
        let worker = context.clone();
        let work = tokio::spawn(async move { refresh_one(&worker, id, seen, forced).await.map_err(Arc::new) });
        // Also one that panics makes way for the next.
        let outcome = work.await.unwrap_or_else(ended_early);
        context.in_flight().lock().remove(&id);
        outcome
    });
    async move { task.await.unwrap_or_else(ended_early) }.boxed().shared()
}

/// `seen`: the token that the caller has; a row that holds another one by now needs nothing more.
async fn refresh_one(context: &Context, id: ConnectionId, seen: Print, forced: bool) -> Result<Result<(), NotLive>, Broken> {
    for _ in 0..POLLS {
        if context.unsaved().holds(id) {
            return Ok(if unsaved::settle_one(context, id).await { Ok(()) } else { Err(NotLive::Unsaved) });
        }
        let Some(row) = context.store().read().connections().find(Scope::Organization, id).await? else {
            return Ok(Err(NotLive::NeedsReconnect(Reason::AuthNeedsReconnect)));
        };
        if Print::of(context.open(&row)?.token.as_ref()) != seen {
            return Ok(Ok(()));
        }
        match row.state {
            ConnectionState::NeedsReconnecting(reason) if !forced => return Ok(Err(NotLive::NeedsReconnect(reason))),
            _ => {}
        }
        if let Some(unavailable) = backing_off(context, row.refresh).filter(|_| !forced) {
            return Ok(Err(unavailable));
        }
        if let Some(lease) = leased::claim(context, id).await? {
            return leased::refresh(context, lease, Some(seen)).await;
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(Err(NotLive::Unavailable { reason: Reason::Timeout, retry_after_seconds: 5 }))
}

/// Waits for what was begun for readers, also for those who have gone.
pub async fn finish_begun(context: &Context) {
    let going: Vec<Going> = context.in_flight().lock().values().cloned().collect();
    join_all(going).await;
}
