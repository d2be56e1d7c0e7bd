//! What is applied, for those who look after it: who uses which version, what differs between two, what each slot wants.

use std::{collections::BTreeMap, sync::Arc};

use secrecy::ExposeSecret;
use serde_json::Value as Json;

use super::{
    Broken, Context,
    funnel::{self, Funnel},
    registry::{PinnedBody, Published},
};
use crate::{
    domain::{
        connection_type::TypeRef,
        connector::Connector,
        ids::InstanceId,
        integration::{Slot, SlotSource},
        key::Key,
        time::Timestamp,
    },
    manifest::{self, DiffLine, Kind},
    store::{DocumentVersion, InstanceLine, StoredDocument, Troubled, TypeUse, VersionUse},
};

/// One line of the list.
pub struct IntegrationLine {
    pub key: Key,
    pub name: String,
    pub version: i64,
    pub published_at: Timestamp,
    /// Newest version first.
    pub uses: Vec<VersionUse>,
    pub trouble: Troubled,
}

pub async fn integrations(context: &Context) -> Result<Vec<IntegrationLine>, Broken> {
    let documents = context.store().read().documents().list_current(Kind::Integration.as_str()).await?;
    let uses = context.store().read().rollups().versions_in_use(None).await?;
    let trouble: BTreeMap<Key, Troubled> = context.store().read().rollups().trouble().await?.into_iter().collect();
    let mut lines = Vec::new();
    for document in documents {
        let key = key_of(&document)?;
        let Some(published) = context.integration(&key, document.version).await? else { continue };
        lines.push(IntegrationLine {
            name: published.integration.name.clone(),
            version: document.version,
            published_at: document.created_at,
            uses: uses.iter().filter(|of| of.integration == key).cloned().collect(),
            trouble: trouble.get(&key).copied().unwrap_or_default(),
            key,
        });
    }
    Ok(lines)
}

/// An integration's current version with all that is known of its use.
pub struct Integration {
    pub published: Arc<Published>,
    pub slots: Vec<SlotLine>,
    /// Newest first.
    pub versions: Vec<DocumentVersion>,
    pub uses: Vec<VersionUse>,
    pub customers: i64,
    pub trouble: Troubled,
    pub instances: Vec<InstanceLine>,
    pub funnel: Option<Funnel>,
}

/// What a slot wants, in names.
pub struct SlotLine {
    pub slot: Slot,
    pub type_ref: TypeRef,
    pub connector: Arc<Connector>,
}

/// A page of who uses it; the customers' own list has them all.
const INSTANCES: i64 = 20;

/// `None`: nothing of this key is applied. `version`: narrows the list of who uses it. `after`: the last one of the page before.
pub async fn integration(
    context: &Context,
    key: &Key,
    version: Option<i64>,
    after: Option<InstanceId>,
) -> Result<Option<Integration>, Broken> {
    let Some(published) = context.current_integration(key).await? else { return Ok(None) };
    let mut slots = Vec::new();
    for slot in published.integration.slots() {
        let type_ref = context.slot_layers(slot).await?.type_ref;
        if let Some(connector) = slot_connector(context, &published, &type_ref).await? {
            slots.push(SlotLine { slot: slot.clone(), type_ref, connector });
        }
    }
    Ok(Some(Integration {
        slots,
        versions: context.store().read().documents().versions(Kind::Integration.as_str(), key.as_str()).await?,
        uses: context.store().read().rollups().versions_in_use(Some(key)).await?,
        customers: context.store().read().rollups().customers_of(key).await?,
        trouble: context.store().read().rollups().trouble_of(key).await?,
        funnel: funnel::of(context, &published).await?,
        instances: context.store().read().rollups().instances(key, version, after, INSTANCES + 1).await?,
        published,
    }))
}

impl Integration {
    /// Where the next page of instances begins; takes what is beyond this one away.
    pub fn next_page(&mut self) -> Option<InstanceId> {
        let more = self.instances.len() > INSTANCES as usize;
        self.instances.truncate(INSTANCES as usize);
        self.instances.last().filter(|_| more).map(|line| line.id)
    }
}

async fn slot_connector(context: &Context, published: &Published, type_ref: &TypeRef) -> Result<Option<Arc<Connector>>, Broken> {
    match published.connectors.get(&type_ref.connector) {
        Some(version) => context.connector(&type_ref.connector, *version).await,
        None => context.current_connector(&type_ref.connector).await,
    }
}

/// What differs between two versions of a manifest.
pub struct Difference {
    pub from: i64,
    pub to: i64,
    pub lines: Vec<DiffLine>,
    /// Of an integration: the connectors that it was published against, where they differ. `None`: not used.
    pub connectors: Vec<(Key, Option<i64>, Option<i64>)>,
    /// Secrets are in no line, so it is said that one is another.
    pub secrets_differ: bool,
    /// All there are, newest first.
    pub versions: Vec<DocumentVersion>,
}

/// Unless it is said, to the current version from the one before. `None`: there is no such document, or no such version of it.
pub async fn difference(
    context: &Context,
    kind: Kind,
    key: &Key,
    from: Option<i64>,
    to: Option<i64>,
) -> Result<Option<Difference>, Broken> {
    let versions = context.store().read().documents().versions(kind.as_str(), key.as_str()).await?;
    let newest = versions.iter().find(|version| version.is_current).or(versions.first()).map(|version| version.version);
    let Some(to) = to.or(newest) else { return Ok(None) };
    let before = versions.iter().map(|version| version.version).find(|number| *number < to);
    let from = from.or(before).unwrap_or(to);
    let find = async |version| context.store().read().documents().find(kind.as_str(), key.as_str(), version).await;
    let (Some(old), Some(new)) = (find(from).await?, find(to).await?) else { return Ok(None) };
    let ((old_body, old_pins), (new_body, new_pins)) = (body(kind, &old)?, body(kind, &new)?);
    let mut connectors: Vec<_> = old_pins.keys().chain(new_pins.keys()).cloned().collect();
    connectors.sort();
    connectors.dedup();
    let pinned = |key: Key| {
        let (old, new) = (old_pins.get(&key).copied(), new_pins.get(&key).copied());
        (old != new).then_some((key, old, new))
    };
    Ok(Some(Difference {
        from,
        to,
        lines: manifest::diff(Some(&old_body), Some(&new_body)),
        connectors: connectors.into_iter().filter_map(pinned).collect(),
        secrets_differ: secrets_differ(context, &old, &new)?,
        versions,
    }))
}

/// The manifest's own body, and what an integration was pinned to.
pub(super) fn body(kind: Kind, document: &StoredDocument) -> Result<(Json, BTreeMap<Key, i64>), Broken> {
    if kind != Kind::Integration {
        return Ok((document.body.clone(), BTreeMap::new()));
    }
    let pinned: PinnedBody = serde_json::from_value(document.body.clone()).map_err(|error| Broken::Inconsistent(error.to_string()))?;
    Ok((pinned.manifest, pinned.connectors))
}

fn secrets_differ(context: &Context, old: &StoredDocument, new: &StoredDocument) -> Result<bool, Broken> {
    let (old, new) = (context.document_secrets(old)?, context.document_secrets(new)?);
    Ok(old.len() != new.len()
        || new.iter().any(|(path, secret)| old.get(path).is_none_or(|held| held.expose_secret() != secret.expose_secret())))
}

/// One line of the list.
pub struct ConnectorLine {
    pub connector: Arc<Connector>,
    pub version: i64,
    pub connections: i64,
    pub trouble: Troubled,
}

pub async fn connectors(context: &Context) -> Result<Vec<ConnectorLine>, Broken> {
    let types = context.store().read().rollups().types_in_use(None).await?;
    let mut lines = Vec::new();
    for document in context.store().read().documents().list_current(Kind::Connector.as_str()).await? {
        let key = key_of(&document)?;
        let Some(connector) = context.connector(&key, document.version).await? else { continue };
        let sum = |of: fn(&TypeUse) -> i64| types.iter().filter(|t| t.type_ref.connector == key).map(of).sum();
        let trouble = Troubled { need_reconnecting: sum(|t| t.trouble.need_reconnecting), not_working: sum(|t| t.trouble.not_working) };
        lines.push(ConnectorLine { connector, version: document.version, connections: sum(|t| t.connections), trouble });
    }
    Ok(lines)
}

pub struct ConnectorDetail {
    pub connector: Arc<Connector>,
    /// Newest first.
    pub versions: Vec<DocumentVersion>,
    pub types: Vec<TypeUse>,
    /// Integrations with a slot of it: key, name and the slots' names.
    pub integrations: Vec<(Key, String, Vec<String>)>,
    /// Where an OAuth provider sends people back to.
    pub redirect_uri: String,
}

pub async fn connector(context: &Context, key: &Key) -> Result<Option<ConnectorDetail>, Broken> {
    let Some(connector) = context.current_connector(key).await? else { return Ok(None) };
    let mut integrations = Vec::new();
    for document in context.store().read().documents().list_current(Kind::Integration.as_str()).await? {
        let integration = key_of(&document)?;
        let Some(published) = context.integration(&integration, document.version).await? else { continue };
        let mut slots = Vec::new();
        for slot in published.integration.slots() {
            if context.slot_layers(slot).await?.type_ref.connector == *key {
                slots.push(slot.label.clone().unwrap_or_else(|| connector.name.clone()));
            }
        }
        if !slots.is_empty() {
            integrations.push((integration, published.integration.name.clone(), slots));
        }
    }
    Ok(Some(ConnectorDetail {
        versions: context.store().read().documents().versions(Kind::Connector.as_str(), key.as_str()).await?,
        types: context.store().read().rollups().types_in_use(Some(key)).await?,
        integrations,
        redirect_uri: context.absolute("/oauth/callback"),
        connector,
    }))
}

impl SlotLine {
    pub fn reusable(&self) -> Option<&Key> {
        match &self.slot.source {
            SlotSource::Reusable(key) => Some(key),
            SlotSource::Type(_) | SlotSource::PerUser(_) => None,
        }
    }
}

fn key_of(document: &StoredDocument) -> Result<Key, Broken> {
    Key::parse(document.key.as_str()).map_err(|error| Broken::Inconsistent(format!("the stored key {}: {error}", document.key)))
}
