//! The audit: only ever added to, in the transaction of the change itself. Newest first.

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::{Actor, Scope},
    audit::{AuditAction, AuditEvent},
    ids::{ApiKeyId, AuditEventId, ConnectionId, CustomerId, InstanceId, LinkId, UserId},
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

/// A statement for each index: one for all of them would use none.
macro_rules! list {
    ($filters:literal) => {
        concat!("SELECT * FROM audit_events WHERE ", $filters, " AND id < $4 ORDER BY id DESC LIMIT $5")
    };
}

statements! {
    INSERT = both(
        "INSERT INTO audit_events (id, occurred_at, actor, action, customer_id, instance_id, connection_id, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    LIST = both(list!("(customer_id = $1 OR $1 IS NULL) AND (instance_id = $2 OR $2 IS NULL) AND (connection_id = $3 OR $3 IS NULL)"));
    LIST_OF_CUSTOMER = both(list!("customer_id = $1 AND (instance_id = $2 OR $2 IS NULL) AND (connection_id = $3 OR $3 IS NULL)"));
    LIST_OF_INSTANCE = both(list!("(customer_id = $1 OR $1 IS NULL) AND instance_id = $2 AND (connection_id = $3 OR $3 IS NULL)"));
    LIST_OF_CONNECTION = both(list!("(customer_id = $1 OR $1 IS NULL) AND (instance_id = $2 OR $2 IS NULL) AND connection_id = $3"));
}

impl Audit<'_> {
    pub async fn insert(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        execute!(
            self.source,
            INSERT,
            event.id.as_uuid(),
            event.at.as_millis(),
            Json(ActorColumn::from(&event.actor)),
            event.action.name(),
            event.customer_id.map(CustomerId::as_uuid),
            event.instance_id.map(InstanceId::as_uuid),
            event.connection_id.map(ConnectionId::as_uuid),
            Json(&event.detail),
        )
        .map(drop)
    }

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
        let (instance, connection) = (filter.instance.map(InstanceId::as_uuid), filter.connection.map(ConnectionId::as_uuid));
        let statement = match (customer, instance, connection) {
            (_, _, Some(_)) => LIST_OF_CONNECTION,
            (_, Some(_), None) => LIST_OF_INSTANCE,
            (Some(_), None, None) => LIST_OF_CUSTOMER,
            (None, None, None) => LIST,
        };
        let before = columns::before(cursor.map(AuditEventId::as_uuid));
        let rows = fetch!(fetch_all as Row; self.source.within(scope), statement, customer, instance, connection, before, limit)?;
        rows.into_iter().map(AuditEvent::try_from).collect()
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
