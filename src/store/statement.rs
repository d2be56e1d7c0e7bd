//! One SQL text for both engines, two where they differ; and the two macros that run one on whichever engine is there.
//!
//! Every repository names its statements in one `statements!` block. `ALL` is what a test PREPAREs on both engines.

use std::ops::{Deref, DerefMut};

use sqlx::{Database, SqliteConnection, SqlitePool, Transaction, pool::PoolConnection};

use super::{
    StoreError,
    postgres::{Begun, Postgres},
};
use crate::domain::access::Scope;

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

/// Where a repository's statements run: on any connection of a pool, or inside one transaction; and whose rows they see there.
pub(super) struct Source<'a> {
    place: Place<'a>,
    scope: Scope,
    /// Connections that a statement was tried on.
    tries: u8,
}

enum Place<'a> {
    SqlitePool(&'a SqlitePool),
    /// Its readers.
    Postgres(&'a Postgres),
    SqliteTransaction(&'a mut SqliteConnection),
    PostgresTransaction(&'a mut Begun),
}

pub(super) enum Wire<'a> {
    Sqlite(Held<'a, sqlx::Sqlite>),
    Postgres(Held<'a, sqlx::Postgres>),
}

/// A connection taken from a pool for one statement, or lent by the transaction that holds it.
pub(super) enum Held<'a, DB: Database> {
    Taken(PoolConnection<DB>),
    Begun(Transaction<'static, DB>),
    Lent(&'a mut DB::Connection),
}

impl<'a> Source<'a> {
    pub fn sqlite(readers: &'a SqlitePool) -> Self {
        Self::of(Place::SqlitePool(readers))
    }
    pub fn postgres(pools: &'a Postgres) -> Self {
        Self::of(Place::Postgres(pools))
    }
    pub fn sqlite_transaction(connection: &'a mut SqliteConnection) -> Self {
        Self::of(Place::SqliteTransaction(connection))
    }
    pub fn postgres_transaction(begun: &'a mut Begun) -> Self {
        Self::of(Place::PostgresTransaction(begun))
    }
    fn of(place: Place<'a>) -> Self {
        Self { place, scope: Scope::Organization, tries: 1 }
    }
}

impl Source<'_> {
    pub async fn connection(&mut self) -> Result<Wire<'_>, StoreError> {
        Ok(match &mut self.place {
            Place::SqlitePool(pool) => Wire::Sqlite(Held::Taken(pool.acquire().await?)),
            // The readers' sessions see the organization's rows by themselves.
            Place::Postgres(pools) if self.scope == Scope::Organization && !pools.is_shared => {
                Wire::Postgres(Held::Taken(pools.read.acquire().await?))
            }
            Place::Postgres(pools) => Wire::Postgres(Held::Begun(pools.begin_statement(self.scope).await?)),
            Place::SqliteTransaction(connection) => Wire::Sqlite(Held::Lent(&mut **connection)),
            Place::PostgresTransaction(begun) => Wire::Postgres(Held::Lent(begun.enter(self.scope).await?)),
        })
    }

    pub fn lend(&mut self) -> Source<'_> {
        let place = match &mut self.place {
            Place::SqlitePool(pool) => Place::SqlitePool(pool),
            Place::Postgres(pools) => Place::Postgres(pools),
            Place::SqliteTransaction(connection) => Place::SqliteTransaction(connection),
            Place::PostgresTransaction(begun) => Place::PostgresTransaction(begun),
        };
        Source { place, scope: self.scope, tries: 1 }
    }

    /// Where the database itself shows nothing but the rows of this scope, whatever a statement asks for (Postgres).
    pub fn within(&mut self, scope: Scope) -> Source<'_> {
        Source { scope, ..self.lend() }
    }

    pub const fn is_sqlite(&self) -> bool {
        matches!(self.place, Place::SqlitePool(_) | Place::SqliteTransaction(_))
    }

    /// Whether the session that prepared a statement will be there when it is run.
    pub fn keeps_statements(&self) -> bool {
        match &self.place {
            Place::Postgres(pools) => !pools.is_shared,
            Place::PostgresTransaction(begun) => !begun.is_shared(),
            Place::SqlitePool(_) | Place::SqliteTransaction(_) => true,
        }
    }

    /// True: the connection was to blame, and nothing can have been changed through it.
    pub fn tries_again(&mut self, error: &sqlx::Error) -> bool {
        match &self.place {
            Place::Postgres(pools) => {
                self.tries += 1;
                pools.tries_again(error, self.tries - 1)
            }
            Place::PostgresTransaction(begun) => {
                begun.note(error);
                false
            }
            Place::SqlitePool(_) | Place::SqliteTransaction(_) => false,
        }
    }
}

impl<DB: Database> Deref for Held<'_, DB> {
    type Target = DB::Connection;
    fn deref(&self) -> &DB::Connection {
        match self {
            Self::Taken(connection) => connection,
            Self::Begun(transaction) => transaction,
            Self::Lent(connection) => connection,
        }
    }
}

impl<DB: Database> DerefMut for Held<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::Taken(connection) => connection,
            Self::Begun(transaction) => transaction,
            Self::Lent(connection) => connection,
        }
    }
}

/// `fetch!(fetch_one | fetch_optional | fetch_all as Row; source, STATEMENT, binds…)`: rows, decoded by `FromRow`.
macro_rules! fetch {
    ($how:ident as $row:ty; $source:expr, $statement:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::statement::run!(
            $source,
            |connection| sqlx::query_as::<sqlx::Sqlite, $row>($statement.sqlite)$(.bind($bind))*.$how(&mut *connection).await,
            |connection, arguments, keeps| {
                sqlx::query_as_with::<sqlx::Postgres, $row, _>($statement.postgres, arguments).persistent(keeps).$how(&mut *connection).await
            }
            $(, $bind)*
        )
    };
}
pub(super) use fetch;

/// `execute!(source, STATEMENT, binds…)`: the number of rows it changed.
macro_rules! execute {
    ($source:expr, $statement:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::statement::run!(
            $source,
            |connection| {
                let done = sqlx::query::<sqlx::Sqlite>($statement.sqlite)$(.bind($bind))*.execute(&mut *connection).await;
                done.map(|done| done.rows_affected())
            },
            |connection, arguments, keeps| {
                let query = sqlx::query_with::<sqlx::Postgres, _>($statement.postgres, arguments);
                query.persistent(keeps).execute(&mut *connection).await.map(|done| done.rows_affected())
            }
            $(, $bind)*
        )
    };
}
pub(super) use execute;

/// One statement, on whichever engine is there. On Postgres a read that lost its connection is tried on another.
macro_rules! run {
    ($source:expr, |$sqlite:ident| $on_sqlite:expr, |$postgres:ident, $arguments:ident, $keeps:ident| $on_postgres:expr $(, $bind:expr)*) => {
        match $source.lend() {
            mut source if source.is_sqlite() => match source.connection().await? {
                $crate::store::statement::Wire::Sqlite(mut $sqlite) => $on_sqlite.map_err($crate::store::StoreError::from),
                $crate::store::statement::Wire::Postgres(_) => unreachable!("a source keeps its engine"),
            },
            mut source => {
                #[allow(unused_mut, reason = "a statement may bind nothing")]
                let mut bound = sqlx::postgres::PgArguments::default();
                $(sqlx::Arguments::add(&mut bound, $bind).map_err(sqlx::Error::Encode)?;)*
                loop {
                    let ($arguments, $keeps) = (bound.clone(), source.keeps_statements());
                    let done = match source.connection().await? {
                        $crate::store::statement::Wire::Postgres(mut $postgres) => $on_postgres,
                        $crate::store::statement::Wire::Sqlite(_) => unreachable!("a source keeps its engine"),
                    };
                    match done {
                        Err(error) if source.tries_again(&error) => {}
                        done => break done.map_err($crate::store::StoreError::from),
                    }
                }
            }
        }
    };
}
pub(super) use run;
