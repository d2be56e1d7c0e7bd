//! One row's secrets, read and written with everything beside them as it was.

use std::collections::BTreeMap;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{SealedTable, tables::Shape};
use crate::{
    domain::credential::{SealedSecret, SecretField},
    store::{
        StoreError,
        columns::{self, SealedColumn, SecretColumns},
    },
};

/// One row's secrets, and whose they are.
#[derive(Debug)]
pub struct SealedRow {
    /// The customer's id; nil for what is the organization's.
    pub owner: Uuid,
    pub row: Uuid,
    /// What the row is compared with when it is written: its revision, or the keys it names where it has none.
    pub(super) version: String,
    cells: Vec<Cell>,
}

/// One column.
enum Cell {
    Fields(SecretColumns),
    Paths(BTreeMap<String, SealedColumn>),
    One(SecretField, Option<SealedColumn>),
}

impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets", self.secrets().len())
    }
}

#[derive(FromRow)]
pub(super) struct Row {
    id: Uuid,
    customer_id: Option<Uuid>,
    version: String,
    first: Option<Json<serde_json::Value>>,
    second: Option<Json<serde_json::Value>>,
}

impl Row {
    pub fn read(self, table: SealedTable) -> Result<SealedRow, StoreError> {
        let columns = table.columns().iter().zip([self.first, self.second]);
        let cells = columns.map(|((_, shape), json)| Cell::read(*shape, json.map(|json| json.0))).collect::<Result<_, _>>()?;
        Ok(SealedRow { owner: self.customer_id.unwrap_or_default(), row: self.id, version: self.version, cells })
    }
}

impl SealedRow {
    pub fn secrets(&self) -> impl Iterator<Item = (SecretField, &SealedSecret)> {
        self.cells.iter().flat_map(Cell::secrets)
    }

    /// Each secret as `map` gives it.
    pub fn try_map<E>(mut self, mut map: impl FnMut(SecretField, &SealedSecret) -> Result<SealedSecret, E>) -> Result<Self, E> {
        for cell in &mut self.cells {
            cell.change(&mut map)?;
        }
        Ok(self)
    }

    pub(super) fn key_ids(&self) -> String {
        columns::key_ids(self.secrets().map(|(_, sealed)| sealed))
    }

    pub(super) fn written(&self) -> Vec<Option<serde_json::Value>> {
        self.cells.iter().map(Cell::write).collect()
    }
}

/// Of a field that `Cell::read` has let through.
fn field(text: &str) -> Option<SecretField> {
    text.parse().ok()
}

impl Cell {
    fn read(shape: Shape, json: Option<serde_json::Value>) -> Result<Self, StoreError> {
        let unreadable = |_| StoreError::unreadable("a sealed column");
        let cell = match (shape, json) {
            (Shape::Fields, Some(json)) => Self::Fields(serde_json::from_value(json).map_err(unreadable)?),
            (Shape::Paths, Some(json)) => Self::Paths(serde_json::from_value(json).map_err(unreadable)?),
            (Shape::One(field), Some(json)) => Self::One(field(), Some(serde_json::from_value(json).map_err(unreadable)?)),
            (Shape::One(field), None) => Self::One(field(), None),
            (Shape::Fields | Shape::Paths, None) => return Err(StoreError::unreadable("a sealed column")),
        };
        if let Self::Fields(columns) = &cell
            && columns.keys().any(|name| field(name).is_none())
        {
            return Err(StoreError::unreadable("a secret's field"));
        }
        Ok(cell)
    }

    fn secrets(&self) -> Vec<(SecretField, &SealedSecret)> {
        match self {
            Self::Fields(columns) => columns.iter().filter_map(|(name, column)| Some((field(name)?, column.sealed()))).collect(),
            Self::Paths(paths) => paths.iter().map(|(path, sealed)| (SecretField::Definition(path.clone()), &sealed.0)).collect(),
            Self::One(field, sealed) => sealed.iter().map(|sealed| (field.clone(), &sealed.0)).collect(),
        }
    }

    fn change<E>(&mut self, map: &mut impl FnMut(SecretField, &SealedSecret) -> Result<SealedSecret, E>) -> Result<(), E> {
        match self {
            Self::Fields(columns) => {
                for (name, column) in columns {
                    if let Some(field) = field(name) {
                        let sealed = map(field, column.sealed())?;
                        column.replace(sealed);
                    }
                }
            }
            Self::Paths(paths) => {
                for (path, sealed) in paths {
                    sealed.0 = map(SecretField::Definition(path.clone()), &sealed.0)?;
                }
            }
            Self::One(field, sealed) => {
                for sealed in sealed.iter_mut() {
                    sealed.0 = map(field.clone(), &sealed.0)?;
                }
            }
        }
        Ok(())
    }

    fn write(&self) -> Option<serde_json::Value> {
        match self {
            Self::Fields(columns) => serde_json::to_value(columns).ok(),
            Self::Paths(paths) => serde_json::to_value(paths).ok(),
            Self::One(_, sealed) => sealed.as_ref().and_then(|sealed| serde_json::to_value(sealed).ok()),
        }
    }
}
