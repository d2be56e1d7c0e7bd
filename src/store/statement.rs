//! One SQL text for both engines, two where they differ; and the two macros that run one on whichever engine is there.
//!
//! Every repository names its statements in one `statements!` block. `ALL` is what a test PREPAREs on both engines.

use std::ops::{Deref, DerefMut};

use sqlx::{Database, PgPool, Postgres, Sqlite, SqlitePool, pool::PoolConnection};

use super::StoreError;

#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

macro_rules! statements {
    ($($name:ident = $kind:ident $text:tt;)+) => {
        $(const $name: $crate::store::statement::Statement = $crate::store::statement::statements!(@ $kind $text);)+
        #[cfg(test)]
        pub(in crate::store) const ALL: &[(&str, $crate::store::statement::Statement)] =
            &[$((concat!(module_path!(), "::", stringify!($name)), $name)),+];
    };
    (@ both ($text:expr)) => { $crate::store::statement::Statement { sqlite: $text, postgres: $text } };
    (@ split { sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? }) => {
        $crate::store::statement::Statement { sqlite: $sqlite, postgres: $postgres }
    };
}
pub(super) use statements;

/// Where a repository's statements run: on any connection of a pool, or inside one transaction.
pub(super) enum Source<'a> {
    SqlitePool(&'a SqlitePool),
    PostgresPool(&'a PgPool),
    SqliteTransaction(&'a mut <Sqlite as Database>::Connection),
    PostgresTransaction(&'a mut <Postgres as Database>::Connection),
}

pub(super) enum Wire<'a> {
    Sqlite(Held<'a, Sqlite>),
    Postgres(Held<'a, Postgres>),
}

/// A connection taken from a pool for one statement, or lent by the transaction that holds it.
pub(super) enum Held<'a, DB: Database> {
    Taken(PoolConnection<DB>),
    Lent(&'a mut DB::Connection),
}

impl Source<'_> {
    pub async fn connection(&mut self) -> Result<Wire<'_>, StoreError> {
        Ok(match self {
            Self::SqlitePool(pool) => Wire::Sqlite(Held::Taken(pool.acquire().await?)),
            Self::PostgresPool(pool) => Wire::Postgres(Held::Taken(pool.acquire().await?)),
            Self::SqliteTransaction(connection) => Wire::Sqlite(Held::Lent(&mut **connection)),
            Self::PostgresTransaction(connection) => Wire::Postgres(Held::Lent(&mut **connection)),
        })
    }

    pub fn lend(&mut self) -> Source<'_> {
        match self {
            Self::SqlitePool(pool) => Source::SqlitePool(pool),
            Self::PostgresPool(pool) => Source::PostgresPool(pool),
            Self::SqliteTransaction(connection) => Source::SqliteTransaction(connection),
            Self::PostgresTransaction(connection) => Source::PostgresTransaction(connection),
        }
    }
}

impl<DB: Database> Deref for Held<'_, DB> {
    type Target = DB::Connection;
    fn deref(&self) -> &DB::Connection {
        match self {
            Self::Taken(connection) => connection,
            Self::Lent(connection) => connection,
        }
    }
}

impl<DB: Database> DerefMut for Held<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::Taken(connection) => connection,
            Self::Lent(connection) => connection,
        }
    }
}

/// `fetch!(fetch_one | fetch_optional | fetch_all as Row; source, STATEMENT, binds…)`: rows, decoded by `FromRow`.
macro_rules! fetch {
    ($how:ident as $row:ty; $source:expr, $statement:expr $(, $bind:expr)* $(,)?) => {
        match $source.connection().await? {
            $crate::store::statement::Wire::Sqlite(mut connection) => {
                sqlx::query_as::<sqlx::Sqlite, $row>($statement.sqlite)$(.bind($bind))*.$how(&mut *connection).await
            }
            $crate::store::statement::Wire::Postgres(mut connection) => {
                sqlx::query_as::<sqlx::Postgres, $row>($statement.postgres)$(.bind($bind))*.$how(&mut *connection).await
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}
pub(super) use fetch;

/// `execute!(source, STATEMENT, binds…)`: the number of rows it changed.
macro_rules! execute {
    ($source:expr, $statement:expr $(, $bind:expr)* $(,)?) => {
        match $source.connection().await? {
            $crate::store::statement::Wire::Sqlite(mut connection) => {
                let done = sqlx::query::<sqlx::Sqlite>($statement.sqlite)$(.bind($bind))*.execute(&mut *connection).await;
                done.map(|done| done.rows_affected())
            }
            $crate::store::statement::Wire::Postgres(mut connection) => {
                let done = sqlx::query::<sqlx::Postgres>($statement.postgres)$(.bind($bind))*.execute(&mut *connection).await;
                done.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}
pub(super) use execute;
