//! The outbox: events written in the transaction of the change they tell of, and what was last told of each connection.

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    connection::ConnectionState,
    event::{Event, EventCustomer, EventData, EventUser},
    ids::{ConnectionId, CustomerId, CustomerUserId, InstanceId},
    time::Timestamp,
};

pub struct Events<'a> {
    pub(super) source: Source<'a>,
}

/// A connection as an event would tell of it now.
#[derive(Debug)]
pub struct Tellable {
    pub state: ConnectionState,
    /// The status that was told last.
    pub announced_status: String,
    pub was_connected_before: bool,
    pub data: EventData,
}

#[derive(FromRow)]
struct ConnectionRow {
    id: Uuid,
    customer_id: Option<Uuid>,
    external_id: Option<String>,
    instance_id: Option<Uuid>,
    integration_key: Option<String>,
    slot: Option<String>,
    status: String,
    reason: Option<String>,
    account: Option<String>,
    announced_status: String,
    first_connected_at: Option<i64>,
    user_id: Option<Uuid>,
    user_external_id: Option<String>,
    user_name: Option<String>,
}

#[derive(FromRow)]
struct InstanceRow {
    id: Uuid,
    customer_id: Uuid,
    external_id: String,
    integration_key: String,
    status: String,
}

statements! {
    FIND_CONNECTION = both(
        "SELECT c.id, c.customer_id, u.external_id, c.instance_id, i.integration_key, c.slot, c.status, c.reason, c.account,
         c.announced_status, c.first_connected_at, c.user_id, w.external_id AS user_external_id, w.name AS user_name
         FROM connections c LEFT JOIN customers u ON u.id = c.customer_id LEFT JOIN instances i ON i.id = c.instance_id
         LEFT JOIN customer_users w ON w.id = c.user_id WHERE c.id = $1 AND NOT c.is_test"
    );
    FIND_INSTANCE = both(
        "SELECT i.id, i.customer_id, u.external_id, i.integration_key, i.status FROM instances i
         JOIN customers u ON u.id = i.customer_id WHERE i.id = $1"
    );
    ANNOUNCE = both(
        "UPDATE connections SET announced_status = status, first_connected_at =
         CASE status WHEN 'connected' THEN COALESCE(first_connected_at, $2) ELSE first_connected_at END WHERE id = $1"
    );
    INSERT = both("INSERT INTO events (id, kind, occurred_at, data) VALUES ($1, $2, $3, $4)");
    PURGE = both("DELETE FROM events WHERE occurred_at < $1");
}

impl Events<'_> {
    /// `None`: it is gone, or holds test credentials, which nobody is told of.
    pub async fn connection(&mut self, id: ConnectionId) -> Result<Option<Tellable>, StoreError> {
        let row = fetch!(fetch_optional as ConnectionRow; self.source, FIND_CONNECTION, id.as_uuid())?;
        row.map(Tellable::try_from).transpose()
    }

    pub async fn instance(&mut self, id: InstanceId) -> Result<Option<EventData>, StoreError> {
        let row = fetch!(fetch_optional as InstanceRow; self.source, FIND_INSTANCE, id.as_uuid())?;
        row.map(EventData::try_from).transpose()
    }

    /// Its status counts as told. No new revision.
    pub async fn announce(&mut self, id: ConnectionId, now: Timestamp) -> Result<(), StoreError> {
        execute!(self.source, ANNOUNCE, id.as_uuid(), now.as_millis()).map(drop)
    }

    pub async fn insert(&mut self, event: &Event) -> Result<(), StoreError> {
        execute!(self.source, INSERT, event.id.as_uuid(), event.kind.name(), event.at.as_millis(), Json(&event.data)).map(drop)
    }

    /// Removes those from before then with their deliveries and tries; how many events that were.
    pub async fn purge(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, before.as_millis())
    }
}

impl TryFrom<ConnectionRow> for Tellable {
    type Error = StoreError;
    fn try_from(row: ConnectionRow) -> Result<Self, StoreError> {
        let state = ConnectionState::from_parts(&row.status, columns::reason(row.reason)?);
        let state = state.ok_or_else(|| StoreError::unreadable("connections.status"))?;
        let customer = row.customer_id.zip(row.external_id);
        let user = row.user_id.zip(row.user_name);
        Ok(Self {
            state,
            announced_status: row.announced_status,
            was_connected_before: row.first_connected_at.is_some(),
            data: EventData {
                customer: customer.map(|(id, external_id)| EventCustomer { id: CustomerId::from_uuid(id), external_id }),
                instance: row.instance_id.map(InstanceId::from_uuid),
                integration: row.integration_key.map(columns::key).transpose()?,
                slot: row.slot.map(columns::key).transpose()?,
                user: user.map(|(id, name)| EventUser { id: CustomerUserId::from_uuid(id), external_id: row.user_external_id, name }),
                connection_id: Some(ConnectionId::from_uuid(row.id)),
                status: Some(row.status),
                reason: state.reason(),
                account: row.account,
                used_in: Vec::new(),
                ends_at: None,
                alert: None,
            },
        })
    }
}

impl TryFrom<InstanceRow> for EventData {
    type Error = StoreError;
    fn try_from(row: InstanceRow) -> Result<Self, StoreError> {
        Ok(Self {
            customer: Some(EventCustomer { id: CustomerId::from_uuid(row.customer_id), external_id: row.external_id }),
            instance: Some(InstanceId::from_uuid(row.id)),
            integration: Some(columns::key(row.integration_key)?),
            status: Some(row.status),
            ..Self::default()
        })
    }
}
