//! Applied manifests, one document a kind, key and version. A published version never changes; at most one is current.

use std::collections::BTreeMap;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{credential::SealedSecret, ids::DocumentId, time::Timestamp};

pub struct Documents<'a> {
    pub(super) source: Source<'a>,
}

#[derive(Clone, Debug)]
pub struct StoredDocument {
    pub id: DocumentId,
    /// `connector`, `integration`, `preset`, `reusable_connection`.
    pub kind: String,
    pub key: String,
    /// Counts up from 1 with each `apply` that changed it.
    pub version: i64,
    /// In the manifest's own order, without its secrets.
    pub body: serde_json::Value,
    /// By their path in the body.
    pub secrets: BTreeMap<String, SealedSecret>,
    /// Not declared by a manifest: made, and changed, on a page of the console.
    pub made_in_console: bool,
    pub created_at: Timestamp,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    key: String,
    version: i64,
    body: String,
    secrets: Json<BTreeMap<String, SealedColumn>>,
    made_in_console: bool,
    created_at: i64,
}

/// One version of a document, without its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentVersion {
    pub version: i64,
    pub is_current: bool,
    pub created_at: Timestamp,
}

statements! {
    VERSIONS = both("SELECT version, is_current, created_at FROM documents WHERE kind = $1 AND key = $2 ORDER BY version DESC");
    CURRENT = both("SELECT * FROM documents WHERE kind = $1 AND key = $2 AND is_current = TRUE");
    FIND = both("SELECT * FROM documents WHERE kind = $1 AND key = $2 AND version = $3");
    LIST_CURRENT = both("SELECT * FROM documents WHERE kind = $1 AND is_current = TRUE ORDER BY key");
    LAST_VERSION = both("SELECT COALESCE(MAX(version), 0) FROM documents WHERE kind = $1 AND key = $2");
    WITHDRAW = both("UPDATE documents SET is_current = FALSE WHERE kind = $1 AND key = $2 AND is_current = TRUE");
    INSERT = both(
        "INSERT INTO documents (id, kind, key, version, body, secrets, key_ids, is_current, made_in_console, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8, $9)"
    );
    VERSIONS_IN_USE = both(
        "SELECT DISTINCT integration_version FROM instances WHERE integration_key = $1 ORDER BY integration_version"
    );
}

impl Documents<'_> {
    pub async fn current(&mut self, kind: &str, key: &str) -> Result<Option<StoredDocument>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, CURRENT, kind, key)?;
        row.map(StoredDocument::try_from).transpose()
    }

    /// Any version, current or not.
    pub async fn find(&mut self, kind: &str, key: &str, version: i64) -> Result<Option<StoredDocument>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, FIND, kind, key, version)?;
        row.map(StoredDocument::try_from).transpose()
    }

    /// All there ever were, newest first.
    pub async fn versions(&mut self, kind: &str, key: &str) -> Result<Vec<DocumentVersion>, StoreError> {
        let rows = fetch!(fetch_all as (i64, bool, i64); self.source, VERSIONS, kind, key)?;
        let version =
            |(version, is_current, created_at)| DocumentVersion { version, is_current, created_at: Timestamp::from_millis(created_at) };
        Ok(rows.into_iter().map(version).collect())
    }

    /// By key.
    pub async fn list_current(&mut self, kind: &str) -> Result<Vec<StoredDocument>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, LIST_CURRENT, kind)?;
        rows.into_iter().map(StoredDocument::try_from).collect()
    }

    /// The highest version there ever was, withdrawn ones included; 0 where there was none.
    pub async fn last_version(&mut self, kind: &str, key: &str) -> Result<i64, StoreError> {
        fetch!(fetch_one as (i64,); self.source, LAST_VERSION, kind, key).map(|(version,)| version)
    }

    /// Becomes the current one of its kind and key; the one before stays, for instances that use it.
    pub async fn publish(&mut self, document: &StoredDocument) -> Result<(), StoreError> {
        self.withdraw(&document.kind, &document.key).await?;
        let secrets: BTreeMap<&str, SealedColumn> =
            document.secrets.iter().map(|(path, sealed)| (path.as_str(), SealedColumn(sealed.clone()))).collect();
        execute!(
            self.source,
            INSERT,
            document.id.as_uuid(),
            document.kind.as_str(),
            document.key.as_str(),
            document.version,
            document.body.to_string(),
            Json(secrets),
            columns::key_ids(document.secrets.values()),
            document.made_in_console,
            document.created_at.as_millis(),
        )
        .map(drop)
    }

    /// Nothing of this kind and key is current any more. False: nothing was.
    pub async fn withdraw(&mut self, kind: &str, key: &str) -> Result<bool, StoreError> {
        execute!(self.source, WITHDRAW, kind, key).map(|rows| rows > 0)
    }

    /// The versions of an integration that have instances, oldest first.
    pub async fn versions_in_use(&mut self, integration: &str) -> Result<Vec<i64>, StoreError> {
        let rows = fetch!(fetch_all as (i64,); self.source, VERSIONS_IN_USE, integration)?;
        Ok(rows.into_iter().map(|(version,)| version).collect())
    }
}

impl TryFrom<Row> for StoredDocument {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: DocumentId::from_uuid(row.id),
            kind: row.kind,
            key: row.key,
            version: row.version,
            body: serde_json::from_str(&row.body).map_err(|_| StoreError::unreadable("documents.body"))?,
            secrets: row.secrets.0.into_iter().map(|(path, sealed)| (path, sealed.0)).collect(),
            made_in_console: row.made_in_console,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
