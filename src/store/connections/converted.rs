//! Connections that move from slots to their customers, or back. Id, values, token and revision stay: only whose it is changes.

use uuid::Uuid;

use super::{Connections, Held, row::HeldInRow};
use crate::{
    domain::{
        access::Scope,
        ids::{ConnectionId, InstanceId},
        key::Key,
    },
    store::{
        StoreError, columns,
        statement::{execute, fetch, statements},
    },
};

statements! {
    LIST_IN_SLOTS_OF_VERSION = both(
        "SELECT c.*, c.slot AS in_slot, i.id AS in_instance FROM instances i JOIN connections c ON c.instance_id = i.id AND c.owner = 'slot'
             AND c.user_id IS NULL AND c.instance_id >= $3 AND c.instance_id <= $4
         WHERE i.integration_key = $1 AND i.integration_version = $2 AND i.id >= $3 AND i.id <= $4
         UNION ALL
         SELECT c.*, b.slot AS in_slot, i.id AS in_instance FROM instances i JOIN bindings b ON b.instance_id = i.id
             JOIN connections c ON c.id = b.connection_id
         WHERE i.integration_key = $1 AND i.integration_version = $2 AND i.id >= $3 AND i.id <= $4"
    );
    RELEASE = both(
        "UPDATE connections SET owner = 'slot', definition = NULL, name = '', instance_id = $2, slot = $3
         WHERE id = $1 AND owner = 'customer' AND (customer_id = $4 OR $4 IS NULL)
             AND customer_id = (SELECT customer_id FROM instances WHERE id = $2)
             AND NOT EXISTS (SELECT 1 FROM bindings WHERE connection_id = $1)"
    );
    COUNT_HELD = both(
        "SELECT COUNT(*) FROM connections
         WHERE definition = $1 AND (status <> 'not_connected' OR secrets <> '{}' OR clear <> '{}')"
    );
}

impl Connections<'_> {
    /// All that is in the slots of the instances from the first to the last of a version: their own, and those they are bound to.
    pub async fn list_in_slots_of_version(
        &mut self,
        integration: &Key,
        version: i64,
        first: InstanceId,
        last: InstanceId,
    ) -> Result<Vec<(InstanceId, Held)>, StoreError> {
        let (first, last): (Uuid, Uuid) = (first.as_uuid(), last.as_uuid());
        let rows = fetch!(fetch_all as HeldInRow; self.source, LIST_IN_SLOTS_OF_VERSION, integration.as_str(), version, first, last)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// A customer's saved connection becomes a slot's own. False: it is another customer's, or is still used.
    pub async fn release(&mut self, scope: Scope, id: ConnectionId, instance: InstanceId, slot: &Key) -> Result<bool, StoreError> {
        let own = columns::customer(scope);
        execute!(self.source.within(scope), RELEASE, id.as_uuid(), instance.as_uuid(), slot.as_str(), own).map(|rows| rows == 1)
    }

    /// How many connections of a definition hold something, whoever's they are; tests and values for all included.
    pub async fn count_held(&mut self, definition: &Key) -> Result<i64, StoreError> {
        let found = fetch!(fetch_one as (i64,); self.source, COUNT_HELD, definition.as_str())?;
        Ok(found.0)
    }
}
