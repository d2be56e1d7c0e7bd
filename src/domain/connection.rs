//! Saved values, and tokens, for one connection type, owned by exactly one of a slot, a customer, the organization or a test.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    connection_type::TypeRef,
    credential::{SealedCredential, SecretField},
    customer_user::CustomerUserRef,
    ids::{ConnectionId, CustomerId, CustomerUserId, InstanceId},
    key::Key,
    reason::Reason,
    refresh::{Ending, LEASE_SECONDS, Refresh},
    time::Timestamp,
};

#[derive(Clone, Debug)]
pub struct Connection {
    pub id: ConnectionId,
    pub owner: ConnectionOwner,
    /// What people call a saved connection; empty where its owner has one only.
    pub name: String,
    pub type_ref: TypeRef,
    /// The version of the connector's document it was made for.
    pub connector_version: i64,
    pub state: ConnectionState,
    /// Who it is connected as, by the check's `account` pointer.
    pub account: Option<String>,
    /// What the provider gave besides the token (`instance_url`, `team`), clear.
    pub context: BTreeMap<String, serde_json::Value>,
    pub credential: SealedCredential,
    /// Values typed but not yet good for saving: kept for the person's next visit.
    pub draft: SealedCredential,
    /// Counts changes of state, inputs and tokens; saves are compare-and-set on it.
    pub revision: i64,
    /// Every transition that saves a token plans it: `connect`, `hold`, `renew`.
    pub refresh: Refresh,
    /// When a refresh last succeeded.
    pub refreshed_at: Option<Timestamp>,
    /// Since when a refresh is on its way, or its outcome unknown. Written by the lease alone, never by a save.
    pub unanswered_since: Option<Timestamp>,
    pub ending: Option<Ending>,
    pub checked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionOwner {
    /// Integration-specific: the slot of one instance.
    Slot { instance_id: InstanceId, customer_id: CustomerId, slot: Key },
    /// One user's own, in a slot that is each user's.
    User { instance_id: InstanceId, customer_id: CustomerId, slot: Key, user_id: CustomerUserId },
    /// A reusable connection of a customer's, by its definition's stable key.
    Customer { customer_id: CustomerId, definition: Key },
    /// The organization's own, for all customers.
    Organization { definition: Key },
    /// Test credentials of an integration's slot; never read by a deployed instance.
    Test { integration: Key, slot: Key },
    /// Test credentials of a reusable connection, for the test runs of every integration that uses it.
    DefinitionTest { definition: Key },
}

/// How a caller names a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionRef {
    /// Whatever a slot of an instance uses: its own, or the one that it is bound to.
    Slot {
        instance_id: InstanceId,
        slot: String,
    },
    /// What one user has, or would have, in a slot that is each user's own.
    OfUser {
        instance_id: InstanceId,
        slot: String,
        user: CustomerUserRef,
    },
    Id(ConnectionId),
    /// The one that this owner has, or would have. Not for owners of several.
    Of(ConnectionOwner),
}

impl ConnectionRef {
    pub fn slot(instance_id: InstanceId, slot: &str) -> Self {
        Self::Slot { instance_id, slot: slot.to_owned() }
    }
    pub fn of_user(instance_id: InstanceId, slot: &str, user_id: CustomerUserId) -> Self {
        Self::OfUser { instance_id, slot: slot.to_owned(), user: CustomerUserRef::Id(user_id) }
    }
}

impl ConnectionOwner {
    pub const fn customer_id(&self) -> Option<CustomerId> {
        match self {
            Self::Slot { customer_id, .. } | Self::User { customer_id, .. } | Self::Customer { customer_id, .. } => Some(*customer_id),
            Self::Organization { .. } | Self::Test { .. } | Self::DefinitionTest { .. } => None,
        }
    }
    pub const fn slot(&self) -> Option<&Key> {
        match self {
            Self::Slot { slot, .. } | Self::User { slot, .. } | Self::Test { slot, .. } => Some(slot),
            Self::Customer { .. } | Self::Organization { .. } | Self::DefinitionTest { .. } => None,
        }
    }
    /// The reusable connection that it is one of, by its stable key.
    pub const fn definition(&self) -> Option<&Key> {
        match self {
            Self::Customer { definition, .. } | Self::Organization { definition } | Self::DefinitionTest { definition } => Some(definition),
            Self::Slot { .. } | Self::User { .. } | Self::Test { .. } => None,
        }
    }
    /// The instance in whose slot it lies.
    pub const fn instance_id(&self) -> Option<InstanceId> {
        match self {
            Self::Slot { instance_id, .. } | Self::User { instance_id, .. } => Some(*instance_id),
            Self::Customer { .. } | Self::Organization { .. } | Self::Test { .. } | Self::DefinitionTest { .. } => None,
        }
    }
    /// Whose alone it is.
    pub const fn user_id(&self) -> Option<CustomerUserId> {
        match self {
            Self::User { user_id, .. } => Some(*user_id),
            _ => None,
        }
    }
    pub const fn is_test(&self) -> bool {
        matches!(self, Self::Test { .. } | Self::DefinitionTest { .. })
    }
    /// For the additional data of its secrets; nil is the organization.
    pub fn owner_uuid(&self) -> uuid::Uuid {
        match self {
            Self::User { user_id, .. } => user_id.as_uuid(),
            _ => self.customer_id().map_or(uuid::Uuid::nil(), CustomerId::as_uuid),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", content = "reason", rename_all = "snake_case")]
pub enum ConnectionState {
    NotConnected,
    /// Someone is at the provider's consent page; what was there before goes on working.
    Checking,
    Connected,
    NeedsReconnecting(Reason),
    NotWorking(Reason),
}

impl ConnectionState {
    pub const fn status(self) -> &'static str {
        match self {
            Self::NotConnected => "not_connected",
            Self::Checking => "checking",
            Self::Connected => "connected",
            Self::NeedsReconnecting(_) => "needs_reconnecting",
            Self::NotWorking(_) => "not_working",
        }
    }
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::NeedsReconnecting(reason) | Self::NotWorking(reason) => Some(reason),
            Self::NotConnected | Self::Checking | Self::Connected => None,
        }
    }
    pub const fn is_connected(self) -> bool {
        matches!(self, Self::Connected)
    }
    /// From its two columns. A status that carries a reason without one is not a state.
    pub fn from_parts(status: &str, reason: Option<Reason>) -> Option<Self> {
        match (status, reason) {
            ("not_connected", _) => Some(Self::NotConnected),
            ("checking", _) => Some(Self::Checking),
            ("connected", _) => Some(Self::Connected),
            ("needs_reconnecting", Some(reason)) => Some(Self::NeedsReconnecting(reason)),
            ("not_working", Some(reason)) => Some(Self::NotWorking(reason)),
            _ => None,
        }
    }
}

impl Connection {
    pub fn new(id: ConnectionId, owner: ConnectionOwner, type_ref: TypeRef, connector_version: i64, now: Timestamp) -> Self {
        Self {
            id,
            owner,
            name: String::new(),
            type_ref,
            connector_version,
            state: ConnectionState::NotConnected,
            account: None,
            context: BTreeMap::new(),
            credential: SealedCredential::default(),
            draft: SealedCredential::default(),
            revision: 0,
            refresh: Refresh::Idle,
            refreshed_at: None,
            unanswered_since: None,
            ending: None,
            checked_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whole values or a token are saved. `checked`: the service itself confirmed them just now.
    pub fn connect(self, credential: SealedCredential, account: Option<String>, checked: bool, now: Timestamp) -> Self {
        Self {
            state: ConnectionState::Connected,
            draft: SealedCredential::default(),
            account: account.or(self.account.clone()),
            checked_at: if checked { Some(now) } else { self.checked_at },
            ..self.hold(credential, now)
        }
    }

    /// Values, or a token, are saved though more is missing: no connection yet.
    pub fn hold(self, credential: SealedCredential, now: Timestamp) -> Self {
        let before = self.credential.token.as_ref().map(|token| token.obtained_at);
        let is_same_token = before == credential.token.as_ref().map(|token| token.obtained_at);
        // Sealed anew, something was saved: a retry that waits may succeed with it at once.
        let is_untouched = sealing(&self.credential) == sealing(&credential) && matches!(self.refresh, Refresh::Retrying { .. });
        Self {
            refresh: if is_untouched { self.refresh } else { Refresh::plan(credential.token.as_ref(), self.id) },
            refreshed_at: self.refreshed_at.filter(|_| is_same_token),
            ending: Ending::moved_to(self.ending.filter(|_| is_same_token), Ending::plan(credential.token.as_ref())),
            credential,
            updated_at: now,
            ..self
        }
    }

    /// Values are saved of a connection whose grant has ended: it still needs its person.
    pub fn hold_values(self, credential: SealedCredential, now: Timestamp) -> Self {
        Self { credential, updated_at: now, ..self }
    }

    /// The provider gave a new token for the same grant: whatever a failed refresh had broken is whole again.
    pub fn renew(self, credential: SealedCredential, now: Timestamp) -> Self {
        let state = match self.state {
            ConnectionState::NeedsReconnecting(_) => ConnectionState::Connected,
            ConnectionState::NotWorking(reason) if self.refresh.reason() == Some(reason) => ConnectionState::Connected,
            state => state,
        };
        Self {
            state,
            refresh: Refresh::plan(credential.token.as_ref(), self.id),
            refreshed_at: Some(now),
            unanswered_since: None,
            ending: Ending::moved_to(self.ending, Ending::plan(credential.token.as_ref())),
            credential,
            updated_at: now,
            ..self
        }
    }

    /// A refresh failed, and is tried again. What passes by itself changes nothing else; what somebody must mend is shown.
    pub fn retry_refresh(self, reason: Reason, retry_after_seconds: Option<i64>, now: Timestamp) -> Self {
        let refresh = self.refresh.retry(reason, retry_after_seconds, self.id, now);
        match self.state {
            ConnectionState::Connected | ConnectionState::Checking if !reason.is_transient() => Self { refresh, ..self.fail(reason, now) },
            _ => Self { refresh, ..self },
        }
    }

    /// Whether a refresh was sent and nobody knows how it ended. `false` while its lease may still be held.
    pub fn has_unknown_outcome(&self, now: Timestamp) -> bool {
        let obtained_at = self.credential.token.as_ref().map(|token| token.obtained_at);
        self.unanswered_since
            .filter(|since| obtained_at.is_none_or(|obtained_at| obtained_at < *since))
            .is_some_and(|since| matches!(self.refresh, Refresh::Retrying { .. }) || since.plus_seconds(LEASE_SECONDS) <= now)
    }

    /// The check, or a step, found that it does not work.
    pub fn fail(self, reason: Reason, now: Timestamp) -> Self {
        Self { state: ConnectionState::NotWorking(reason), updated_at: now, ..self }
    }

    /// Only a person can make it work again.
    pub fn require_reconnect(self, reason: Reason, now: Timestamp) -> Self {
        Self { state: ConnectionState::NeedsReconnecting(reason), refresh: Refresh::Idle, ending: None, updated_at: now, ..self }
    }

    /// Tokens and customer's values go; the id, and what is bound to it, stays.
    pub fn disconnect(self, kept: SealedCredential, now: Timestamp) -> Self {
        Self {
            state: ConnectionState::NotConnected,
            draft: SealedCredential::default(),
            account: None,
            context: BTreeMap::new(),
            checked_at: None,
            ..self.hold(SealedCredential { token: None, ..kept }, now)
        }
    }

    /// The warning that it ends is given once.
    pub fn warned(self, now: Timestamp) -> Self {
        Self { ending: self.ending.map(|ending| Ending { warn_at: None, ..ending }), updated_at: now, ..self }
    }
}

fn sealing(credential: &SealedCredential) -> Option<i64> {
    credential.secrets.get(&SecretField::AccessToken).map(|(sealed, _)| sealed.revision())
}
