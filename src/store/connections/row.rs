//! A connection's one row, both ways.

use std::collections::BTreeMap;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use crate::{
    domain::{
        connection::{Connection, ConnectionOwner, ConnectionState},
        connection_type::TypeRef,
        credential::{SealedCredential, TokenMeta},
        ids::{ConnectionId, CustomerId, CustomerUserId, InstanceId},
        key::Key,
        reason::Reason,
        refresh::{Ending, Refresh},
        time::Timestamp,
    },
    store::{
        StoreError,
        columns::{self, ClearColumns, SecretColumns},
    },
};

#[derive(FromRow)]
pub(super) struct Row {
    id: Uuid,
    owner: String,
    customer_id: Option<Uuid>,
    instance_id: Option<Uuid>,
    slot: Option<String>,
    user_id: Option<Uuid>,
    definition: Option<String>,
    test_integration: Option<String>,
    name: String,
    is_test: bool,
    connector: String,
    connection_type: String,
    connector_version: i64,
    status: String,
    reason: Option<String>,
    account: Option<String>,
    context: Json<BTreeMap<String, serde_json::Value>>,
    clear: Json<ClearColumns>,
    secrets: Json<SecretColumns>,
    token: Option<Json<TokenMeta>>,
    draft_clear: Json<ClearColumns>,
    draft_secrets: Json<SecretColumns>,
    checked_at: Option<i64>,
    refresh_at: Option<i64>,
    refresh_failures: i64,
    refresh_reason: Option<String>,
    refresh_started_at: Option<i64>,
    refreshed_at: Option<i64>,
    ends_at: Option<i64>,
    ends_warn_at: Option<i64>,
    revision: i64,
    created_at: i64,
    updated_at: i64,
}

/// A connection in an instance's slot, and the integration's version that the instance keeps.
#[derive(Debug)]
pub struct InSlot {
    pub connection: Connection,
    pub integration_key: Key,
    pub integration_version: i64,
    /// Of the instance.
    pub customer_id: CustomerId,
}

/// A connection with the slot of an instance in which it is.
#[derive(Debug)]
pub struct Held {
    pub slot: Key,
    pub connection: Connection,
}

#[derive(FromRow)]
pub(super) struct HeldRow {
    #[sqlx(flatten)]
    connection: Row,
    in_slot: String,
}

/// As `HeldRow`, with the instance whose slot it is.
#[derive(FromRow)]
pub(super) struct HeldInRow {
    #[sqlx(flatten)]
    held: HeldRow,
    in_instance: Uuid,
}

impl TryFrom<HeldInRow> for (InstanceId, Held) {
    type Error = StoreError;
    fn try_from(row: HeldInRow) -> Result<Self, StoreError> {
        Ok((InstanceId::from_uuid(row.in_instance), row.held.try_into()?))
    }
}

impl TryFrom<HeldRow> for Held {
    type Error = StoreError;
    fn try_from(row: HeldRow) -> Result<Self, StoreError> {
        Ok(Self { slot: columns::key(row.in_slot)?, connection: row.connection.try_into()? })
    }
}

#[derive(FromRow)]
pub(super) struct InSlotRow {
    #[sqlx(flatten)]
    connection: Row,
    integration_key: String,
    integration_version: i64,
    of_customer: Uuid,
}

impl TryFrom<InSlotRow> for InSlot {
    type Error = StoreError;
    fn try_from(row: InSlotRow) -> Result<Self, StoreError> {
        let (integration_key, integration_version) = (columns::key(row.integration_key)?, row.integration_version);
        let customer_id = CustomerId::from_uuid(row.of_customer);
        Ok(Self { connection: row.connection.try_into()?, integration_key, integration_version, customer_id })
    }
}

/// The columns that say whose it is; never changed after the insert.
#[derive(Default)]
pub(super) struct OwnerColumns<'c> {
    pub owner: &'static str,
    pub customer_id: Option<Uuid>,
    pub instance_id: Option<Uuid>,
    pub slot: Option<&'c str>,
    pub user_id: Option<Uuid>,
    pub definition: Option<&'c str>,
    pub test_integration: Option<&'c str>,
    pub is_test: bool,
}

impl<'c> OwnerColumns<'c> {
    pub fn of(owner: &'c ConnectionOwner) -> Self {
        let customer_id = owner.customer_id().map(CustomerId::as_uuid);
        match owner {
            ConnectionOwner::Slot { instance_id, slot, .. } => {
                Self { owner: "slot", customer_id, instance_id: Some(instance_id.as_uuid()), slot: Some(slot.as_str()), ..Self::default() }
            }
            // Among the slot's, told apart by its user.
            ConnectionOwner::User { instance_id, slot, user_id, .. } => Self {
                owner: "slot",
                customer_id,
                instance_id: Some(instance_id.as_uuid()),
                slot: Some(slot.as_str()),
                user_id: Some(user_id.as_uuid()),
                ..Self::default()
            },
            ConnectionOwner::Customer { definition, .. } => {
                Self { owner: "customer", customer_id, definition: Some(definition.as_str()), ..Self::default() }
            }
            ConnectionOwner::Organization { definition } => {
                Self { owner: "organization", definition: Some(definition.as_str()), ..Self::default() }
            }
            ConnectionOwner::Test { integration, slot } => Self {
                owner: "test",
                slot: Some(slot.as_str()),
                test_integration: Some(integration.as_str()),
                is_test: true,
                ..Self::default()
            },
            ConnectionOwner::DefinitionTest { definition } => {
                Self { owner: "organization", definition: Some(definition.as_str()), is_test: true, ..Self::default() }
            }
        }
    }
}

/// The columns that a save writes.
pub(super) struct ContentColumns<'c> {
    pub status: &'static str,
    pub reason: Option<&'static str>,
    pub account: Option<&'c str>,
    pub context: Json<&'c BTreeMap<String, serde_json::Value>>,
    pub clear: Json<ClearColumns>,
    pub secrets: Json<SecretColumns>,
    pub token: Option<Json<&'c TokenMeta>>,
    pub draft_clear: Json<ClearColumns>,
    pub draft_secrets: Json<SecretColumns>,
    pub key_ids: String,
    pub refresh_at: Option<i64>,
    pub refresh_failures: i64,
    pub refresh_reason: Option<&'static str>,
    pub refreshed_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub ends_warn_at: Option<i64>,
}

impl<'c> ContentColumns<'c> {
    pub fn of(connection: &'c Connection) -> Self {
        let (saved, draft) = (&connection.credential, &connection.draft);
        Self {
            status: connection.state.status(),
            reason: connection.state.reason().map(|reason| reason.code()),
            account: connection.account.as_deref(),
            context: Json(&connection.context),
            clear: Json(columns::clear_columns(saved)),
            secrets: Json(columns::secret_columns(saved)),
            token: saved.token.as_ref().map(Json),
            draft_clear: Json(columns::clear_columns(draft)),
            draft_secrets: Json(columns::secret_columns(draft)),
            key_ids: columns::key_ids(saved.secrets.values().chain(draft.secrets.values()).map(|(sealed, _)| sealed)),
            refresh_at: columns::millis(connection.refresh.next_at()),
            refresh_failures: i64::from(connection.refresh.failures()),
            refresh_reason: connection.refresh.reason().map(Reason::code),
            refreshed_at: columns::millis(connection.refreshed_at),
            ends_at: columns::millis(connection.ending.map(|ending| ending.at)),
            ends_warn_at: columns::millis(connection.ending.and_then(|ending| ending.warn_at)),
        }
    }
}

impl Row {
    fn owner(&self) -> Result<ConnectionOwner, StoreError> {
        let broken = || StoreError::unreadable("connections.owner");
        let key = |column: &Option<String>| column.clone().ok_or_else(broken).and_then(columns::key);
        let customer_id = || self.customer_id.map(CustomerId::from_uuid).ok_or_else(broken);
        let instance_id = || self.instance_id.map(InstanceId::from_uuid).ok_or_else(broken);
        match (self.owner.as_str(), self.user_id.map(CustomerUserId::from_uuid)) {
            ("slot", None) => {
                Ok(ConnectionOwner::Slot { instance_id: instance_id()?, customer_id: customer_id()?, slot: key(&self.slot)? })
            }
            ("slot", Some(user_id)) => {
                Ok(ConnectionOwner::User { instance_id: instance_id()?, customer_id: customer_id()?, slot: key(&self.slot)?, user_id })
            }
            ("customer", None) => Ok(ConnectionOwner::Customer { customer_id: customer_id()?, definition: key(&self.definition)? }),
            ("organization", None) if self.is_test => Ok(ConnectionOwner::DefinitionTest { definition: key(&self.definition)? }),
            ("organization", None) => Ok(ConnectionOwner::Organization { definition: key(&self.definition)? }),
            ("test", None) => Ok(ConnectionOwner::Test { integration: key(&self.test_integration)?, slot: key(&self.slot)? }),
            _ => Err(broken()),
        }
    }
}

impl TryFrom<Row> for Connection {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let owner = row.owner()?;
        let connector: Key = columns::key(row.connector)?;
        let state = ConnectionState::from_parts(&row.status, columns::reason(row.reason)?);
        let saved = columns::sealed_credential(row.clear.0, row.secrets.0)?;
        let failures = u32::try_from(row.refresh_failures).map_err(|_| StoreError::unreadable("connections.refresh_failures"))?;
        let refresh = Refresh::from_parts(columns::time(row.refresh_at), failures, columns::reason(row.refresh_reason)?);
        Ok(Self {
            id: ConnectionId::from_uuid(row.id),
            owner,
            name: row.name,
            type_ref: TypeRef { connector, connection_type: columns::key(row.connection_type)? },
            connector_version: row.connector_version,
            state: state.ok_or_else(|| StoreError::unreadable("connections.status"))?,
            account: row.account,
            context: row.context.0,
            credential: SealedCredential { token: row.token.map(|token| token.0), ..saved },
            draft: columns::sealed_credential(row.draft_clear.0, row.draft_secrets.0)?,
            revision: row.revision,
            refresh,
            refreshed_at: columns::time(row.refreshed_at),
            unanswered_since: columns::time(row.refresh_started_at),
            ending: columns::time(row.ends_at).map(|at| Ending { at, warn_at: columns::time(row.ends_warn_at) }),
            checked_at: columns::time(row.checked_at),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}
