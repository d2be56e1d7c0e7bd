//! Postgres as it is reached: directly, or through a pooler that lends a server process for one transaction at a time.
//!
//! Row-level security shows a statement the rows of the scope that `jackfield.scope` names, and fails where nothing is named (the
//! migration `walls`). A reader's session names the organization; every transaction names its own scope, in the round trip of `BEGIN`.

mod doubt;
mod hosts;
mod open;

use std::ops::{Deref, DerefMut};

use sqlx::{AssertSqlSafe, Executor, PgConnection, PgPool, Transaction};

use super::StoreError;
use crate::domain::access::Scope;
use doubt::Doubt;

/// What each transaction sets for itself where sessions are shared: no startup option gets through to them. A tally that the planner
/// thinks dear takes 20 ms; compiled or spread over processes first, it took 140.
const SETTINGS: [(&str, &str); 5] = [
    ("statement_timeout", "15s"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("lock_timeout", "5s"),
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
];
/// How often something that changed nothing is tried again on another connection.
const TRIES: u8 = 3;

#[derive(Clone, Debug)]
pub(super) struct Postgres {
    pub read: PgPool,
    pub write: PgPool,
    /// A pooler is between: nothing that a session remembers can be relied on.
    pub is_shared: bool,
    doubt: Doubt,
}

/// One transaction, and the scope whose rows it sees at the moment.
pub(super) struct Begun {
    transaction: Transaction<'static, sqlx::Postgres>,
    scope: Scope,
    is_shared: bool,
    doubt: Doubt,
}

impl Postgres {
    /// To write in. Whoever names a customer later sees that customer's rows alone.
    pub async fn begin(&self) -> Result<Begun, StoreError> {
        self.begun(&self.write, "", Scope::Organization).await
    }

    /// One state of the database from the first statement on.
    pub async fn begin_reading(&self) -> Result<Begun, StoreError> {
        self.begun(&self.read, " ISOLATION LEVEL REPEATABLE READ READ ONLY", Scope::Organization).await
    }

    /// For one statement.
    pub async fn begin_statement(&self, scope: Scope) -> Result<Transaction<'static, sqlx::Postgres>, StoreError> {
        Ok(self.begun(&self.read, " READ ONLY", scope).await?.transaction)
    }

    async fn begun(&self, pool: &PgPool, kind: &str, scope: Scope) -> Result<Begun, StoreError> {
        let limits = SETTINGS.iter().filter(|_| self.is_shared).map(|(name, value)| format!("; SET LOCAL {name} = '{value}'"));
        let sql = format!("BEGIN{kind}; {}{}", naming(scope), limits.collect::<String>());
        let mut tries = 1;
        let transaction = loop {
            let (pool, sql) = (pool.clone(), AssertSqlSafe(sql.clone()));
            // In a task of its own, which no caller can cancel: a `BEGIN` cut off half-way poisons the pooled connection.
            let begun = tokio::spawn(async move { pool.begin_with(sql).await }).await.map_err(|_| StoreError::cut_off())?;
            match begun {
                Err(error) if self.doubts(&error) && tries < TRIES => tries += 1,
                begun => break begun?,
            }
        };
        Ok(Begun { transaction, scope, is_shared: self.is_shared, doubt: self.doubt.clone() })
    }

    /// Whether another connection may do better; those that are there are not used again.
    pub fn doubts(&self, error: &sqlx::Error) -> bool {
        self.doubt.raise(error)
    }

    /// As `doubts`, of a statement that reads, on its `tries`th connection.
    pub fn tries_again(&self, error: &sqlx::Error, tries: u8) -> bool {
        self.doubts(error) && tries < TRIES
    }
}

impl Begun {
    pub const fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// From here on it sees the rows of this scope.
    pub async fn enter(&mut self, scope: Scope) -> Result<&mut PgConnection, StoreError> {
        if self.scope != scope {
            let named = self.transaction.execute(AssertSqlSafe(naming(scope))).await;
            named.inspect_err(|error| self.note(error))?;
            self.scope = scope;
        }
        Ok(&mut self.transaction)
    }

    /// What went wrong may be the connection's.
    pub fn note(&self, error: &sqlx::Error) {
        self.doubt.raise(error);
    }

    pub async fn commit(self) -> Result<(), sqlx::Error> {
        let Self { transaction, doubt, .. } = self;
        transaction.commit().await.inspect_err(|error| {
            doubt.raise(error);
        })
    }
}

/// An id has no character that would end the text.
fn naming(scope: Scope) -> String {
    let name = scope.customer_id().map_or_else(|| "organization".to_owned(), |id| id.as_uuid().to_string());
    format!("SET LOCAL jackfield.scope = '{name}'")
}

impl Deref for Begun {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.transaction
    }
}

impl DerefMut for Begun {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}
