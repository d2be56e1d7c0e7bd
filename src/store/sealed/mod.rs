//! Every sealed secret there is, whatever row it lies in, with all that its place is made of: to open them all, and to re-wrap them.
//!
//! A new sealed column: its table in `tables.rs` (and `key_ids` beside it). A test compares with what the repositories hold.

mod row;
mod tables;

use std::collections::BTreeMap;

use sqlx::types::Json;
use uuid::Uuid;

use row::Row;
pub use row::SealedRow;
#[cfg(test)]
pub(super) use tables::ALL;
pub use tables::SealedTable;

use super::{
    StoreError,
    statement::{Source, execute, fetch},
};

pub struct Sealed<'a> {
    pub(super) source: Source<'a>,
}

/// How many rows name a set of master keys.
type Usage = (String, i64);

impl Sealed<'_> {
    /// The rows behind `after`, by id, those without a secret too. Nil begins; an empty page is the end. `unless`: without those
    /// whose secrets are all wrapped with this master key, or that have none.
    pub async fn page(&mut self, table: SealedTable, after: Uuid, unless: Option<&str>, limit: i64) -> Result<Vec<SealedRow>, StoreError> {
        let rows = fetch!(fetch_all as Row; self.source, table.page(), after, limit, unless)?;
        rows.into_iter().map(|row| row.read(table)).collect()
    }

    /// Writes a row that was re-wrapped. False: somebody changed it since it was read, or is about to; it was left alone.
    pub async fn rewrap(&mut self, table: SealedTable, row: &SealedRow) -> Result<bool, StoreError> {
        let (id, version, key_ids) = (row.row, row.version.as_str(), row.key_ids());
        let changed = match row.written().as_slice() {
            [one] => execute!(self.source, table.rewrap(), id, version, key_ids, one.as_ref().map(Json)),
            [one, two] => execute!(self.source, table.rewrap(), id, version, key_ids, one.as_ref().map(Json), two.as_ref().map(Json)),
            _ => return Err(StoreError::unreadable("the columns of a sealed row")),
        };
        changed.map(|rows| rows == 1)
    }

    /// Rows by the id of each master key that they name; a row may name several. Those of attempts from before a migration name none.
    pub async fn usage(&mut self, table: SealedTable) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut usage = BTreeMap::new();
        for (key_ids, rows) in fetch!(fetch_all as Usage; self.source, table.usage())? {
            for id in key_ids.split_whitespace() {
                *usage.entry(id.to_owned()).or_default() += rows.unsigned_abs();
            }
        }
        Ok(usage)
    }
}
