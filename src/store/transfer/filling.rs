//! The write side: an empty database that is being filled, page by page. How far it came is kept in it, so that a later run goes on,
//! and so that nobody serves half of the rows.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Executor};

use super::{
    Snapshot, TABLES, Table,
    cell::{Row, bind_column},
    shape::{Column, Shape},
};
use crate::{
    domain::ids::OrganizationId,
    store::{
        Store, StoreError, UnitOfWork,
        statement::{Source, Statement, Wire, execute, fetch, statements},
    },
};

/// Begun and not finished; `finish` ends it.
pub struct Filling<'s> {
    store: &'s Store,
    copied: BTreeMap<String, u64>,
    organization: OrganizationId,
}

/// Whether a database can be filled.
pub enum Begun<'s> {
    Filling(Filling<'s>),
    /// Somebody's rows are in it, by table: it was never begun, or is finished.
    Occupied(Vec<(&'static str, u64)>),
    /// It was begun from another organization's database.
    AnotherOrganization(String),
}

statements! {
    IS_BEGUN = split {
        sqlite: "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'transfer_progress')",
        postgres: "SELECT to_regclass('transfer_progress') IS NOT NULL",
    };
}

const fn both(text: &'static str) -> Statement {
    Statement { sqlite: text, postgres: text }
}

/// Not among `ALL`: the table is there only while a database is being filled, and belongs to no migration.
const MAKE: Statement = Statement {
    sqlite: "CREATE TABLE transfer_progress (name TEXT PRIMARY KEY, organization TEXT NOT NULL, copied INTEGER NOT NULL) STRICT",
    postgres: "CREATE TABLE transfer_progress (name TEXT PRIMARY KEY, organization TEXT NOT NULL, copied BIGINT NOT NULL)",
};
const ADD: Statement = both("INSERT INTO transfer_progress (name, organization, copied) VALUES ($1, $2, 0)");
const LIST: Statement = both("SELECT name, organization, copied FROM transfer_progress");
const ADVANCE: Statement = both("UPDATE transfer_progress SET copied = copied + $2 WHERE name = $1");
const DROP: Statement = both("DROP TABLE transfer_progress");

impl Store {
    /// Rows are missing from it: nobody may serve it.
    pub async fn is_being_filled(&self) -> Result<bool, StoreError> {
        let mut work = UnitOfWork::begin_reading(&self.engine).await?;
        fetch!(fetch_one as (bool,); work.source(), IS_BEGUN).map(|(is,)| is)
    }

    /// Begins to fill a migrated database, or goes on where an earlier run for the same organization ended.
    pub async fn fill(&self, organization: OrganizationId) -> Result<Begun<'_>, StoreError> {
        if !self.is_being_filled().await? {
            let occupied = self.occupied().await?;
            if !occupied.is_empty() {
                return Ok(Begun::Occupied(occupied));
            }
            let mut work = self.begin().await?;
            execute!(work.source(), MAKE)?;
            for table in TABLES {
                execute!(work.source(), ADD, table.name, organization.to_string())?;
            }
            work.commit().await?;
        }
        let mut work = UnitOfWork::begin_reading(&self.engine).await?;
        let progress = fetch!(fetch_all as (String, String, i64); work.source(), LIST)?;
        if let Some((_, other, _)) = progress.iter().find(|(_, of, _)| *of != organization.to_string()) {
            return Ok(Begun::AnotherOrganization(other.clone()));
        }
        let copied = progress.into_iter().map(|(name, _, rows)| (name, rows.unsigned_abs())).collect();
        Ok(Begun::Filling(Filling { store: self, copied, organization }))
    }

    /// The tables that have rows, and how many.
    pub async fn occupied(&self) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let mut occupied = Vec::new();
        for table in snapshot.tables() {
            occupied.push((table.name, snapshot.count(table).await?));
        }
        occupied.retain(|(_, rows)| *rows > 0);
        Ok(occupied)
    }
}

impl Filling<'_> {
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// Rows that an earlier run copied.
    pub fn copied(&self, table: &'static Table) -> u64 {
        self.copied.get(table.name).copied().unwrap_or(0)
    }

    /// What is left of one table, a transaction a page. `tell`: how many rows each brought.
    pub async fn copy(&self, from: &mut Snapshot, table: &'static Table, mut tell: impl FnMut(u64)) -> Result<(), StoreError> {
        let mut work = UnitOfWork::begin_reading(&self.store.engine).await?;
        let own = Shape::find(&mut work.source(), table).await?;
        drop(work);
        let (Some(theirs), Some(own)) = (from.shape(table), own) else {
            return Err(StoreError::untransferable(format!("{} is in one of the databases only", table.name)));
        };
        own.must_match(theirs)?;
        from.pages(table, self.copied(table), async |rows: Vec<Row>| {
            let brought = rows.len() as u64;
            let mut work = self.store.begin().await?;
            insert(&mut work.source(), &own, &rows).await.map_err(|error| error.in_table(table.name))?;
            execute!(work.source(), ADVANCE, table.name, brought.cast_signed())?;
            work.commit().await?;
            tell(brought);
            Ok(())
        })
        .await?;
        self.count_on(&own).await
    }

    /// What Postgres counts up goes on behind the rows that came with a number of their own.
    async fn count_on(&self, shape: &Shape) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        let counted = shape.columns.iter().filter(|column| column.is_counted);
        if let Wire::Postgres(mut connection) = work.source().connection().await? {
            for Column { name, .. } in counted {
                let table = shape.table.name;
                let sql =
                    format!("SELECT setval(pg_get_serial_sequence('{table}', '{name}'), MAX({name})) FROM {table} HAVING MAX({name}) > 0");
                connection.execute(AssertSqlSafe(sql)).await?;
            }
        }
        work.commit().await
    }

    /// Everything is there: it may be served.
    pub async fn finish(self) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        execute!(work.source(), DROP)?;
        work.commit().await
    }
}

/// A row that is there already stays: what was committed just before a kill may come again.
async fn insert(target: &mut Source<'_>, shape: &Shape, rows: &[Row]) -> Result<(), StoreError> {
    let (table, names) = (shape.table.name, shape.names());
    match target.connection().await? {
        Wire::Sqlite(mut connection) => {
            let places: Vec<_> = (1..=shape.columns.len()).map(|at| format!("${at}")).collect();
            let sql = format!("INSERT INTO {table} ({names}) VALUES ({}) ON CONFLICT DO NOTHING", places.join(", "));
            for row in rows {
                let query = row.iter().fold(sqlx::query(AssertSqlSafe(sql.as_str())), |query, cell| cell.bind_sqlite(query));
                query.execute(&mut *connection).await?;
            }
        }
        Wire::Postgres(mut connection) => {
            let arrays: Vec<_> =
                shape.columns.iter().enumerate().map(|(at, column)| format!("${}::{}", at + 1, column.kind.array())).collect();
            let cells: Vec<_> = shape.columns.iter().map(Column::given).collect();
            let sql = format!(
                "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {} FROM UNNEST({}) AS given ({names}) ON CONFLICT DO NOTHING",
                cells.join(", "),
                arrays.join(", ")
            );
            let bind = |query, (at, column): (usize, &Column)| bind_column(query, column.kind, rows, at);
            shape
                .columns
                .iter()
                .enumerate()
                .fold(sqlx::query(AssertSqlSafe(sql)).persistent(false), bind)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}
