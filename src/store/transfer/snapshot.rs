//! The read side: one state of the database, however long the reading takes and whoever writes meanwhile.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Executor};

use super::{
    TABLES, Table,
    cell::{Row, bind_postgres},
    digest::{Hash, TableDigest},
    shape::Shape,
};
use crate::store::{
    Store, StoreError, UnitOfWork,
    statement::{Source, Wire, fetch, statements},
};

const ROWS_A_PAGE: usize = 500;

/// While it lives, SQLite's write-ahead log cannot shrink, nor Postgres clean up what was deleted since.
pub struct Snapshot {
    work: UnitOfWork,
    shapes: Vec<Shape>,
}

/// Where a page ended, and so where the next one begins.
struct End(Row);

statements! {
    // What is asked first fixes what is seen; a pragma alone would not.
    LOOK = split { sqlite: "SELECT COUNT(*) FROM sqlite_schema", postgres: "SELECT COUNT(*) FROM pg_class" };
}

impl Store {
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut work = UnitOfWork::begin_reading(&self.engine).await?;
        if let Wire::Postgres(mut connection) = work.source().connection().await? {
            connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0").await?;
        }
        let _seen = fetch!(fetch_one as (i64,); work.source(), LOOK)?;
        let mut shapes = Vec::new();
        for table in TABLES {
            shapes.extend(Shape::find(&mut work.source(), table).await?);
        }
        Ok(Snapshot { work, shapes })
    }
}

impl Snapshot {
    /// Those that are there: an older schema has fewer.
    pub fn tables(&self) -> Vec<&'static Table> {
        self.shapes.iter().map(|shape| shape.table).collect()
    }

    pub async fn count(&mut self, table: &'static Table) -> Result<u64, StoreError> {
        let sql = format!("SELECT COUNT(*) FROM {}", table.name);
        let (rows,): (i64,) = match self.work.source().connection().await? {
            Wire::Sqlite(mut connection) => sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *connection).await?,
            Wire::Postgres(mut connection) => sqlx::query_as(AssertSqlSafe(sql)).persistent(false).fetch_one(&mut *connection).await?,
        };
        Ok(rows.unsigned_abs())
    }

    /// Gives every page of a table to `each`, the first `skip` rows left out, until it says `Err`.
    pub(super) async fn pages(
        &mut self,
        table: &'static Table,
        skip: u64,
        mut each: impl AsyncFnMut(Vec<Row>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let Some(shape) = self.shapes.iter().find(|shape| shape.table == table) else { return Ok(()) };
        let mut after = None;
        loop {
            let skip = if after.is_none() { skip } else { 0 };
            let rows = page(&mut self.work.source(), shape, after.as_ref(), skip).await?;
            let key = |row: &Row| End(shape.key().into_iter().map(|at| row[at].clone()).collect());
            let (is_last, end) = (rows.len() < ROWS_A_PAGE, rows.last().map(key));
            if end.is_some() {
                each(rows).await?;
            }
            if is_last {
                return Ok(());
            }
            after = end;
        }
    }

    /// Over every row, in whatever order: two databases with the same one hold the same.
    pub async fn digest(&mut self, table: &'static Table, hash: Hash) -> Result<TableDigest, StoreError> {
        let mut digest = TableDigest::default();
        self.pages(table, 0, async |rows: Vec<Row>| {
            rows.iter().for_each(|row| digest.add(row, hash));
            Ok(())
        })
        .await?;
        Ok(digest)
    }

    /// The master keys that the rows name, and not those of attempts, which live ten minutes.
    pub async fn key_ids(&mut self) -> Result<BTreeSet<String>, StoreError> {
        let mut ids = BTreeSet::new();
        for shape in self.shapes.iter().filter(|shape| shape.has("key_ids")) {
            let text = format!("SELECT DISTINCT key_ids FROM {}", shape.table.name);
            let found: Vec<(String,)> = match self.work.source().connection().await? {
                Wire::Sqlite(mut connection) => sqlx::query_as(AssertSqlSafe(text)).fetch_all(&mut *connection).await?,
                Wire::Postgres(mut connection) => sqlx::query_as(AssertSqlSafe(text)).persistent(false).fetch_all(&mut *connection).await?,
            };
            ids.extend(found.iter().flat_map(|(ids,)| ids.split_whitespace()).map(ToOwned::to_owned));
        }
        Ok(ids)
    }

    pub(super) fn shape(&self, table: &'static Table) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.table == table)
    }
}

async fn page(source: &mut Source<'_>, shape: &Shape, after: Option<&End>, skip: u64) -> Result<Vec<Row>, StoreError> {
    let key = shape.table.key.join(", ");
    let columns: Vec<_> = shape.columns.iter().map(|column| column.kind.selected(&column.name)).collect();
    let places: Vec<_> = (1..=shape.table.key.len()).map(|at| format!("${at}")).collect();
    let beyond = after.map_or(String::new(), |_| format!("WHERE ({key}) > ({})", places.join(", ")));
    let (columns, table) = (columns.join(", "), shape.table.name);
    let sql = AssertSqlSafe(format!("SELECT {columns} FROM {table} {beyond} ORDER BY {key} LIMIT {ROWS_A_PAGE} OFFSET {skip}"));
    let after = after.map_or(&[] as &[_], |end| &end.0);
    match source.connection().await? {
        Wire::Sqlite(mut connection) => {
            let query = after.iter().fold(sqlx::query(sql), |query, cell| cell.bind_sqlite(query));
            let rows = query.fetch_all(&mut *connection).await?;
            let cells = |row| shape.columns.iter().enumerate().map(|(at, column)| column.kind.read_sqlite(row, at)).collect();
            rows.iter().map(cells).collect()
        }
        Wire::Postgres(mut connection) => {
            let kinds = shape.key().into_iter().map(|at| shape.columns[at].kind);
            let query =
                after.iter().zip(kinds).fold(sqlx::query(sql).persistent(false), |query, (cell, kind)| bind_postgres(query, kind, cell));
            let rows = query.fetch_all(&mut *connection).await?;
            let cells = |row| shape.columns.iter().enumerate().map(|(at, column)| column.kind.read_postgres(row, at)).collect();
            rows.iter().map(cells).collect()
        }
    }
}
