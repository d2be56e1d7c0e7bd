//! The store's own failures: always ours, never the user's. What a user can mend (a duplicate, a stale save) is a result instead.

use super::trouble::{self, Trouble};

/// Opaque: logged once at the boundary. Whoever answers picks its words by `trouble`; nothing else is decided by it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StoreError(#[from] Cause);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("the database did not do as asked")]
    Database(#[source] sqlx::Error),
    #[error("the database did not commit")]
    Commit(#[source] sqlx::Error),
    #[error("the migrations could not be applied")]
    Migration(#[source] sqlx::migrate::MigrateError),
    #[error("a row holds what this version cannot read: {0}")]
    Unreadable(&'static str),
    #[error("the task that began a transaction was cut off")]
    CutOff,
    #[error("{0}")]
    Untransferable(String),
    #[error("in the table {table}: {source}")]
    InTable { table: &'static str, source: Box<StoreError> },
}

/// The database could not be opened at start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("a database address begins with sqlite:// or postgres://")]
    UnknownKind,
    #[error("the directory of the database file cannot be made")]
    Directory(#[source] std::io::Error),
    #[error("the database file cannot be made")]
    File(#[source] std::io::Error),
    #[error("the database cannot be opened")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// `what`: the column or the value that no domain type fits.
    pub(super) fn unreadable(what: &'static str) -> Self {
        Cause::Unreadable(what).into()
    }
    /// `why`: what the databases do not have in common.
    pub(super) fn untransferable(why: String) -> Self {
        Cause::Untransferable(why).into()
    }
    pub(super) fn in_table(self, table: &'static str) -> Self {
        Cause::InTable { table, source: Box::new(self) }.into()
    }
    pub(super) fn cut_off() -> Self {
        Cause::CutOff.into()
    }
    pub(super) fn commit(error: sqlx::Error) -> Self {
        Cause::Commit(error).into()
    }

    /// It reached a standby, or a primary that was told to only read.
    pub fn is_read_only(&self) -> bool {
        match &self.0 {
            Cause::Database(error) | Cause::Commit(error) => trouble::is_read_only(error),
            _ => false,
        }
    }

    pub fn trouble(&self) -> Trouble {
        match &self.0 {
            Cause::Database(error) => trouble::of(error),
            Cause::Commit(error) => trouble::of_commit(error),
            Cause::CutOff => Trouble::Away,
            Cause::InTable { source, .. } => source.trouble(),
            Cause::Migration(_) | Cause::Unreadable(_) | Cause::Untransferable(_) => Trouble::Fault,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Cause::Database(error).into()
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Cause::Migration(error).into()
    }
}
