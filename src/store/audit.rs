//! The audit: only ever added to, in the transaction of the change itself, each event chained to the one before. Newest first.

mod chain;

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

#[cfg(test)]
pub(super) use chain::ALL as CHAIN_STATEMENTS;
pub use chain::{BEGINNING, CHAINS, ChainEnd, ChainedEvent, Link};

use super::{
    StoreError, columns,
    statement::{Source, fetch, statements},
};
use crate::domain::{
    access::{Actor, Scope},
    audit::{AuditAction, AuditEvent},
    ids::{ApiKeyId, AuditEventId, ConnectionId, CustomerId, InstanceId, LinkId, UserId},
    key::Key,
    time::Timestamp,
    user::{LinkUser, Role},
};

pub struct Audit<'a> {
    pub(super) source: Source<'a>,
}

/// What is `None` does not narrow the list.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub customer: Option<CustomerId>,
    pub instance: Option<InstanceId>,
    pub connection: Option<ConnectionId>,
    /// Of the instances that are there now.
    pub integration: Option<Key>,
    pub action: Option<AuditAction>,
    pub actor_kind: Option<ActorKind>,
    /// Of an org user, or of an API key.
    pub actor_id: Option<Uuid>,
    /// From this moment on, and before that one.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// What kind of actor an event has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    CustomerUser,
    OrgUser,
    Acting,
    ApiKey,
    System,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum ActorColumn {
    CustomerUser { customer_id: CustomerId, link_id: Option<LinkId>, user: Option<LinkUser> },
    OrgUser { id: UserId, role: Role },
    Acting { id: UserId, role: Role, customer_id: CustomerId, reason: String },
    ApiKey { id: ApiKeyId },
    System,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    occurred_at: i64,
    actor: Json<ActorColumn>,
    action: String,
    customer_id: Option<Uuid>,
    instance_id: Option<Uuid>,
    connection_id: Option<Uuid>,
    detail: Json<serde_json::Value>,
}

/// A statement for each index: one for all of them would use none. Times are bounds of the ids, which begin with them.
macro_rules! list {
    ($first:literal) => {
        concat!(
            "SELECT * FROM audit_events WHERE ",
            $first,
            " AND id < $1 AND id >= $2 AND (customer_id = $4 OR $4 IS NULL)
             AND (instance_id = $5 OR $5 IS NULL) AND (connection_id = $6 OR $6 IS NULL) AND (action = $7 OR $7 IS NULL)
             AND (actor_kind = $8 OR $8 IS NULL) AND (actor_id = $9 OR $9 IS NULL)
             AND (instance_id IN (SELECT i.id FROM instances i WHERE i.integration_key = $10) OR $10 IS NULL)
             ORDER BY id DESC LIMIT $3"
        )
    };
}

/// No id of that moment lies before it (RFC 9562 §5.7: 48 bits of milliseconds come first).
fn first_of(at: Timestamp) -> Uuid {
    Uuid::from_u128(u128::try_from(at.as_millis()).unwrap_or(0) << 80)
}

statements! {
    LIST = both(list!("TRUE"));
    LIST_OF_CUSTOMER = both(list!("customer_id = $4"));
    LIST_OF_INSTANCE = both(list!("instance_id = $5"));
    LIST_OF_CONNECTION = both(list!("connection_id = $6"));
    LIST_OF_ACTION = both(list!("action = $7"));
    LIST_OF_ACTOR = both(list!("actor_id = $9"));
    LIST_OF_KIND = both(list!("actor_kind = $8"));
}

impl Audit<'_> {
    /// `cursor`: the last one of the page before.
    pub async fn list(
        &mut self,
        scope: Scope,
        filter: &AuditFilter,
        cursor: Option<AuditEventId>,
        limit: i64,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        let (own, wanted) = (columns::customer(scope), filter.customer.map(CustomerId::as_uuid));
        if own.is_some() && wanted.is_some() && own != wanted {
            return Ok(Vec::new());
        }
        let customer = own.or(wanted);
        let statement = match filter {
            AuditFilter { connection: Some(_), .. } => LIST_OF_CONNECTION,
            AuditFilter { instance: Some(_), .. } => LIST_OF_INSTANCE,
            _ if customer.is_some() => LIST_OF_CUSTOMER,
            AuditFilter { action: Some(_), .. } => LIST_OF_ACTION,
            AuditFilter { actor_id: Some(_), .. } => LIST_OF_ACTOR,
            AuditFilter { actor_kind: Some(_), .. } => LIST_OF_KIND,
            _ => LIST,
        };
        let before = columns::before(cursor.map(AuditEventId::as_uuid));
        let until = filter.until.map_or(before, |until| before.min(first_of(until)));
        let rows = fetch!(
            fetch_all as Row;
            self.source.within(scope),
            statement,
            until,
            filter.from.map_or(Uuid::nil(), first_of),
            limit,
            customer,
            filter.instance.map(InstanceId::as_uuid),
            filter.connection.map(ConnectionId::as_uuid),
            filter.action.map(AuditAction::name),
            filter.actor_kind.map(ActorKind::as_str),
            filter.actor_id.map(|id| id.to_string()),
            filter.integration.as_ref().map(Key::as_str),
        )?;
        rows.into_iter().map(AuditEvent::try_from).collect()
    }
}

/// As in the column.
impl ActorKind {
    pub const ALL: [Self; 5] = [Self::CustomerUser, Self::OrgUser, Self::Acting, Self::ApiKey, Self::System];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CustomerUser => "customer_user",
            Self::OrgUser => "org_user",
            Self::Acting => "acting",
            Self::ApiKey => "api_key",
            Self::System => "system",
        }
    }
}

impl From<&Actor> for ActorColumn {
    fn from(actor: &Actor) -> Self {
        match actor {
            Actor::CustomerUser { customer_id, link_id, user } => {
                Self::CustomerUser { customer_id: *customer_id, link_id: *link_id, user: user.clone() }
            }
            Actor::OrgUser { id, role } => Self::OrgUser { id: *id, role: *role },
            Actor::Acting { id, role, customer_id, reason } => {
                Self::Acting { id: *id, role: *role, customer_id: *customer_id, reason: reason.clone() }
            }
            Actor::ApiKey { id } => Self::ApiKey { id: *id },
            Actor::System => Self::System,
        }
    }
}

impl From<ActorColumn> for Actor {
    fn from(column: ActorColumn) -> Self {
        match column {
            ActorColumn::CustomerUser { customer_id, link_id, user } => Self::CustomerUser { customer_id, link_id, user },
            ActorColumn::OrgUser { id, role } => Self::OrgUser { id, role },
            ActorColumn::Acting { id, role, customer_id, reason } => Self::Acting { id, role, customer_id, reason },
            ActorColumn::ApiKey { id } => Self::ApiKey { id },
            ActorColumn::System => Self::System,
        }
    }
}

impl TryFrom<Row> for AuditEvent {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let action = AuditAction::ALL.iter().find(|action| action.name() == row.action);
        Ok(Self {
            id: AuditEventId::from_uuid(row.id),
            at: Timestamp::from_millis(row.occurred_at),
            actor: row.actor.0.into(),
            action: *action.ok_or_else(|| StoreError::unreadable("audit_events.action"))?,
            customer_id: row.customer_id.map(CustomerId::from_uuid),
            instance_id: row.instance_id.map(InstanceId::from_uuid),
            connection_id: row.connection_id.map(ConnectionId::from_uuid),
            detail: row.detail.0,
        })
    }
}
