//! Connections: one row each, so that a credential read is one SELECT. Saves are compare-and-set on the revision.

mod check_due;
mod converted;
mod due;
mod lease;
mod owned;
mod row;
mod users;

#[cfg(test)]
pub(super) use check_due::ALL as CHECK_DUE_STATEMENTS;
pub use check_due::{DueCheck, Unscheduled};
#[cfg(test)]
pub(super) use converted::ALL as CONVERTED_STATEMENTS;
#[cfg(test)]
pub(super) use due::ALL as DUE_STATEMENTS;
#[cfg(test)]
pub(super) use lease::ALL as LEASE_STATEMENTS;
pub use lease::Lease;
#[cfg(test)]
pub(super) use owned::ALL as OWNED_STATEMENTS;
use row::{ContentColumns, HeldInRow, HeldRow, InSlotRow, OwnerColumns, Row};
pub use row::{Held, InSlot};
#[cfg(test)]
pub(super) use users::ALL as USERS_STATEMENTS;

use super::{
    Insertion, StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::Scope,
    connection::Connection,
    connection_type::TypeRef,
    ids::{ConnectionId, CustomerId, InstanceId},
    instance::Instance,
    key::Key,
};

pub struct Connections<'a> {
    pub(super) source: Source<'a>,
}

/// The columns of `ContentColumns` and their neighbours, in the order in which `save` and `save_leased` bind them.
macro_rules! content {
    () => {
        "connector_version = $4, status = $5, reason = $6, account = $7, context = $8, clear = $9, secrets = $10, token = $11,
         draft_clear = $12, draft_secrets = $13, key_ids = $14, checked_at = $15, updated_at = $16, refresh_at = $17,
         refresh_failures = $18, refresh_reason = $19, refreshed_at = $20, ends_at = $21, ends_warn_at = $22, revision = revision + 1"
    };
}
use content;

/// Of what `columns::id_list` makes.
macro_rules! asked {
    () => {
        "ARRAY(SELECT value::uuid FROM jsonb_array_elements_text($1))"
    };
}

statements! {
    FIND = both("SELECT * FROM connections WHERE id = $1 AND (customer_id = $2 OR $2 IS NULL)");
    // Materialized: behind row-level security Postgres looks up by nothing but plain values.
    FIND_IN_SLOT = both(
        "WITH held AS MATERIALIZED (SELECT COALESCE(
             (SELECT b.connection_id FROM bindings b WHERE b.instance_id = $1 AND b.slot = $2),
             (SELECT own.id FROM connections own WHERE own.owner = 'slot' AND own.instance_id = $1 AND own.slot = $2
                  AND own.user_id IS NULL)) AS id)
         SELECT c.*, i.integration_key, i.integration_version, i.customer_id AS of_customer
         FROM held JOIN connections c ON c.id = held.id JOIN instances i ON i.id = $1
         WHERE (i.customer_id = $3 OR $3 IS NULL)"
    );
    LIST_IN_SLOTS = both(
        "SELECT c.*, held.in_slot
         FROM instances i
         JOIN (SELECT own.instance_id AS of_instance, own.slot AS in_slot, own.id AS held_id FROM connections own
                   WHERE own.owner = 'slot' AND own.instance_id = $1 AND own.user_id IS NULL
               UNION ALL SELECT b.instance_id, b.slot, b.connection_id FROM bindings b WHERE b.instance_id = $1) held
             ON held.of_instance = i.id
         JOIN connections c ON c.id = held.held_id
         WHERE i.id = $1 AND (i.customer_id = $2 OR $2 IS NULL) ORDER BY c.id"
    );
    // Arrays: with a list to join Postgres reads the whole table, unless it knows better how long the list is.
    LIST_IN_SLOTS_OF = split {
        sqlite: "SELECT c.*, c.slot AS in_slot, c.instance_id AS in_instance FROM json_each($1) asked
             JOIN connections c ON c.instance_id = unhex(asked.value) AND c.owner = 'slot' AND c.user_id IS NULL
             UNION ALL
             SELECT c.*, b.slot AS in_slot, b.instance_id AS in_instance FROM json_each($1) asked
             JOIN bindings b ON b.instance_id = unhex(asked.value) JOIN connections c ON c.id = b.connection_id",
        postgres: concat!(
            "SELECT c.*, c.slot AS in_slot, c.instance_id AS in_instance FROM connections c
             WHERE c.instance_id = ANY (", asked!(), ") AND c.owner = 'slot' AND c.user_id IS NULL
             UNION ALL
             SELECT c.*, b.slot AS in_slot, b.instance_id AS in_instance FROM bindings b JOIN connections c ON c.id = b.connection_id
             WHERE b.instance_id = ANY (", asked!(), ") AND c.id = ANY (ARRAY(
                 SELECT t.connection_id FROM bindings t WHERE t.instance_id = ANY (", asked!(), ")))"
        ),
    };
    FIND_TEST = both(
        "SELECT * FROM connections WHERE owner = 'test' AND test_integration = $1 AND slot = $2 AND (customer_id = $3 OR $3 IS NULL)"
    );
    LIST_OF_INSTANCE = both(
        "SELECT * FROM connections WHERE owner = 'slot' AND instance_id = $1 AND user_id IS NULL AND (customer_id = $2 OR $2 IS NULL) ORDER BY id"
    );
    IS_CONNECTED_AS = both(
        "SELECT EXISTS (SELECT 1 FROM connections
         WHERE connector = $1 AND connection_type = $2 AND account = $3 AND token IS NOT NULL)"
    );
    LIST_OF_CUSTOMER = both("SELECT * FROM connections WHERE customer_id = $1 AND (customer_id = $2 OR $2 IS NULL) ORDER BY id");
    INSERT = both(
        "INSERT INTO connections (id, connector_version, status, reason, account, context, clear, secrets, token, draft_clear,
         draft_secrets, key_ids, checked_at, updated_at, refresh_at, refresh_failures, refresh_reason, refreshed_at, ends_at,
         ends_warn_at, owner, customer_id, instance_id, slot, definition, test_integration, connector, connection_type, revision,
         created_at, name, is_test, user_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
         $25, $26, $27, $28, $29, $30, $31, $32, $33)
         ON CONFLICT DO NOTHING"
    );
    SAVE = both(concat!(
        "UPDATE connections SET ", content!(),
        " WHERE id = $1 AND revision = $2 AND (customer_id = $3 OR $3 IS NULL) RETURNING revision"
    ));
    DELETE = both("DELETE FROM connections WHERE id = $1 AND (customer_id = $2 OR $2 IS NULL)");
}

impl Connections<'_> {
    pub async fn find(&mut self, scope: Scope, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source.within(scope), FIND, id.as_uuid(), columns::customer(scope))?;
        row.map(Connection::try_from).transpose()
    }

    /// The one that the slot is bound to, else its own; with the version that its instance keeps: all that a credential read
    /// needs, in one statement. The scope is the instance's: it may be bound to the organization's own.
    pub async fn find_in_slot(&mut self, scope: Scope, instance: InstanceId, slot: &str) -> Result<Option<InSlot>, StoreError> {
        let own = columns::customer(scope);
        let row = fetch!(fetch_optional as InSlotRow; self.source.within(scope), FIND_IN_SLOT, instance.as_uuid(), slot, own)?;
        row.map(InSlot::try_from).transpose()
    }

    /// The test credentials of an integration's slot; they belong to no customer, so only the organization finds them.
    pub async fn find_test(&mut self, scope: Scope, integration: &Key, slot: &Key) -> Result<Option<Connection>, StoreError> {
        let own = columns::customer(scope);
        let row = fetch!(fetch_optional as Row; self.source.within(scope), FIND_TEST, integration.as_str(), slot.as_str(), own)?;
        row.map(Connection::try_from).transpose()
    }

    /// Everything in the slots of an instance: its own, and those that it is bound to.
    pub async fn list_in_slots(&mut self, scope: Scope, instance: InstanceId) -> Result<Vec<Held>, StoreError> {
        let rows = fetch!(fetch_all as HeldRow; self.source.within(scope), LIST_IN_SLOTS, instance.as_uuid(), columns::customer(scope))?;
        rows.into_iter().map(Held::try_from).collect()
    }

    /// As `list_in_slots`, of many instances in one question. It is the organization's, so it takes no scope.
    pub async fn list_in_slots_of(&mut self, instances: &[Instance]) -> Result<Vec<(InstanceId, Held)>, StoreError> {
        let ids = columns::id_list(instances.iter().map(|instance| instance.id.as_uuid()));
        let rows = fetch!(fetch_all as HeldInRow; self.source, LIST_IN_SLOTS_OF, ids)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Its own, and neither those that it is bound to nor those of single users.
    pub async fn list_of_instance(&mut self, scope: Scope, instance: InstanceId) -> Result<Vec<Connection>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source.within(scope), LIST_OF_INSTANCE, instance.as_uuid(), columns::customer(scope))?;
        rows.into_iter().map(Connection::try_from).collect()
    }

    /// Whether any connection of this type, of whichever customer, holds a token of this account.
    pub async fn is_connected_as(&mut self, type_ref: &TypeRef, account: &str) -> Result<bool, StoreError> {
        let (connector, connection_type) = (type_ref.connector.as_str(), type_ref.connection_type.as_str());
        let found = fetch!(fetch_one as (bool,); self.source, IS_CONNECTED_AS, connector, connection_type, account)?;
        Ok(found.0)
    }

    /// Those in slots of its instances as well as its reusable ones.
    pub async fn list_of_customer(&mut self, scope: Scope, customer: CustomerId) -> Result<Vec<Connection>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source.within(scope), LIST_OF_CUSTOMER, customer.as_uuid(), columns::customer(scope))?;
        rows.into_iter().map(Connection::try_from).collect()
    }

    /// `Duplicate`: its slot, or its organization-wide definition, has a connection already.
    pub async fn insert(&mut self, connection: &Connection) -> Result<Insertion, StoreError> {
        let (owner, content) = (OwnerColumns::of(&connection.owner), ContentColumns::of(connection));
        execute!(
            self.source,
            INSERT,
            connection.id.as_uuid(),
            connection.connector_version,
            content.status,
            content.reason,
            content.account,
            content.context,
            content.clear,
            content.secrets,
            content.token,
            content.draft_clear,
            content.draft_secrets,
            content.key_ids,
            columns::millis(connection.checked_at),
            connection.updated_at.as_millis(),
            content.refresh_at,
            content.refresh_failures,
            content.refresh_reason,
            content.refreshed_at,
            content.ends_at,
            content.ends_warn_at,
            owner.owner,
            owner.customer_id,
            owner.instance_id,
            owner.slot,
            owner.definition,
            owner.test_integration,
            connection.type_ref.connector.as_str(),
            connection.type_ref.connection_type.as_str(),
            connection.revision,
            connection.created_at.as_millis(),
            connection.name.as_str(),
            owner.is_test,
            owner.user_id,
        )
        .map(Insertion::of)
    }

    /// The new revision. `None`: someone else saved since `connection.revision`, or it is not there. A lease stays as it is.
    pub async fn save(&mut self, scope: Scope, connection: &Connection) -> Result<Option<i64>, StoreError> {
        let content = ContentColumns::of(connection);
        let saved = fetch!(
            fetch_optional as (i64,);
            self.source.within(scope),
            SAVE,
            connection.id.as_uuid(),
            connection.revision,
            columns::customer(scope),
            connection.connector_version,
            content.status,
            content.reason,
            content.account,
            content.context,
            content.clear,
            content.secrets,
            content.token,
            content.draft_clear,
            content.draft_secrets,
            content.key_ids,
            columns::millis(connection.checked_at),
            connection.updated_at.as_millis(),
            content.refresh_at,
            content.refresh_failures,
            content.refresh_reason,
            content.refreshed_at,
            content.ends_at,
            content.ends_warn_at,
        )?;
        Ok(saved.map(|(revision,)| revision))
    }

    /// False: it is not there.
    pub async fn delete(&mut self, scope: Scope, id: ConnectionId) -> Result<bool, StoreError> {
        execute!(self.source.within(scope), DELETE, id.as_uuid(), columns::customer(scope)).map(|rows| rows == 1)
    }
}
