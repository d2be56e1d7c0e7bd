//! The one row that says whose deployment this is.

use std::collections::BTreeSet;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    Insertion, StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    credential::SealedSecret,
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
    /// The envelope of `Vault::key_check`: the master key that it names is the current one.
    pub key_check: Option<Vec<u8>>,
    /// The ids of those that were current before.
    pub past_key_ids: BTreeSet<String>,
    /// What session cookies are signed with.
    pub cookie_secret: Option<SealedSecret>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    key_check: Option<Vec<u8>>,
    past_key_ids: String,
    cookie_secret: Option<Json<SealedColumn>>,
}

/// As every schema has it.
type FirstRow = (Uuid, String, Option<Vec<u8>>);

impl OrganizationRow {
    pub const fn new(id: OrganizationId, name: String, key_check: Option<Vec<u8>>) -> Self {
        Self { id, name, key_check, past_key_ids: BTreeSet::new(), cookie_secret: None }
    }
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
    LOAD = both("SELECT id, name, key_check, past_key_ids, cookie_secret FROM organizations");
    LOAD_FIRST = both("SELECT id, name, key_check FROM organizations");
    // On SQLite whoever may write is alone anyway.
    LOCK = split { sqlite: "SELECT id FROM organizations", postgres: "SELECT id FROM organizations FOR UPDATE" };
    INSERT = both("INSERT INTO organizations (id, name, key_check) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM organizations)");
    SET_KEY_CHECK = both("UPDATE organizations SET key_check = $1, past_key_ids = $2");
    SET_COOKIE_SECRET = both("UPDATE organizations SET cookie_secret = $1, key_ids = $2 WHERE cookie_secret IS NULL");
    RENAME = both("UPDATE organizations SET name = $1");
}

impl Organization<'_> {
    pub async fn load(&mut self) -> Result<Option<OrganizationRow>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, LOAD)?;
        Ok(row.map(|row| OrganizationRow {
            past_key_ids: row.past_key_ids.split_whitespace().map(ToOwned::to_owned).collect(),
            cookie_secret: row.cookie_secret.map(|sealed| sealed.0.0),
            ..OrganizationRow::new(OrganizationId::from_uuid(row.id), row.name, row.key_check)
        }))
    }

    /// From a database of whichever age; what came later is left out.
    pub async fn load_first(&mut self) -> Result<Option<OrganizationRow>, StoreError> {
        let row = fetch!(fetch_optional as FirstRow; self.source, LOAD_FIRST)?;
        Ok(row.map(|(id, name, key_check)| OrganizationRow::new(OrganizationId::from_uuid(id), name, key_check)))
    }

    /// Until the transaction ends, nobody else changes which key is current, or begins to serve.
    pub async fn lock(&mut self) -> Result<(), StoreError> {
        fetch!(fetch_optional as (Uuid,); self.source, LOCK).map(drop)
    }

    /// `Duplicate`: there is one already, whatever its id.
    pub async fn insert(&mut self, organization: &OrganizationRow) -> Result<Insertion, StoreError> {
        let key_check = organization.key_check.as_deref();
        execute!(self.source, INSERT, organization.id.as_uuid(), organization.name.as_str(), key_check).map(Insertion::of)
    }

    pub async fn set_key_check(&mut self, envelope: &[u8], past_key_ids: &BTreeSet<String>) -> Result<(), StoreError> {
        let past = past_key_ids.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        execute!(self.source, SET_KEY_CHECK, envelope, past).map(drop)
    }

    /// False: there is one, which stays.
    pub async fn set_cookie_secret(&mut self, sealed: &SealedSecret) -> Result<bool, StoreError> {
        let (column, key_ids) = (Json(SealedColumn(sealed.clone())), columns::key_ids(std::iter::once(sealed)));
        execute!(self.source, SET_COOKIE_SECRET, column, key_ids).map(|rows| rows == 1)
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
