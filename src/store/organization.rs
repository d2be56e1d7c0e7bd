//! The one row that says whose deployment this is.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Insertion, StoreError,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    ids::OrganizationId,
    organization::{Accent, Colour, OrganizationSettings, Support},
};

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

#[derive(FromRow)]
struct SettingsRow {
    name: String,
    accent: Option<String>,
    accent_dark: Option<String>,
    support: Option<String>,
    check_failures: i64,
}

statements! {
    SETTINGS = both("SELECT name, accent, accent_dark, support, check_failures FROM organizations");
    SAVE_SETTINGS = both("UPDATE organizations SET name = $1, accent = $2, accent_dark = $3, support = $4, check_failures = $5");
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

    pub async fn settings(&mut self) -> Result<OrganizationSettings, StoreError> {
        fetch!(fetch_one as SettingsRow; self.source, SETTINGS)?.try_into()
    }

    pub async fn save_settings(&mut self, settings: &OrganizationSettings) -> Result<(), StoreError> {
        let colour = |of: fn(&Accent) -> Colour| settings.accent.as_ref().map(|accent| of(accent).to_string());
        let support = settings.support.as_ref().map(Support::as_str);
        let (light, dark) = (colour(|accent| accent.light), colour(|accent| accent.dark));
        execute!(self.source, SAVE_SETTINGS, settings.name.as_str(), light, dark, support, settings.check_failures).map(drop)
    }

    pub async fn rename(&mut self, name: &str) -> Result<(), StoreError> {
        execute!(self.source, RENAME, name).map(drop)
    }
}

impl TryFrom<SettingsRow> for OrganizationSettings {
    type Error = StoreError;
    fn try_from(row: SettingsRow) -> Result<Self, StoreError> {
        let colour = |text: Option<String>| {
            let unreadable = || StoreError::unreadable("organizations.accent");
            text.map(|text| Colour::parse(&text).ok_or_else(unreadable)).transpose()
        };
        let accent = colour(row.accent)?.zip(colour(row.accent_dark)?).map(|(light, dark)| Accent { light, dark });
        let support = row.support.as_deref().and_then(Support::parse);
        Ok(Self { name: row.name, accent, support, check_failures: row.check_failures })
    }
}
