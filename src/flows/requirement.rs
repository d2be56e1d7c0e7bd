//! A connection with everything known about it where it is needed: its type, its slot, its values layer by layer.
//!
//! `find` loads one: from a slot of an instance, which uses its own connection or is bound to a reusable one; by its id; or as
//! the one of an owner. A reusable connection met by itself has a slot made of its definition.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value as Json;

mod find;

pub(in crate::flows) use find::Below;

use super::Broken;
use crate::domain::{
    access::Scope,
    connection::{Connection, ConnectionOwner, ConnectionState},
    connection_type::{ConnectionType, TypeRef, standard},
    connector::Connector,
    credential::{Credential, SealedCredential, SecretField},
    ids::ConnectionId,
    input::Input,
    integration::Slot,
    key::Key,
    reason::Reason,
    resolution::{self, Layers, Resolved, SetBy},
    time::Timestamp,
    value::{Given, Value},
};
use crate::manifest::{Activation, CustomersSee, ReusableConnection};

/// Holds opened secrets: stays inside `flows`. What leaves is a `SlotSummary`.
pub(super) struct Requirement {
    pub slot: Slot,
    pub connector: Arc<Connector>,
    pub type_ref: TypeRef,
    pub connection: Connection,
    pub credential: Credential,
    pub draft: Credential,
    pub layers: Layers,
    /// Its definition, where it is a reusable one, or is to become one.
    pub reusable: Option<ReusableConnection>,
    /// Not in the database yet: `Context::keep` inserts it.
    pub is_new: bool,
}

/// What may be shown of a slot. No secret, and none of the organization's inputs.
#[derive(Clone, Debug)]
pub struct SlotSummary {
    pub key: Key,
    pub label: String,
    pub connector: String,
    pub required: bool,
    pub state: SlotState,
    /// It is managed, and does not work: the organization's to put right.
    pub is_failing: bool,
    /// It is managed, works, and its definition has customers see nothing of it.
    pub is_hidden: bool,
    pub account: Option<String>,
    pub checked_at: Option<Timestamp>,
    /// The person leaves for the provider's page.
    pub needs_consent: bool,
    /// The host of that page, once it is known.
    pub provider_host: Option<String>,
    pub asked: Vec<Asked>,
    /// What the customer has already, to choose from.
    pub picker: Option<Picker>,
}

/// The customer's saved connections of the slot's definition.
#[derive(Clone, Debug)]
pub struct Picker {
    pub saved: Vec<Choice>,
    /// `None`: a new one.
    pub chosen: Option<ConnectionId>,
}

#[derive(Clone, Debug)]
pub struct Choice {
    pub id: ConnectionId,
    pub name: String,
    pub state: ConnectionState,
    pub account: Option<String>,
    /// By how many instances.
    pub used_in: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotState {
    Managed,
    Connection(ConnectionState),
}

/// An input a person is asked for, and what is known of its value.
#[derive(Clone, Debug)]
pub struct Asked {
    pub input: Input,
    pub value: Option<Value>,
    /// A secret is saved (or drafted), so a blank one keeps it.
    pub has_secret: bool,
    /// Counts the sealings of the saved secret; `None` for what is not one.
    pub secret_revision: Option<i64>,
}

impl Requirement {
    pub fn connection_type(&self) -> Result<&ConnectionType, Broken> {
        self.connector
            .connection_type(self.type_ref.connection_type.as_str())
            .ok_or_else(|| Broken::Inconsistent(format!("connection type {} is not in its connector", self.type_ref)))
    }

    pub fn resolve(&self) -> Result<Resolved, Broken> {
        self.resolve_with(&self.credential.inputs)
    }

    /// As it would be if the draft were saved.
    pub fn resolve_with(&self, own: &BTreeMap<Key, (Given, SetBy)>) -> Result<Resolved, Broken> {
        self.resolve_captured(own, &self.connection.context)
    }

    /// As `resolve_with`, and as if this had been captured.
    pub fn resolve_captured(&self, own: &BTreeMap<Key, (Given, SetBy)>, context: &BTreeMap<String, Json>) -> Result<Resolved, Broken> {
        let connection_type = self.connection_type()?;
        if own.keys().any(|key| self.is_global(key)) {
            // Entered before the input became one for all.
            let own = own.iter().filter(|(key, _)| !self.is_global(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
            return Ok(resolution::resolve_captured(connection_type, &own, &self.layers, context));
        }
        Ok(resolution::resolve_captured(connection_type, own, &self.layers, context))
    }

    /// One value for all customers, which no connection of theirs has for itself.
    pub fn is_global(&self, key: &Key) -> bool {
        let is_of_customer = matches!(self.connection.owner, ConnectionOwner::Slot { .. } | ConnectionOwner::Customer { .. });
        is_of_customer && self.reusable.as_ref().is_some_and(|reusable| reusable.is_global(key))
    }

    /// An input of which each customer has its own value.
    pub fn is_of_customers(&self, key: &Key) -> bool {
        self.reusable.as_ref().is_some_and(|reusable| reusable.is_of_customers(key))
    }

    pub fn activation(&self) -> Option<Activation> {
        self.reusable.as_ref().map(|reusable| reusable.activation)
    }

    /// The organization makes it work, whoever's credentials it holds: no customer fills in, sees or ends any of it.
    pub fn is_the_organizations(&self) -> bool {
        self.activation().is_some_and(Activation::is_the_organizations)
    }

    /// Holds what is the same for all customers, who each have a connection of their own: it never connects.
    pub fn is_values_only(&self) -> bool {
        matches!(self.connection.owner, ConnectionOwner::Organization { .. }) && self.activation() != Some(Activation::OrganizationGlobal)
    }

    /// A slot's own connection that becomes one of the customer's saved ones as soon as it works.
    pub fn is_to_be_saved(&self) -> bool {
        matches!(self.connection.owner, ConnectionOwner::Slot { .. }) && self.activation() == Some(Activation::Customer)
    }

    /// Whether this caller may change, check or end it.
    pub fn is_open_to(&self, scope: Scope) -> Result<bool, Broken> {
        Ok(scope == Scope::Organization || !self.is_managed()?)
    }

    pub fn asked(&self) -> Result<Vec<Asked>, Broken> {
        if self.is_the_organizations() {
            return Ok(Vec::new());
        }
        let resolved = self.resolve()?;
        let inputs = resolution::asked_of_customer(self.connection_type()?, Some(&self.slot), &resolved);
        Ok(inputs.into_iter().filter(|input| !self.is_global(&input.key)).map(|input| self.ask(input, &resolved)).collect())
    }

    fn ask(&self, input: Input, resolved: &Resolved) -> Asked {
        let drafted = self.draft.inputs.get(&input.key).map(|(given, _)| given);
        let held = drafted.or_else(|| resolved.get(input.key.as_str()));
        let has_secret = input.is_secret() && held.is_some();
        let value = held.and_then(Given::as_clear).cloned();
        let secret_revision = input.is_secret().then(|| {
            let field = SecretField::Input(input.key.clone());
            let sealed = |c: &SealedCredential| c.secrets.get(&field).map_or(0, |(sealed, _)| sealed.revision());
            sealed(&self.connection.credential) + sealed(&self.connection.draft)
        });
        Asked { input, value, has_secret, secret_revision }
    }

    pub fn needs_consent(&self) -> Result<bool, Broken> {
        Ok(self.connection_type()?.auth().needs_consent())
    }

    pub fn obtains_by_itself(&self) -> Result<bool, Broken> {
        Ok(self.connection_type()?.auth().obtains_by_itself())
    }

    /// Nothing is left for the customer: every input is the organization's, and whoever has to consent is one of its people.
    pub fn is_managed(&self) -> Result<bool, Broken> {
        let consents = self.needs_consent()? && !self.given_by().is_locked();
        Ok(self.is_the_organizations() || (!consents && !self.asks_anything()?))
    }

    /// Of what is not the organization's.
    fn asks_anything(&self) -> Result<bool, Broken> {
        let resolved = self.resolve()?;
        let is_asked = |input: &Input| resolution::is_asked_of_customer(input, Some(&self.slot), &resolved) && !self.is_global(&input.key);
        Ok(self.connection_type()?.inputs().iter().any(is_asked))
    }

    /// Neither values nor a token of its own.
    pub fn holds_nothing(&self) -> bool {
        self.credential.inputs.is_empty() && self.credential.token.is_none()
    }

    /// Who consented to the token that is held.
    pub fn given_by(&self) -> SetBy {
        self.credential.token.as_ref().map_or_else(SetBy::default, |token| token.meta.given_by)
    }

    /// By signing in: of what the organization has locked no customer makes another connection.
    pub fn is_for_customer_to_connect(&self) -> Result<bool, Broken> {
        Ok(self.needs_consent()? && !self.is_managed()?)
    }

    /// Good enough to turn the integration on.
    pub fn is_ready(&self) -> Result<bool, Broken> {
        if self.is_managed()? {
            Ok(self.resolve()?.is_whole() && self.state()?.is_connected())
        } else {
            Ok(self.connection.state.is_connected())
        }
    }

    /// The state to show: what is managed and whole counts as connected though nobody ever saved it.
    pub fn state(&self) -> Result<ConnectionState, Broken> {
        let owner = &self.connection.owner;
        if self.connection.state != ConnectionState::NotConnected || owner.is_test() || owner.user_id().is_some() || !self.is_managed()? {
            return Ok(self.connection.state);
        }
        // Whoever has to consent, or to enter a customer's values, has not done so yet.
        if self.needs_consent()? || (self.is_the_organizations() && !self.resolve()?.is_whole()) {
            return Ok(ConnectionState::NotConnected);
        }
        Ok(if self.resolve()?.is_whole() { ConnectionState::Connected } else { ConnectionState::NotWorking(Reason::Configuration) })
    }

    pub fn label(&self) -> String {
        self.slot.label.clone().unwrap_or_else(|| self.connector.name.clone())
    }

    pub fn summary(&self) -> Result<SlotSummary, Broken> {
        let is_managed = self.is_managed()?;
        let needs_consent = self.is_for_customer_to_connect()?;
        let asked = self.asked()?;
        let is_failing = is_managed && !self.state()?.is_connected();
        let is_unseen = self.reusable.as_ref().is_some_and(|reusable| reusable.customers_see == CustomersSee::Nothing);
        let host = if needs_consent { self.provider_host()? } else { None };
        Ok(SlotSummary {
            key: self.slot.key.clone(),
            label: self.label(),
            connector: self.connector.name.clone(),
            required: self.slot.required,
            state: if is_managed { SlotState::Managed } else { SlotState::Connection(self.connection.state) },
            is_failing,
            is_hidden: is_managed && is_unseen && !is_failing,
            account: self.connection.account.clone().filter(|_| !is_managed),
            checked_at: self.connection.checked_at,
            needs_consent,
            provider_host: host,
            asked,
            picker: None,
        })
    }

    fn provider_host(&self) -> Result<Option<String>, Broken> {
        let resolved = self.resolve()?;
        let url = [standard::AUTHORIZE_URL, standard::ISSUER].into_iter().find_map(|key| resolved.get(key)).map(Given::expose_text);
        Ok(url.and_then(|url| url::Url::parse(&url).ok()).and_then(|url| url.host_str().map(str::to_owned)))
    }
}

impl SlotState {
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Managed => None,
            Self::Connection(state) => state.reason(),
        }
    }
}
