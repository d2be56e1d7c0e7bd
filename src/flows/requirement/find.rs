//! Loading a requirement, however the caller names it. The scope decides what is found; a foreign one is the same as none.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use super::Requirement;
use crate::{
    domain::{
        access::Scope,
        connection::{Connection, ConnectionOwner, ConnectionRef},
        connection_type::TypeRef,
        connector::Connector,
        credential::Credential,
        customer_user::{CustomerUser, CustomerUserRef},
        ids::InstanceId,
        instance::Instance,
        integration::{Slot, SlotSource},
        key::Key,
        resolution::Layers,
        value::Values,
    },
    flows::{Broken, Context, presets, registry::Published},
    manifest::{Activation, ReusableConnection},
    store::{Held, UnitOfWork},
};

/// What lies below a connection's own values, and what kind of connection it is.
#[derive(Clone)]
pub(in crate::flows) struct Below {
    pub type_ref: TypeRef,
    pub layers: Layers,
    pub reusable: Option<ReusableConnection>,
}

impl Context {
    /// Every slot of an instance but those that are each user's own, in the integration's order, each with the connection that
    /// it uses. Saves are compare-and-set, so a plain read is enough.
    pub(in crate::flows) async fn requirements(&self, instance: &Instance, published: &Published) -> Result<Vec<Requirement>, Broken> {
        // Whoever found the instance sees what is in it, the organization's own connections too.
        let held = self.store().read().connections().list_in_slots(Scope::Organization, instance.id).await?;
        let below = self.below_all(published).await?;
        self.each_slot(instance, published, &below, held).await
    }

    /// As `requirements`, of each of many instances: as few questions to the database as of one.
    pub(in crate::flows) async fn requirements_of(&self, instances: &[Instance]) -> Result<Vec<Vec<Requirement>>, Broken> {
        let mut held: BTreeMap<InstanceId, Vec<Held>> = BTreeMap::new();
        for (instance, one) in self.store().read().connections().list_in_slots_of(instances).await? {
            held.entry(instance).or_default().push(one);
        }
        // By version; few instances keep different ones.
        let mut known: BTreeMap<(&Key, i64), Vec<Below>> = BTreeMap::new();
        let mut all = Vec::with_capacity(instances.len());
        for instance in instances {
            let published = self.published_for(instance).await?;
            let below = match known.entry((&instance.integration_key, instance.integration_version)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.below_all(&published).await?),
            };
            all.push(self.each_slot(instance, &published, below, held.remove(&instance.id).unwrap_or_default()).await?);
        }
        Ok(all)
    }

    async fn each_slot(
        &self,
        instance: &Instance,
        published: &Published,
        below: &[Below],
        mut held: Vec<Held>,
    ) -> Result<Vec<Requirement>, Broken> {
        let mut requirements = Vec::with_capacity(below.len());
        for (slot, below) in published.integration.shared_slots().zip(below) {
            let is_own = |connection: &Connection| matches!(connection.owner, ConnectionOwner::Slot { .. });
            let bound = held.iter().position(|held| held.slot == slot.key && !is_own(&held.connection));
            let Some(at) = bound.or_else(|| held.iter().position(|held| held.slot == slot.key)) else {
                return Err(Broken::Inconsistent(format!("instance {} has no connection for its slot {}", instance.id, slot.key)));
            };
            requirements.push(self.requirement_over(slot, published, held.swap_remove(at).connection, below.clone()).await?);
        }
        Ok(requirements)
    }

    /// Of every slot but those that are each user's own, in the integration's order.
    async fn below_all(&self, published: &Published) -> Result<Vec<Below>, Broken> {
        let mut all = Vec::new();
        for slot in published.integration.shared_slots() {
            all.push(self.slot_layers(slot).await?);
        }
        Ok(all)
    }

    pub(in crate::flows) async fn requirement(
        &self,
        slot: &Slot,
        published: &Published,
        connection: Connection,
    ) -> Result<Requirement, Broken> {
        let below = self.slot_layers(slot).await?;
        self.requirement_over(slot, published, connection, below).await
    }

    async fn requirement_over(
        &self,
        slot: &Slot,
        published: &Published,
        connection: Connection,
        below: Below,
    ) -> Result<Requirement, Broken> {
        let connector_version = published.connectors.get(&below.type_ref.connector).copied().unwrap_or(connection.connector_version);
        let connector = self
            .connector(&below.type_ref.connector, connector_version)
            .await?
            .ok_or_else(|| Broken::Inconsistent(format!("connector {} version {connector_version} is gone", below.type_ref.connector)))?;
        self.assemble(slot.clone(), connector, connection, below)
    }

    pub(in crate::flows) fn assemble(
        &self,
        slot: Slot,
        connector: Arc<Connector>,
        connection: Connection,
        below: Below,
    ) -> Result<Requirement, Broken> {
        let credential = self.open(&connection)?;
        let draft = self.vault().open_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &connection.draft)?;
        let Below { type_ref, layers, reusable } = below;
        Ok(Requirement { slot, connector, type_ref, connection, credential, draft, layers, reusable, is_new: false })
    }

    /// What a slot holds itself, whatever it is bound to: of a customer-activated definition what is typed of a new connection.
    pub(in crate::flows) async fn own_requirement(
        &self,
        instance: &Instance,
        published: &Published,
        slot: &Slot,
    ) -> Result<Option<Requirement>, Broken> {
        let scope = Scope::Customer(instance.customer_id);
        let own = self.store().read().connections().list_of_instance(scope, instance.id).await?;
        let own = own.into_iter().find(|own| own.owner.slot() == Some(&slot.key));
        match own {
            Some(own) => self.requirement(slot, published, own).await.map(Some),
            None => Ok(None),
        }
    }

    /// What a connection holds itself.
    pub(in crate::flows) fn open(&self, connection: &Connection) -> Result<Credential, Broken> {
        Ok(self.vault().open_credential(connection.owner.owner_uuid(), connection.id.as_uuid(), &connection.credential)?)
    }

    /// `None`: there is no such connection for this caller. Test credentials are found by their owner alone.
    pub(in crate::flows) async fn find_requirement(&self, scope: Scope, at: &ConnectionRef) -> Result<Option<Requirement>, Broken> {
        match at {
            ConnectionRef::Slot { instance_id, slot } => self.in_slot(scope, *instance_id, slot).await,
            ConnectionRef::OfUser { instance_id, slot, user } => self.of_user(scope, *instance_id, slot, user).await,
            ConnectionRef::Id(id) => match self.store().read().connections().find(scope, *id).await? {
                Some(connection) if !connection.owner.is_test() => self.requirement_of(connection).await,
                _ => Ok(None),
            },
            ConnectionRef::Of(owner) => self.of_owner(scope, owner).await,
        }
    }

    async fn in_slot(&self, scope: Scope, instance_id: InstanceId, slot: &str) -> Result<Option<Requirement>, Broken> {
        let Some(found) = self.store().read().connections().find_in_slot(scope, instance_id, slot).await? else { return Ok(None) };
        let published = self.published_version(&found.integration_key, found.integration_version).await?;
        let Some(slot) = published.integration.slot(slot).filter(|slot| !slot.is_per_user()) else { return Ok(None) };
        self.requirement(slot, &published, found.connection).await.map(Some)
    }

    /// One user's, in a slot that is each user's own; a new one where they have none. `None`: there is no such slot, or no such
    /// user who is in.
    async fn of_user(
        &self,
        scope: Scope,
        instance_id: InstanceId,
        slot: &str,
        user: &CustomerUserRef,
    ) -> Result<Option<Requirement>, Broken> {
        if let Some(found) = self.store().read().connections().find_of_user(scope, instance_id, slot, user).await? {
            let published = self.published_version(&found.integration_key, found.integration_version).await?;
            let Some(slot) = published.integration.slot(slot).filter(|slot| slot.is_per_user()) else { return Ok(None) };
            return self.requirement(slot, &published, found.connection).await.map(Some);
        }
        let Some(instance) = self.store().read().instances().find(scope, instance_id).await? else { return Ok(None) };
        let published = self.published_for(&instance).await?;
        let Some(slot) = published.integration.slot(slot).filter(|slot| slot.is_per_user()) else { return Ok(None) };
        let customer_id = instance.customer_id;
        let user = self.store().read().customer_users().find_named(customer_id, user).await?.filter(CustomerUser::is_enabled);
        let Some(user) = user else { return Ok(None) };
        let owner = ConnectionOwner::User { instance_id, customer_id, slot: slot.key.clone(), user_id: user.id };
        let type_ref = self.slot_layers(slot).await?.type_ref;
        let version = published.connectors.get(&type_ref.connector).copied().unwrap_or(1);
        let connection = Connection::new(self.new_connection_id(), owner, type_ref, version, self.now());
        Ok(Some(Requirement { is_new: true, ..self.requirement(slot, &published, connection).await? }))
    }

    /// Of a connection in hand, whoever owns it: what refreshes, checks and callbacks start from.
    pub(in crate::flows) async fn requirement_of(&self, connection: Connection) -> Result<Option<Requirement>, Broken> {
        match connection.owner.clone() {
            ConnectionOwner::Slot { instance_id, slot, .. } | ConnectionOwner::User { instance_id, slot, .. } => {
                let found = self.store().read().instances().find(Scope::Organization, instance_id).await?;
                let Some(instance) = found else { return Ok(None) };
                let published = self.published_for(&instance).await?;
                let Some(slot) = published.integration.slot(slot.as_str()) else { return Ok(None) };
                self.requirement(slot, &published, connection).await.map(Some)
            }
            owner @ ConnectionOwner::Test { .. } if presets::is_trial(&owner) => presets::trial_of(self, &connection).await,
            ConnectionOwner::Test { integration, slot } => {
                let Some(published) = self.current_integration(&integration).await? else { return Ok(None) };
                let Some(slot) = published.integration.slot(slot.as_str()) else { return Ok(None) };
                self.requirement(slot, &published, connection).await.map(Some)
            }
            ConnectionOwner::Customer { definition, .. }
            | ConnectionOwner::Organization { definition }
            | ConnectionOwner::DefinitionTest { definition } => self.of_definition(&definition, connection).await,
        }
    }

    /// By itself, or as its oldest user has it: what that slot sets may be all that a definition lacks.
    async fn of_definition(&self, key: &Key, connection: Connection) -> Result<Option<Requirement>, Broken> {
        let Some(definition) = self.reusable(key).await? else { return Ok(None) };
        let mut slot = slot_of(&definition);
        let oldest = self.store().read().bindings().uses(Scope::Organization, connection.id, 1).await?.pop();
        if let Some(user) = oldest {
            let published = self.published_version(&user.integration_key, user.integration_version).await?;
            if let Some(of_user) = published.integration.slot(user.slot.as_str()) {
                slot.preset.clone_from(&of_user.preset);
                slot.inputs.clone_from(&of_user.inputs);
            }
        }
        let Some(connector) = self.current_connector(&definition.type_ref.connector).await? else { return Ok(None) };
        let below = self.slot_layers(&slot).await?;
        self.assemble(slot, connector, connection, below).map(Some)
    }

    async fn of_owner(&self, scope: Scope, owner: &ConnectionOwner) -> Result<Option<Requirement>, Broken> {
        let found = match owner {
            ConnectionOwner::Test { integration, slot } => self.store().read().connections().find_test(scope, integration, slot).await?,
            ConnectionOwner::Slot { .. } | ConnectionOwner::User { .. } => return Ok(None),
            owner => self.store().read().connections().find_owned(scope, owner).await?,
        };
        let is_new = found.is_none();
        let connection = match found {
            Some(connection) => connection,
            None => match self.first_of(scope, owner).await? {
                Some(connection) => connection,
                None => return Ok(None),
            },
        };
        Ok(self.requirement_of(connection).await?.map(|requirement| Requirement { is_new, ..requirement }))
    }

    /// What an owner would have: not in the database. `None`: it can have none.
    pub(in crate::flows) async fn first_of(&self, scope: Scope, owner: &ConnectionOwner) -> Result<Option<Connection>, Broken> {
        if scope.customer_id().is_some_and(|customer| owner.customer_id() != Some(customer)) {
            return Ok(None);
        }
        let type_ref = match owner {
            ConnectionOwner::Test { integration, slot } => {
                let published = self.current_integration(integration).await?;
                match published.as_ref().and_then(|published| published.integration.slot(slot.as_str())) {
                    Some(slot) => self.slot_layers(slot).await?.type_ref,
                    None => return Ok(None),
                }
            }
            owner => match owner.definition() {
                Some(key) => match self.reusable(key).await?.filter(|definition| has_one_for(definition, owner)) {
                    Some(definition) => definition.type_ref,
                    None => return Ok(None),
                },
                None => return Ok(None),
            },
        };
        let version = self.newest_version(&type_ref).await?;
        Ok(Some(Connection::new(self.new_connection_id(), owner.clone(), type_ref, version, self.now())))
    }

    /// Of the connector's document, for a connection that is made now.
    pub(in crate::flows) async fn newest_version(&self, type_ref: &TypeRef) -> Result<i64, Broken> {
        let current = self.store().read().documents().current("connector", type_ref.connector.as_str()).await?;
        Ok(current.map_or(1, |document| document.version))
    }

    /// Inserts what is new, saves what is not. False: somebody else was first.
    pub(in crate::flows) async fn keep(
        &self,
        work: &mut UnitOfWork,
        scope: Scope,
        requirement: &Requirement,
        next: &Connection,
    ) -> Result<bool, Broken> {
        if requirement.is_new {
            return Ok(work.connections().insert(next).await?.is_inserted());
        }
        Ok(work.connections().save(scope, self.wrapped(next)?.as_ref()).await?.is_some())
    }

    /// The version that an instance keeps.
    pub(in crate::flows) async fn published_for(&self, instance: &Instance) -> Result<Arc<Published>, Broken> {
        self.published_version(&instance.integration_key, instance.integration_version).await
    }

    async fn published_version(&self, key: &Key, version: i64) -> Result<Arc<Published>, Broken> {
        self.integration(key, version).await?.ok_or_else(|| Broken::Inconsistent(format!("integration {key} version {version} is gone")))
    }

    /// What people call a slot: without a label by its connector.
    pub(in crate::flows) async fn slot_label(&self, published: &Published, slot: &Slot) -> Result<String, Broken> {
        if let Some(label) = &slot.label {
            return Ok(label.clone());
        }
        let type_ref = self.slot_layers(slot).await?.type_ref;
        let version = published.connectors.get(&type_ref.connector).copied().unwrap_or(1);
        let connector = self.connector(&type_ref.connector, version).await?;
        Ok(connector.map_or_else(|| slot.key.to_string(), |connector| connector.name.clone()))
    }

    /// The slot's connection type, and the layers below a connection's own values.
    pub(in crate::flows) async fn slot_layers(&self, slot: &Slot) -> Result<Below, Broken> {
        let mut layers = Layers { slot: slot.inputs.clone(), ..Layers::default() };
        let (type_ref, reusable) = match &slot.source {
            SlotSource::Type(type_ref) | SlotSource::PerUser(type_ref) => (type_ref.clone(), None),
            SlotSource::Reusable(key) => {
                let definition =
                    self.reusable(key).await?.ok_or_else(|| Broken::Inconsistent(format!("reusable connection {key} is gone")))?;
                layers.reusable = self.global_values(&definition).await?;
                (definition.type_ref.clone(), Some(definition))
            }
        };
        if let Some(key) = &slot.preset {
            let preset = self.preset(key).await?.ok_or_else(|| Broken::Inconsistent(format!("preset {key} is gone")))?;
            layers.preset = preset.values;
        }
        Ok(Below { type_ref, layers, reusable })
    }

    /// What was entered for all customers goes before what the manifest says.
    pub(in crate::flows) async fn global_values(&self, definition: &ReusableConnection) -> Result<Values, Broken> {
        let of_manifest = definition.inputs.iter().filter_map(|(key, input)| Some((key.clone(), input.value.clone()?)));
        let mut values: Values = of_manifest.collect();
        if definition.activation != Activation::OrganizationGlobal {
            let owner = ConnectionOwner::Organization { definition: definition.key.clone() };
            if let Some(entered) = self.store().read().connections().find_owned(Scope::Organization, &owner).await? {
                values.extend(self.open(&entered)?.inputs.into_iter().map(|(key, (given, _))| (key, given)));
            }
        }
        Ok(values)
    }
}

/// How a reusable connection looks where no slot is.
fn slot_of(definition: &ReusableConnection) -> Slot {
    Slot {
        key: definition.key.clone(),
        label: Some(definition.name.clone()),
        source: SlotSource::Reusable(definition.key.clone()),
        required: true,
        preset: None,
        converts: false,
        inputs: BTreeMap::new(),
    }
}

fn has_one_for(definition: &ReusableConnection, owner: &ConnectionOwner) -> bool {
    match owner {
        ConnectionOwner::Customer { .. } => definition.activation == Activation::OrganizationCustomer,
        ConnectionOwner::Organization { .. } | ConnectionOwner::DefinitionTest { .. } => true,
        ConnectionOwner::Slot { .. } | ConnectionOwner::User { .. } | ConnectionOwner::Test { .. } => false,
    }
}
