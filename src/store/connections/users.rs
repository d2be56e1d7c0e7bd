//! Connections that are one user's own, in slots that are each user's.

use super::{Connections, InSlot, InSlotRow, Row};
use crate::{
    domain::{
        access::Scope,
        connection::Connection,
        customer_user::CustomerUserRef,
        ids::{CustomerUserId, InstanceId},
    },
    store::{
        StoreError, columns,
        statement::{fetch, statements},
    },
};

/// The user's part differs, so that each is found by an index of its own.
macro_rules! of_user {
    ($user:literal) => {
        concat!(
            "SELECT c.*, i.integration_key, i.integration_version, i.customer_id AS of_customer
             FROM instances i JOIN customer_users u ON u.customer_id = i.customer_id AND ",
            $user,
            " JOIN connections c ON c.instance_id = i.id AND c.slot = $2 AND c.user_id = u.id
             WHERE i.id = $1 AND u.disabled_at IS NULL AND (i.customer_id = $4 OR $4 IS NULL)"
        )
    };
}

statements! {
    FIND_OF_USER = both(of_user!("u.id = $3"));
    FIND_OF_EXTERNAL_USER = both(of_user!("u.external_id = $3"));
    LIST_OF_USERS = both(
        "SELECT * FROM connections WHERE instance_id = $1 AND user_id IS NOT NULL AND (customer_id = $2 OR $2 IS NULL) ORDER BY id"
    );
    LIST_OF_USER = both("SELECT * FROM connections WHERE user_id = $1 AND (customer_id = $2 OR $2 IS NULL) ORDER BY id");
}

impl Connections<'_> {
    /// With all that a credential read needs, in one statement. Who is disabled has none.
    pub async fn find_of_user(
        &mut self,
        scope: Scope,
        instance: InstanceId,
        slot: &str,
        user: &CustomerUserRef,
    ) -> Result<Option<InSlot>, StoreError> {
        let (instance, own) = (instance.as_uuid(), columns::customer(scope));
        let row = match user {
            CustomerUserRef::Id(id) => {
                fetch!(fetch_optional as InSlotRow; self.source.within(scope), FIND_OF_USER, instance, slot, id.as_uuid(), own)?
            }
            CustomerUserRef::External(external_id) => {
                let external_id = external_id.as_str();
                fetch!(fetch_optional as InSlotRow; self.source.within(scope), FIND_OF_EXTERNAL_USER, instance, slot, external_id, own)?
            }
        };
        row.map(InSlot::try_from).transpose()
    }

    /// Every user's, in all slots of an instance.
    pub async fn list_of_users(&mut self, scope: Scope, instance: InstanceId) -> Result<Vec<Connection>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source.within(scope), LIST_OF_USERS, instance.as_uuid(), columns::customer(scope))?;
        rows.into_iter().map(Connection::try_from).collect()
    }

    /// One user's, in all instances.
    pub async fn list_of_user(&mut self, scope: Scope, user: CustomerUserId) -> Result<Vec<Connection>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source.within(scope), LIST_OF_USER, user.as_uuid(), columns::customer(scope))?;
        rows.into_iter().map(Connection::try_from).collect()
    }
}
