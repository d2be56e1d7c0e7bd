//! What is applied before an apply: what manifests may refer to, and what they must leave as it is.

use std::{collections::BTreeMap, sync::Arc};

use super::{PlanStep, key_of};
use crate::{
    domain::{connection_type::TypeRef, connector::Connector, integration::SlotSource, key::Key},
    flows::{Broken, Context, registry::PinnedBody},
    manifest::{self, AppliedReusable, Document, Kind, Known, Users},
    store::StoredDocument,
};

/// What is current before the apply.
pub(super) struct Stored {
    pub documents: BTreeMap<(Kind, Key), StoredDocument>,
    pub connectors: BTreeMap<Key, Arc<Connector>>,
    reusables: BTreeMap<Key, AppliedReusable>,
    presets: BTreeMap<Key, TypeRef>,
    /// By integration.
    slots: BTreeMap<Key, BTreeMap<Key, SlotSource>>,
    /// Of documents that were withdrawn: their numbering goes on.
    pub last_versions: BTreeMap<(Kind, Key), i64>,
}

const KINDS: [Kind; 4] = [Kind::Connector, Kind::Integration, Kind::Preset, Kind::ReusableConnection];

impl Stored {
    pub async fn load(context: &Context) -> Result<Self, Broken> {
        let mut stored = Self {
            documents: BTreeMap::new(),
            connectors: BTreeMap::new(),
            reusables: BTreeMap::new(),
            presets: BTreeMap::new(),
            slots: BTreeMap::new(),
            last_versions: BTreeMap::new(),
        };
        for kind in KINDS {
            for document in context.store().read().documents().list_current(kind.as_str()).await? {
                let key = key_of(&document)?;
                match kind {
                    Kind::Connector => drop(stored.connectors.insert(key.clone(), Arc::new(manifest::connector(&document.body)?))),
                    Kind::Integration => drop(stored.slots.insert(key.clone(), slots(&document)?)),
                    Kind::Preset => drop(
                        stored
                            .presets
                            .insert(key.clone(), manifest::preset(&document.body, &context.document_secrets(&document)?)?.type_ref),
                    ),
                    Kind::ReusableConnection => {
                        let reusable = manifest::reusable(&document.body, &context.document_secrets(&document)?)?;
                        let users = users(context, &key).await?;
                        let applied = AppliedReusable { type_ref: reusable.type_ref, activation: reusable.activation, users };
                        drop(stored.reusables.insert(key.clone(), applied));
                    }
                }
                stored.documents.insert((kind, key), document);
            }
        }
        Ok(stored)
    }

    pub async fn with_last_versions(mut self, context: &Context, documents: &[Document]) -> Result<Self, Broken> {
        for document in documents.iter().filter(|d| !self.documents.contains_key(&(d.kind, d.key.clone()))) {
            let last = context.store().read().documents().last_version(document.kind.as_str(), document.key.as_str()).await?;
            self.last_versions.insert((document.kind, document.key.clone()), last);
        }
        Ok(self)
    }
}

impl Stored {
    pub fn reusable_types(&self) -> BTreeMap<Key, TypeRef> {
        self.reusables.iter().map(|(key, applied)| (key.clone(), applied.type_ref.clone())).collect()
    }

    /// Reusable connections that would go, though somebody has them.
    pub fn still_used(&self, withdrawn: &[PlanStep]) -> Vec<(Key, Users)> {
        let definitions = withdrawn.iter().filter(|step| step.kind == Kind::ReusableConnection);
        let users = definitions.filter_map(|step| Some((step.change.key.clone(), self.reusables.get(&step.change.key)?.users)));
        users.filter(|(_, users)| users.is_any()).collect()
    }
}

async fn users(context: &Context, key: &Key) -> Result<Users, Broken> {
    let instances = context.store().read().bindings().count_of_definition(key).await?;
    Ok(Users { instances, connections: context.store().read().connections().count_held(key).await? })
}

fn slots(document: &StoredDocument) -> Result<BTreeMap<Key, SlotSource>, Broken> {
    let pinned: PinnedBody = serde_json::from_value(document.body.clone()).map_err(|error| Broken::Inconsistent(error.to_string()))?;
    Ok(manifest::slots(&pinned.manifest))
}

impl Known for Stored {
    fn connector(&self, key: &Key) -> Option<Arc<Connector>> {
        self.connectors.get(key).cloned()
    }
    fn reusable(&self, key: &Key) -> Option<AppliedReusable> {
        self.reusables.get(key).cloned()
    }
    fn preset(&self, key: &Key) -> Option<TypeRef> {
        self.presets.get(key).cloned()
    }
    fn slots(&self, integration: &Key) -> Option<BTreeMap<Key, SlotSource>> {
        self.slots.get(integration).cloned()
    }
}
