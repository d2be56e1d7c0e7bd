//! One connection as a person may look at it: how it is, what it is for, how it stays alive, and its last checks.

use super::{
    Broken, Context, SlotState, SlotSummary,
    check::history,
    disconnect::{self, Use},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        check::CheckRun,
        connection::{Connection, ConnectionRef, ConnectionState},
        ids::{ConnectionId, InstanceId},
        key::Key,
        reason::Reason,
        refresh::{Ending, Refresh},
        time::Timestamp,
    },
    store::AuditFilter,
};

pub struct Life {
    pub slot: SlotSummary,
    pub uses: Vec<Use>,
    /// The wizard's page on which its values are entered.
    pub page: Key,
    pub renewal: Renewal,
    /// There is something to ask the service with.
    pub can_check: bool,
    /// Newest first.
    pub checks: Vec<CheckRun>,
    /// The last thing that an org user did to it in the customer's name.
    pub acted: Option<Acted>,
}

/// Somebody of the organization acted for the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acted {
    pub at: Timestamp,
    pub reason: String,
}

/// How far back it is told of.
const EVENTS: i64 = 50;

impl Life {
    pub fn is_disconnected(&self) -> bool {
        self.slot.state == SlotState::Connection(ConnectionState::NotConnected)
    }
}

/// How the access stays alive; `None` where it is not known, or does not apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewal {
    /// By itself, for the next time.
    pub next_at: Option<Timestamp>,
    pub last_at: Option<Timestamp>,
    /// The last try failed; `next_at` is the next one.
    pub failing: Option<Reason>,
    /// A person has to sign in again by then.
    pub ends_at: Option<Timestamp>,
}

impl Renewal {
    pub(super) fn of(connection: &Connection, now: Timestamp) -> Self {
        let next_at = match connection.refresh {
            Refresh::Idle => None,
            Refresh::Fresh { due_at } => Some(due_at),
            Refresh::Retrying { retry_at, .. } => Some(retry_at),
        };
        // An end that each renewal moves on is nobody's concern until it stops moving.
        let is_near = |ending: &Ending| ending.warn_at.is_none_or(|warn_at| warn_at <= now);
        let ends_at = connection.ending.filter(|ending| next_at.is_none() || is_near(ending)).map(|ending| ending.at);
        Self { next_at, last_at: connection.refreshed_at, failing: connection.refresh.reason(), ends_at }
    }
}

/// `None`: nothing that this person may see, or managed for them.
pub async fn show(context: &Context, scope: Scope, id: InstanceId, slot: &str) -> Result<Option<Life>, Broken> {
    let Some(disconnect::Before { slot: summary, uses }) = disconnect::before(context, scope, &ConnectionRef::slot(id, slot)).await? else {
        return Ok(None);
    };
    let Some(requirement) = context.find_requirement(scope, &ConnectionRef::slot(id, slot)).await? else { return Ok(None) };
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let published = context.published_for(&instance).await?;
    let Some(page) = published.integration.page_of_slot(slot).map(|page| page.key.clone()) else { return Ok(None) };
    let connection_type = requirement.connection_type()?;
    let acted = acted(context, scope, requirement.connection.id).await?;
    Ok(Some(Life {
        slot: summary,
        uses,
        page,
        renewal: Renewal::of(&requirement.connection, context.now()),
        can_check: connection_type.check().is_some() || requirement.obtains_by_itself()?,
        checks: history(context, scope, &ConnectionRef::slot(id, slot)).await?.unwrap_or_default(),
        acted,
    }))
}

async fn acted(context: &Context, scope: Scope, connection: ConnectionId) -> Result<Option<Acted>, Broken> {
    let filter = AuditFilter { connection: Some(connection), ..AuditFilter::default() };
    let events = context.store().read().audit().list(scope, &filter, None, EVENTS).await?;
    Ok(events.into_iter().find_map(|event| match event.actor {
        Actor::Acting { reason, .. } => Some(Acted { at: event.at, reason }),
        _ => None,
    }))
}
