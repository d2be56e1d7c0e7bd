//! The one row that says whose deployment this is.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Insertion, StoreError,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::ids::OrganizationId;

pub struct Organization<'a> {
    pub(super) source: Source<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationRow {
    pub id: OrganizationId,
    pub name: String,
    /// The envelope of `Vault::key_check`.
    pub key_check: Option<Vec<u8>>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    key_check: Option<Vec<u8>>,
}

statements! {
    LOAD = both("SELECT id, name, key_check FROM organizations");
    INSERT = both("INSERT INTO organizations (id, name, key_check) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM organizations)");
    SET_KEY_CHECK = both("UPDATE organizations SET key_check = $1");
    RENAME = both("UPDATE organizations SET name = $1");
}

impl Organization<'_> {
    pub async fn load(&mut self) -> Result<Option<OrganizationRow>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, LOAD)?;
        Ok(row.map(|row| OrganizationRow { id: OrganizationId::from_uuid(row.id), name: row.name, key_check: row.key_check }))
    }

    /// `Duplicate`: there is one already, whatever its id.
    pub async fn insert(&mut self, organization: &OrganizationRow) -> Result<Insertion, StoreError> {
        let key_check = organization.key_check.as_deref();
        execute!(self.source, INSERT, organization.id.as_uuid(), organization.name.as_str(), key_check).map(Insertion::of)
    }

    pub async fn set_key_check(&mut self, envelope: &[u8]) -> Result<(), StoreError> {
        execute!(self.source, SET_KEY_CHECK, envelope).map(drop)
    }

    pub async fn rename(&mut self, name: &str) -> Result<(), StoreError> {
        execute!(self.source, RENAME, name).map(drop)
    }
}
