//! Connections of reusable definitions: saved ones of customers, the organization's, central tests.

use uuid::Uuid;

use super::{Connections, OwnerColumns, Row};
use crate::{
    domain::{
        access::Scope,
        connection::{Connection, ConnectionOwner},
        ids::{ConnectionId, CustomerId},
        key::Key,
        time::Timestamp,
    },
    store::{
        StoreError, columns,
        statement::{execute, fetch, statements},
    },
};

/// Begun by a link, and not connected yet: not one of the customer's until it is.
macro_rules! is_begun {
    () => {
        "(status = 'not_connected' AND EXISTS (SELECT 1 FROM links l
         WHERE l.connection_id = connections.id AND l.definition IS NOT NULL AND l.finished_at IS NULL))"
    };
}

statements! {
    FIND_OWNED = both(
        "SELECT * FROM connections WHERE owner = $1 AND definition = $2 AND is_test = $3 AND name = ''
         AND (customer_id = $4 OR $4 IS NULL) AND (customer_id = $5 OR $5 IS NULL)"
    );
    LIST_SAVED = both(concat!(
        "SELECT * FROM connections WHERE owner = 'customer' AND customer_id = $1 AND (customer_id = $2 OR $2 IS NULL)
         AND (definition = $3 OR $3 IS NULL) AND (id > $4 OR $4 IS NULL) AND NOT ",
        is_begun!(),
        " ORDER BY id LIMIT $5"
    ));
    LIST_NAMES = both(
        "SELECT id, name FROM connections WHERE owner = 'customer' AND customer_id = $1 AND definition = $2
         AND (customer_id = $3 OR $3 IS NULL)"
    );
    IS_BEGUN = both(concat!(
        "SELECT EXISTS (SELECT 1 FROM connections WHERE id = $1 AND (customer_id = $2 OR $2 IS NULL) AND ",
        is_begun!(),
        ")"
    ));
    LIST_ABANDONED = both(concat!(
        "SELECT id FROM connections WHERE owner = 'customer' AND customer_id = $1 AND definition = $2
         AND (customer_id = $3 OR $3 IS NULL) AND ",
        is_begun!(),
        " AND NOT EXISTS (SELECT 1 FROM links o WHERE o.connection_id = connections.id
         AND (o.definition IS NULL OR o.finished_at IS NOT NULL OR o.expires_at > $4))"
    ));
    LIST_OF_DEFINITION = both(
        "SELECT * FROM connections WHERE definition = $1 AND owner = 'customer' AND (customer_id = $2 OR $2 IS NULL)
         AND (id > $3 OR $3 IS NULL) ORDER BY id LIMIT $4"
    );
    HAS_ANY = both(concat!("SELECT EXISTS (SELECT 1 FROM connections WHERE definition = $1 AND NOT ", is_begun!(), ")"));
    ADOPT = both(
        "UPDATE connections SET owner = 'customer', definition = $2, name = $3, instance_id = NULL, slot = NULL
         WHERE id = $1 AND slot IS NOT NULL AND user_id IS NULL AND NOT is_test AND (customer_id = $4 OR $4 IS NULL)"
    );
    RENAME = both(
        "UPDATE connections SET name = $3, updated_at = $4, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND slot IS NULL AND (customer_id = $5 OR $5 IS NULL) RETURNING revision"
    );
    DELETE_UNUSED = both(
        "DELETE FROM connections WHERE id = $1 AND owner <> 'slot' AND (customer_id = $2 OR $2 IS NULL)
         AND NOT EXISTS (SELECT 1 FROM bindings WHERE connection_id = $1)"
    );
}

impl Connections<'_> {
    /// The one of an owner that has one only: the organization, a definition's test, a customer of whom there is one.
    pub async fn find_owned(&mut self, scope: Scope, owner: &ConnectionOwner) -> Result<Option<Connection>, StoreError> {
        let columns = OwnerColumns::of(owner);
        let own = columns::customer(scope);
        let row = fetch!(
            fetch_optional as Row;
            self.source.within(scope), FIND_OWNED, columns.owner, columns.definition, columns.is_test, columns.customer_id, own
        )?;
        row.map(Connection::try_from).transpose()
    }

    /// A customer's, oldest first; of one definition, or of all. `cursor`: the last one of the page before. What a link began and
    /// nobody has connected yet is none.
    pub async fn list_saved(
        &mut self,
        scope: Scope,
        customer: CustomerId,
        definition: Option<&Key>,
        cursor: Option<ConnectionId>,
        limit: i64,
    ) -> Result<Vec<Connection>, StoreError> {
        let (customer, own) = (customer.as_uuid(), columns::customer(scope));
        let (definition, cursor) = (definition.map(Key::as_str), cursor.map(ConnectionId::as_uuid));
        let rows = fetch!(fetch_all as Row; self.source.within(scope), LIST_SAVED, customer, own, definition, cursor, limit)?;
        rows.into_iter().map(Connection::try_from).collect()
    }

    /// The names that are taken, what a link began included.
    pub async fn list_names(
        &mut self,
        scope: Scope,
        customer: CustomerId,
        definition: &Key,
    ) -> Result<Vec<(ConnectionId, String)>, StoreError> {
        let (customer, own) = (customer.as_uuid(), columns::customer(scope));
        let rows = fetch!(fetch_all as (Uuid, String); self.source.within(scope), LIST_NAMES, customer, definition.as_str(), own)?;
        Ok(rows.into_iter().map(|(id, name)| (ConnectionId::from_uuid(id), name)).collect())
    }

    /// Whether a link began it, and nobody has connected it yet.
    pub async fn is_begun(&mut self, scope: Scope, id: ConnectionId) -> Result<bool, StoreError> {
        let found = fetch!(fetch_one as (bool,); self.source.within(scope), IS_BEGUN, id.as_uuid(), columns::customer(scope))?;
        Ok(found.0)
    }

    /// Begun by links that all ended before this, and never connected.
    pub async fn list_abandoned(
        &mut self,
        scope: Scope,
        customer: CustomerId,
        definition: &Key,
        before: Timestamp,
    ) -> Result<Vec<ConnectionId>, StoreError> {
        let (customer, own) = (customer.as_uuid(), columns::customer(scope));
        let rows = fetch!(
            fetch_all as (Uuid,);
            self.source.within(scope), LIST_ABANDONED, customer, definition.as_str(), own, before.as_millis()
        )?;
        Ok(rows.into_iter().map(|(id,)| ConnectionId::from_uuid(id)).collect())
    }

    /// Every customer's of one definition.
    pub async fn list_of_definition(
        &mut self,
        scope: Scope,
        definition: &Key,
        cursor: Option<ConnectionId>,
        limit: i64,
    ) -> Result<Vec<Connection>, StoreError> {
        let (own, cursor) = (columns::customer(scope), cursor.map(ConnectionId::as_uuid));
        let rows = fetch!(fetch_all as Row; self.source.within(scope), LIST_OF_DEFINITION, definition.as_str(), own, cursor, limit)?;
        rows.into_iter().map(Connection::try_from).collect()
    }

    /// Whoever's, tests included.
    pub async fn has_any_of(&mut self, definition: &Key) -> Result<bool, StoreError> {
        let found = fetch!(fetch_one as (bool,); self.source, HAS_ANY, definition.as_str())?;
        Ok(found.0)
    }

    /// A slot's own becomes one of the customer's saved connections; id, values and token stay. No new revision.
    pub async fn adopt(&mut self, scope: Scope, id: ConnectionId, definition: &Key, name: &str) -> Result<bool, StoreError> {
        let own = columns::customer(scope);
        execute!(self.source.within(scope), ADOPT, id.as_uuid(), definition.as_str(), name, own).map(|rows| rows == 1)
    }

    /// The new revision. `None`: somebody else saved since, or it is not there.
    pub async fn rename(&mut self, scope: Scope, connection: &Connection, name: &str, now: Timestamp) -> Result<Option<i64>, StoreError> {
        let (id, own): (Uuid, _) = (connection.id.as_uuid(), columns::customer(scope));
        let renamed =
            fetch!(fetch_optional as (i64,); self.source.within(scope), RENAME, id, connection.revision, name, now.as_millis(), own)?;
        Ok(renamed.map(|(revision,)| revision))
    }

    /// False: it is not there, is a slot's own, or is used.
    pub async fn delete_unused(&mut self, scope: Scope, id: ConnectionId) -> Result<bool, StoreError> {
        execute!(self.source.within(scope), DELETE_UNUSED, id.as_uuid(), columns::customer(scope)).map(|rows| rows == 1)
    }
}
