//! A value on its way between the engines: what SQLite can hold. Postgres' wider types become that, and are made of it again.

use sqlx::{
    Postgres, Row as _, Sqlite,
    postgres::{PgArguments, PgRow},
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};
use uuid::Uuid;

use crate::store::StoreError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    /// Booleans too, as 0 and 1.
    Integer(i64),
    /// JSON too, as its text.
    Text(String),
    /// UUIDs too, as their 16 bytes.
    Bytes(Vec<u8>),
}

/// In the order of the shape's columns.
pub(super) type Row = Vec<Cell>;

/// What a column is declared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Boolean,
    Text,
    Json,
    Bytes,
    Uuid,
}

impl Kind {
    /// From SQLite's or Postgres' own word.
    pub fn of(declared: &str) -> Option<Self> {
        Some(match declared {
            "INTEGER" | "int8" | "int4" | "int2" => Self::Integer,
            "bool" => Self::Boolean,
            "TEXT" | "text" | "varchar" => Self::Text,
            "jsonb" => Self::Json,
            "BLOB" | "bytea" => Self::Bytes,
            "uuid" => Self::Uuid,
            _ => return None,
        })
    }

    /// What is selected of a column, so that it comes as a cell.
    pub fn selected(self, column: &str) -> String {
        match self {
            Self::Json => format!("\"{column}\"::text AS \"{column}\""),
            Self::Integer | Self::Boolean | Self::Text | Self::Bytes | Self::Uuid => format!("\"{column}\""),
        }
    }

    /// The array in which many values of a column are given to Postgres at once.
    pub const fn array(self) -> &'static str {
        match self {
            Self::Integer => "bigint[]",
            Self::Boolean => "boolean[]",
            Self::Text | Self::Json => "text[]",
            Self::Bytes => "bytea[]",
            Self::Uuid => "uuid[]",
        }
    }

    pub fn read_sqlite(self, row: &SqliteRow, at: usize) -> Result<Cell, StoreError> {
        Ok(match self {
            Self::Integer | Self::Boolean => cell(row.try_get(at)?, Cell::Integer),
            Self::Text | Self::Json => cell(row.try_get(at)?, Cell::Text),
            Self::Bytes | Self::Uuid => cell(row.try_get(at)?, Cell::Bytes),
        })
    }

    pub fn read_postgres(self, row: &PgRow, at: usize) -> Result<Cell, StoreError> {
        Ok(match self {
            Self::Integer => cell(row.try_get(at)?, Cell::Integer),
            Self::Boolean => cell(row.try_get(at)?, |is: bool| Cell::Integer(i64::from(is))),
            Self::Text | Self::Json => cell(row.try_get(at)?, Cell::Text),
            Self::Bytes => cell(row.try_get(at)?, Cell::Bytes),
            Self::Uuid => cell(row.try_get(at)?, |id: Uuid| Cell::Bytes(id.as_bytes().to_vec())),
        })
    }
}

fn cell<T>(value: Option<T>, of: impl FnOnce(T) -> Cell) -> Cell {
    value.map_or(Cell::Null, of)
}

impl Cell {
    pub const fn integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
    pub fn bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
    fn uuid(&self) -> Option<Uuid> {
        self.bytes().and_then(|bytes| Uuid::from_slice(bytes).ok())
    }

    pub fn bind_sqlite<'q>(&'q self, query: Query<'q, Sqlite, SqliteArguments>) -> Query<'q, Sqlite, SqliteArguments> {
        match self {
            Self::Null => query.bind(None::<i64>),
            Self::Integer(number) => query.bind(*number),
            Self::Text(text) => query.bind(text.as_str()),
            Self::Bytes(bytes) => query.bind(bytes.as_slice()),
        }
    }
}

type PostgresQuery<'q> = Query<'q, Postgres, PgArguments>;

/// One value, as Postgres wants it.
pub(super) fn bind_postgres<'q>(query: PostgresQuery<'q>, kind: Kind, cell: &'q Cell) -> PostgresQuery<'q> {
    match kind {
        Kind::Integer => query.bind(cell.integer()),
        Kind::Boolean => query.bind(cell.integer().map(|is| is != 0)),
        Kind::Text | Kind::Json => query.bind(cell.text()),
        Kind::Bytes => query.bind(cell.bytes()),
        Kind::Uuid => query.bind(cell.uuid()),
    }
}

/// The values of one column of many rows.
pub(super) fn bind_column<'q>(query: PostgresQuery<'q>, kind: Kind, rows: &'q [Row], at: usize) -> PostgresQuery<'q> {
    let cells = || rows.iter().map(|row| &row[at]);
    match kind {
        Kind::Integer => query.bind(cells().map(Cell::integer).collect::<Vec<_>>()),
        Kind::Boolean => query.bind(cells().map(|cell| cell.integer().map(|is| is != 0)).collect::<Vec<_>>()),
        Kind::Text | Kind::Json => query.bind(cells().map(Cell::text).collect::<Vec<_>>()),
        Kind::Bytes => query.bind(cells().map(Cell::bytes).collect::<Vec<_>>()),
        Kind::Uuid => query.bind(cells().map(Cell::uuid).collect::<Vec<_>>()),
    }
}
