//! Which connection a slot of an instance uses, where that is not the slot's own; and so where each connection is used.

use std::collections::BTreeMap;

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::Scope,
    ids::{ConnectionId, CustomerId, InstanceId},
    instance::InstanceStatus,
    key::Key,
};

pub struct Bindings<'a> {
    pub(super) source: Source<'a>,
}

/// A slot that uses a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub instance_id: InstanceId,
    pub instance_name: String,
    pub status: InstanceStatus,
    pub customer_id: CustomerId,
    pub integration_key: Key,
    pub integration_version: i64,
    pub slot: Key,
}

#[derive(FromRow)]
struct Row {
    instance_id: Uuid,
    instance_name: String,
    status: String,
    customer_id: Uuid,
    integration_key: String,
    integration_version: i64,
    slot: String,
}

macro_rules! uses {
    () => {
        "SELECT i.id AS instance_id, i.name AS instance_name, i.status, i.customer_id, i.integration_key, i.integration_version, b.slot
         FROM bindings b JOIN instances i ON i.id = b.instance_id "
    };
}

statements! {
    // Only to the same customer's, or to the organization's own; never to a test's.
    BIND = both(
        "INSERT INTO bindings (instance_id, slot, connection_id)
         SELECT i.id, $2, c.id FROM instances i, connections c
         WHERE i.id = $1 AND c.id = $3 AND (i.customer_id = $4 OR $4 IS NULL) AND NOT c.is_test
             AND ((c.owner = 'customer' AND c.customer_id = i.customer_id) OR c.owner = 'organization')
         ON CONFLICT (instance_id, slot) DO UPDATE SET connection_id = excluded.connection_id"
    );
    UNBIND = both(
        "DELETE FROM bindings WHERE instance_id = $1 AND slot = $2
         AND EXISTS (SELECT 1 FROM instances WHERE id = $1 AND (customer_id = $3 OR $3 IS NULL))"
    );
    MOVE = both("UPDATE bindings SET connection_id = $2 WHERE connection_id = $1");
    USES = both(concat!(
        uses!(), "WHERE b.connection_id = $1 AND (i.customer_id = $2 OR $2 IS NULL) ORDER BY b.instance_id, b.slot LIMIT $3"
    ));
    COUNT = both("SELECT COUNT(DISTINCT instance_id) FROM bindings WHERE connection_id = $1");
    COUNT_ON = both(
        "SELECT COUNT(DISTINCT b.instance_id) FROM bindings b JOIN instances i ON i.id = b.instance_id
         WHERE b.connection_id = $1 AND i.status = 'active'"
    );
    COUNT_EACH = both(
        "SELECT b.connection_id, COUNT(DISTINCT b.instance_id) FROM bindings b JOIN connections c ON c.id = b.connection_id
         WHERE c.customer_id = $1 AND (c.customer_id = $2 OR $2 IS NULL) GROUP BY b.connection_id"
    );
    USES_OF_DEFINITION = both(concat!(
        uses!(), "JOIN connections c ON c.id = b.connection_id
         WHERE c.definition = $1 AND (i.customer_id = $2 OR $2 IS NULL) ORDER BY b.instance_id, b.slot LIMIT $3"
    ));
    COUNT_OF_DEFINITION = both(
        "SELECT COUNT(DISTINCT b.instance_id) FROM bindings b JOIN connections c ON c.id = b.connection_id WHERE c.definition = $1"
    );
}

impl Bindings<'_> {
    /// In place of what the slot used before. False: one of the two is not there, or they do not belong together.
    pub async fn bind(&mut self, scope: Scope, instance: InstanceId, slot: &Key, connection: ConnectionId) -> Result<bool, StoreError> {
        let own = columns::customer(scope);
        execute!(self.source.within(scope), BIND, instance.as_uuid(), slot.as_str(), connection.as_uuid(), own).map(|rows| rows == 1)
    }

    /// The slot uses its own again. False: it did.
    pub async fn unbind(&mut self, scope: Scope, instance: InstanceId, slot: &Key) -> Result<bool, StoreError> {
        execute!(self.source.within(scope), UNBIND, instance.as_uuid(), slot.as_str(), columns::customer(scope)).map(|rows| rows == 1)
    }

    /// Whatever used the one uses the other from now on; both are the organization's to move.
    pub async fn move_all(&mut self, from: ConnectionId, to: ConnectionId) -> Result<u64, StoreError> {
        execute!(self.source, MOVE, from.as_uuid(), to.as_uuid())
    }

    /// The slots that use a connection, the oldest instance first.
    pub async fn uses(&mut self, scope: Scope, connection: ConnectionId, limit: i64) -> Result<Vec<Use>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source.within(scope), USES, connection.as_uuid(), columns::customer(scope), limit)?;
        rows.into_iter().map(Use::try_from).collect()
    }

    /// How many instances use it, of whichever customer.
    pub async fn count(&mut self, connection: ConnectionId) -> Result<i64, StoreError> {
        let found = fetch!(fetch_one as (i64,); self.source, COUNT, connection.as_uuid())?;
        Ok(found.0)
    }

    /// How many of them are turned on.
    pub async fn count_on(&mut self, connection: ConnectionId) -> Result<i64, StoreError> {
        let found = fetch!(fetch_one as (i64,); self.source, COUNT_ON, connection.as_uuid())?;
        Ok(found.0)
    }

    /// How many instances use each of a customer's saved connections; those that none uses are left out.
    pub async fn count_each(&mut self, scope: Scope, customer: CustomerId) -> Result<BTreeMap<ConnectionId, i64>, StoreError> {
        let (customer, own) = (customer.as_uuid(), columns::customer(scope));
        let rows = fetch!(fetch_all as (Uuid, i64); self.source.within(scope), COUNT_EACH, customer, own)?;
        Ok(rows.into_iter().map(|(id, count)| (ConnectionId::from_uuid(id), count)).collect())
    }

    /// The slots that use any connection of a definition.
    pub async fn uses_of_definition(&mut self, scope: Scope, definition: &Key, limit: i64) -> Result<Vec<Use>, StoreError> {
        let rows =
            fetch!(fetch_all as Row; self.source.within(scope), USES_OF_DEFINITION, definition.as_str(), columns::customer(scope), limit)?;
        rows.into_iter().map(Use::try_from).collect()
    }

    /// How many instances use any connection of a definition.
    pub async fn count_of_definition(&mut self, definition: &Key) -> Result<i64, StoreError> {
        let found = fetch!(fetch_one as (i64,); self.source, COUNT_OF_DEFINITION, definition.as_str())?;
        Ok(found.0)
    }
}

impl TryFrom<Row> for Use {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            instance_id: InstanceId::from_uuid(row.instance_id),
            instance_name: row.instance_name,
            status: row.status.parse().map_err(|()| StoreError::unreadable("instances.status"))?,
            customer_id: CustomerId::from_uuid(row.customer_id),
            integration_key: columns::key(row.integration_key)?,
            integration_version: row.integration_version,
            slot: columns::key(row.slot)?,
        })
    }
}
