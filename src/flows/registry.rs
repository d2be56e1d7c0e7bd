//! Applied documents as domain values. A published version never changes, so it is parsed once a process and kept.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{Broken, Context};
use crate::{
    domain::{
        connector::Connector,
        credential::{SealedSecret, SecretField, SecretPlace},
        ids::DocumentId,
        integration::Integration,
        key::Key,
    },
    manifest::{self, Kind, Preset, ReusableConnection},
    store::StoredDocument,
};

/// An integration's version together with the connectors' versions it was published against.
#[derive(Debug)]
pub struct Published {
    pub integration: Integration,
    pub connectors: BTreeMap<Key, i64>,
}

/// What is stored for an integration: the manifest's body and its pins.
#[derive(Serialize, Deserialize)]
pub(super) struct PinnedBody {
    pub manifest: serde_json::Value,
    pub connectors: BTreeMap<Key, i64>,
}

#[derive(Default)]
pub struct Registry {
    connectors: RwLock<HashMap<(Key, i64), Arc<Connector>>>,
    integrations: RwLock<HashMap<(Key, i64), Arc<Published>>>,
}

fn cached<T>(map: &RwLock<HashMap<(Key, i64), Arc<T>>>, key: &Key, version: i64) -> Option<Arc<T>> {
    map.read().unwrap_or_else(PoisonError::into_inner).get(&(key.clone(), version)).cloned()
}

fn keep<T>(map: &RwLock<HashMap<(Key, i64), Arc<T>>>, key: &Key, version: i64, value: T) -> Arc<T> {
    let value = Arc::new(value);
    map.write().unwrap_or_else(PoisonError::into_inner).insert((key.clone(), version), Arc::clone(&value));
    value
}

impl Context {
    pub async fn connector(&self, key: &Key, version: i64) -> Result<Option<Arc<Connector>>, Broken> {
        if let Some(known) = cached(&self.registry().connectors, key, version) {
            return Ok(Some(known));
        }
        let Some(document) = self.store().read().documents().find(Kind::Connector.as_str(), key.as_str(), version).await? else {
            return Ok(None);
        };
        Ok(Some(keep(&self.registry().connectors, key, version, manifest::connector(&document.body)?)))
    }

    pub async fn integration(&self, key: &Key, version: i64) -> Result<Option<Arc<Published>>, Broken> {
        if let Some(known) = cached(&self.registry().integrations, key, version) {
            return Ok(Some(known));
        }
        let Some(document) = self.store().read().documents().find(Kind::Integration.as_str(), key.as_str(), version).await? else {
            return Ok(None);
        };
        let published = self.published(&document)?;
        Ok(Some(keep(&self.registry().integrations, key, version, published)))
    }

    /// The version that new instances get.
    pub async fn current_integration(&self, key: &Key) -> Result<Option<Arc<Published>>, Broken> {
        match self.store().read().documents().current(Kind::Integration.as_str(), key.as_str()).await? {
            Some(document) => self.integration(key, document.version).await,
            None => Ok(None),
        }
    }

    pub async fn current_connector(&self, key: &Key) -> Result<Option<Arc<Connector>>, Broken> {
        match self.store().read().documents().current(Kind::Connector.as_str(), key.as_str()).await? {
            Some(document) => self.connector(key, document.version).await,
            None => Ok(None),
        }
    }

    pub(super) async fn preset(&self, key: &Key) -> Result<Option<Preset>, Broken> {
        let Some(document) = self.store().read().documents().current(Kind::Preset.as_str(), key.as_str()).await? else { return Ok(None) };
        Ok(Some(manifest::preset(&document.body, &self.document_secrets(&document)?)?))
    }

    pub(super) async fn reusable(&self, key: &Key) -> Result<Option<ReusableConnection>, Broken> {
        let kind = Kind::ReusableConnection.as_str();
        let mut document = self.store().read().documents().current(kind, key.as_str()).await?;
        if document.is_none() {
            // Withdrawn: who uses it keeps it.
            let last = self.store().read().documents().last_version(kind, key.as_str()).await?;
            document = self.store().read().documents().find(kind, key.as_str(), last).await?;
        }
        let Some(document) = document else { return Ok(None) };
        Ok(Some(manifest::reusable(&document.body, &self.document_secrets(&document)?)?))
    }

    fn published(&self, document: &StoredDocument) -> Result<Published, Broken> {
        let body: PinnedBody = serde_json::from_value(document.body.clone())
            .map_err(|error| Broken::Inconsistent(format!("integration {} version {}: {error}", document.key, document.version)))?;
        let integration = manifest::integration(&body.manifest, document.version, &self.document_secrets(document)?)?;
        Ok(Published { integration, connectors: body.connectors })
    }

    pub(super) fn document_secrets(&self, document: &StoredDocument) -> Result<BTreeMap<String, SecretString>, Broken> {
        let open = |(path, sealed): (&String, &SealedSecret)| {
            let place = self.document_place(document.id, path, sealed.revision());
            Ok((path.clone(), self.vault().open(&place, sealed)?))
        };
        document.secrets.iter().map(open).collect()
    }

    pub(super) fn document_place(&self, id: DocumentId, path: &str, revision: i64) -> SecretPlace {
        SecretPlace {
            organization: self.organization().id,
            owner: uuid::Uuid::nil(),
            row: id.as_uuid(),
            field: SecretField::Definition(path.to_owned()),
            revision,
        }
    }
}
