//! One slot of one instance with everything known about it: its type, its connection, its values layer by layer.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value as Json;

use super::{Broken, Context, registry::Published};
use crate::domain::{
    access::Scope,
    connection::{Connection, ConnectionOwner, ConnectionState},
    connection_type::{ConnectionType, TypeRef, standard},
    connector::Connector,
    credential::{Credential, SealedCredential, SecretField},
    ids::InstanceId,
    input::Input,
    instance::Instance,
    integration::{Slot, SlotSource},
    key::Key,
    reason::Reason,
    resolution::{self, Layers, Resolved, SetBy},
    time::Timestamp,
    value::{Given, Value},
};

/// Holds opened secrets: stays inside `flows`. What leaves is a `SlotSummary`.
pub(super) struct Requirement {
    pub slot: Slot,
    pub connector: Arc<Connector>,
    pub type_ref: TypeRef,
    pub connection: Connection,
    pub credential: Credential,
    pub draft: Credential,
    pub layers: Layers,
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
    pub account: Option<String>,
    pub checked_at: Option<Timestamp>,
    /// The person leaves for the provider's page.
    pub needs_consent: bool,
    /// The host of that page, once it is known.
    pub provider_host: Option<String>,
    pub asked: Vec<Asked>,
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
        Ok(resolution::resolve_captured(self.connection_type()?, own, &self.layers, context))
    }

    pub fn asked(&self) -> Result<Vec<Asked>, Broken> {
        let resolved = self.resolve()?;
        let inputs = resolution::asked_of_customer(self.connection_type()?, Some(&self.slot), &resolved);
        Ok(inputs.into_iter().map(|input| self.ask(input, &resolved)).collect())
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

    /// Nothing is left for the customer: every input is the organization's, and so is the consent where there has to be one.
    pub fn is_managed(&self) -> Result<bool, Broken> {
        Ok((!self.needs_consent()? || self.given_by().is_locked()) && self.asked()?.is_empty())
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
            Ok(self.resolve()?.is_whole() && self.connection.state.reason().is_none())
        } else {
            Ok(self.connection.state.is_connected())
        }
    }

    /// The state to show: what is managed and whole counts as connected though nobody ever saved it.
    pub fn state(&self) -> Result<ConnectionState, Broken> {
        if self.connection.state == ConnectionState::NotConnected && self.is_managed()? {
            return Ok(if self.resolve()?.is_whole() {
                ConnectionState::Connected
            } else {
                ConnectionState::NotWorking(Reason::Configuration)
            });
        }
        Ok(self.connection.state)
    }

    pub fn label(&self) -> String {
        self.slot.label.clone().unwrap_or_else(|| self.connector.name.clone())
    }

    pub fn summary(&self) -> Result<SlotSummary, Broken> {
        let needs_consent = self.is_for_customer_to_connect()?;
        let asked = self.asked()?;
        let host = if needs_consent { self.provider_host()? } else { None };
        Ok(SlotSummary {
            key: self.slot.key.clone(),
            label: self.label(),
            connector: self.connector.name.clone(),
            required: self.slot.required,
            state: if self.is_managed()? { SlotState::Managed } else { SlotState::Connection(self.connection.state) },
            is_failing: self.is_managed()? && self.state()?.reason().is_some(),
            account: self.connection.account.clone(),
            checked_at: self.connection.checked_at,
            needs_consent,
            provider_host: host,
            asked,
        })
    }

    fn provider_host(&self) -> Result<Option<String>, Broken> {
        let resolved = self.resolve()?;
        let url = [standard::AUTHORIZE_URL, standard::ISSUER].into_iter().find_map(|key| resolved.get(key)).map(Given::expose_text);
        Ok(url.and_then(|url| url::Url::parse(&url).ok()).and_then(|url| url.host_str().map(str::to_owned)))
    }
}

impl Context {
    /// Every slot of an instance, in the integration's order. Saves are compare-and-set, so a plain read is enough.
    pub(super) async fn requirements(&self, instance: &Instance, published: &Published) -> Result<Vec<Requirement>, Broken> {
        let scope = Scope::Customer(instance.customer_id);
        let mut connections = self.store().read().connections().list_of_instance(scope, instance.id).await?;
        let mut requirements = Vec::new();
        for slot in published.integration.slots() {
            let at = connections.iter().position(|c| matches!(&c.owner, ConnectionOwner::Slot { slot: s, .. } if *s == slot.key));
            let Some(connection) = at.map(|at| connections.swap_remove(at)) else {
                return Err(Broken::Inconsistent(format!("instance {} has no connection for its slot {}", instance.id, slot.key)));
            };
            requirements.push(self.requirement(slot, published, connection).await?);
        }
        Ok(requirements)
    }

    pub(super) async fn requirement(&self, slot: &Slot, published: &Published, connection: Connection) -> Result<Requirement, Broken> {
        let (type_ref, layers) = self.slot_layers(slot).await?;
        let connector_version = published.connectors.get(&type_ref.connector).copied().unwrap_or(connection.connector_version);
        let connector = self
            .connector(&type_ref.connector, connector_version)
            .await?
            .ok_or_else(|| Broken::Inconsistent(format!("connector {} version {connector_version} is gone", type_ref.connector)))?;
        let credential = self.open(&connection)?;
        let draft = self.vault().open_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &connection.draft)?;
        Ok(Requirement { slot: slot.clone(), connector, type_ref, connection, credential, draft, layers })
    }

    /// What a connection holds itself.
    pub(super) fn open(&self, connection: &Connection) -> Result<Credential, Broken> {
        Ok(self.vault().open_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &connection.credential)?)
    }

    /// One slot's requirement; `None` where the caller may not see the instance, or it has no such slot.
    pub(super) async fn find_requirement(&self, scope: Scope, instance_id: InstanceId, slot: &str) -> Result<Option<Requirement>, Broken> {
        let Some(found) = self.store().read().connections().find_in_slot(scope, instance_id, slot).await? else { return Ok(None) };
        let published = self.published_version(&found.integration_key, found.integration_version).await?;
        let Some(slot) = published.integration.slot(slot) else { return Ok(None) };
        self.requirement(slot, &published, found.connection).await.map(Some)
    }

    /// The version that an instance keeps.
    pub(super) async fn published_for(&self, instance: &Instance) -> Result<Arc<Published>, Broken> {
        self.published_version(&instance.integration_key, instance.integration_version).await
    }

    async fn published_version(&self, key: &Key, version: i64) -> Result<Arc<Published>, Broken> {
        self.integration(key, version).await?.ok_or_else(|| Broken::Inconsistent(format!("integration {key} version {version} is gone")))
    }

    /// The slot's connection type, and the layers below a connection's own values.
    pub(super) async fn slot_layers(&self, slot: &Slot) -> Result<(TypeRef, Layers), Broken> {
        let mut layers = Layers { slot: slot.inputs.clone(), ..Layers::default() };
        let type_ref = match &slot.source {
            SlotSource::Type(type_ref) => type_ref.clone(),
            SlotSource::Reusable(key) => {
                let definition =
                    self.reusable(key).await?.ok_or_else(|| Broken::Inconsistent(format!("reusable connection {key} is gone")))?;
                layers.reusable = definition.inputs.into_iter().filter_map(|(key, input)| Some((key, input.value?))).collect();
                definition.type_ref
            }
        };
        if let Some(key) = &slot.preset {
            let preset = self.preset(key).await?.ok_or_else(|| Broken::Inconsistent(format!("preset {key} is gone")))?;
            layers.preset = preset.values;
        }
        Ok((type_ref, layers))
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
