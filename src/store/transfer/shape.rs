//! What a table looks like in the database at hand. Columns go by name: a migration appends them in whatever order.

use std::collections::BTreeSet;

use super::{Table, cell::Kind};
use crate::store::{
    StoreError,
    statement::{Source, fetch, statements},
};

#[derive(Debug)]
pub(super) struct Shape {
    pub table: &'static Table,
    pub columns: Vec<Column>,
}

#[derive(Debug)]
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
    /// Postgres counts it up by itself.
    pub is_counted: bool,
}

statements! {
    // Without those that the engine computes, on either.
    COLUMNS = split {
        sqlite: "SELECT name, type, FALSE FROM pragma_table_info($1) ORDER BY name",
        postgres: "SELECT column_name::text, udt_name::text, is_identity = 'YES' FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER' ORDER BY column_name::text COLLATE \"C\"",
    };
}

impl Column {
    /// As it is taken from what Postgres is given.
    pub fn given(&self) -> String {
        let cast = if self.kind == Kind::Json { "::jsonb" } else { "" };
        format!("\"{}\"{cast}", self.name)
    }
}

impl Shape {
    /// `None`: this database has no such table (yet).
    pub async fn find(source: &mut Source<'_>, table: &'static Table) -> Result<Option<Self>, StoreError> {
        let found = fetch!(fetch_all as (String, String, bool); source, COLUMNS, table.name)?;
        if found.is_empty() {
            return Ok(None);
        }
        let column = |(name, declared, is_counted): (String, String, bool)| {
            let unknown = || StoreError::untransferable(format!("{}.{name} is a {declared}, which no transfer knows", table.name));
            Ok(Column { kind: Kind::of(&declared).ok_or_else(unknown)?, name, is_counted })
        };
        Ok(Some(Self { table, columns: found.into_iter().map(column).collect::<Result<_, StoreError>>()? }))
    }

    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|own| own.name == column)
    }

    pub fn names(&self) -> String {
        self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
    }

    /// Where the primary key lies among the columns.
    pub fn key(&self) -> Vec<usize> {
        self.table.key.iter().filter_map(|key| self.columns.iter().position(|column| column.name == *key)).collect()
    }

    /// A row of the other shape fits only into the very same columns.
    pub fn must_match(&self, other: &Self) -> Result<(), StoreError> {
        let names = |shape: &Self| shape.columns.iter().map(|column| column.name.clone()).collect::<BTreeSet<_>>();
        let differing: Vec<_> = names(self).symmetric_difference(&names(other)).cloned().collect();
        if differing.is_empty() {
            return Ok(());
        }
        Err(StoreError::untransferable(format!("{} differs between the databases: {}", self.table.name, differing.join(", "))))
    }
}
