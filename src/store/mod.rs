//! What is kept: repositories, one file an aggregate, over SQLite or Postgres. SQL lives here and nowhere else.
//!
//! Reads go through `Store::read`, writes through `Store::begin`. Whatever belongs to a customer takes a `Scope`: a row
//! outside of it is the same as none. Versioned saves are compare-and-set. No plaintext of a secret ever comes here.

mod alerts;
mod api_keys;
mod attempts;
mod attention;
mod audit;
mod backup_file;
mod bindings;
mod by_name;
mod bulk_checks;
mod checks;
mod columns;
mod committed;
mod condition;
mod connections;
mod credential_reads;
mod customer_sso;
mod customer_users;
mod customers;
mod directory;
mod documents;
mod engine;
mod error;
mod events;
mod idempotency;
mod imports;
mod instances;
mod invitations;
mod lend;
mod links;
mod mails;
mod manifest_plans;
mod matrix;
mod migrations;
mod org_users;
mod organization;
mod password_resets;
mod postgres;
mod recovery_codes;
mod registrations;
mod rollups;
mod replaced_secrets;
mod replicas;
mod sealed;
mod search;
mod sessions;
mod sign_in_links;
mod sign_in_pauses;
mod spool;
mod sso_attempts;
mod statement;
mod transfer;
mod trouble;
#[cfg(test)]
mod tests;
mod webhook_deliveries;
mod webhook_endpoints;

pub use alerts::{Alerts, Subscriber};
pub use api_keys::ApiKeys;
pub use attempts::{AttemptStatus, AttemptSummary, Attempts};
pub use attention::{Attention, BrokenConnection, LeftDraft, OpenedLink, Waiting};
pub use audit::{Audit, AuditFilter};
pub use backup_file::{BackupFile, FileError};
pub use bindings::{Bindings, Use};
pub use bulk_checks::{BulkChecks, BulkLease};
pub use by_name::NameCursor;
pub use checks::Checks;
pub use committed::{has_committed, noting_commits};
pub use condition::{Condition, PostgresCondition, SqliteCondition};
pub use connections::{Connections, DueCheck, Held, InSlot, Lease, Unscheduled};
pub use credential_reads::CredentialReads;
pub use customer_sso::CustomerSsos;
pub use customer_users::CustomerUsers;
pub use customers::{CustomerDeletion, Customers};
pub use directory::Directory;
pub use documents::{DocumentVersion, Documents, StoredDocument};
pub use error::{OpenError, StoreError};
pub use events::{Events, Tellable};
pub use idempotency::{Idempotency, StoredAnswer};
pub use imports::Imports;
pub use instances::{InstanceFilter, Instances};
pub use invitations::Invitations;
pub use lend::{Lender, UnitOfWork};
pub use links::Links;
pub use mails::Mails;
pub use manifest_plans::{KeptPlan, ManifestPlans};
pub use matrix::{Matrix, MatrixFilter, MatrixRow, MatrixTally, SentLink};
pub use migrations::Schema;
pub use org_users::OrgUsers;
pub use organization::{Organization, OrganizationRow};
pub use password_resets::PasswordResets;
pub use recovery_codes::RecoveryCodes;
pub use registrations::Registrations;
pub use replaced_secrets::ReplacedSecrets;
pub use replicas::{Replica, Replicas};
pub use rollups::{InstanceLine, Progress, Rollups, Troubled, TypeUse, VersionUse};
pub use sealed::{Sealed, SealedRow, SealedTable};
pub use search::{FoundAccount, FoundInstance, FoundPerson, Search};
pub use sessions::{Sessions, Whose};
pub use sign_in_links::SignInLinks;
pub use sign_in_pauses::SignInPauses;
pub use spool::Spool;
pub use sso_attempts::{SsoAttempts, SsoClaim};
pub use transfer::{Begun, Filling, Hash, Snapshot, TABLES, Table, TableDigest};
pub use trouble::Trouble;
pub use webhook_deliveries::WebhookDeliveries;
pub use webhook_endpoints::WebhookEndpoints;

use engine::Engine;
use statement::Source;

use crate::domain::time::Timestamp;

/// The database, whichever it is. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
}

/// What became of an insert. A row in the way is no error: the caller says which field it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a duplicate was not inserted"]
pub enum Insertion {
    Inserted,
    Duplicate,
}

impl Insertion {
    fn of(rows: u64) -> Self {
        if rows == 0 { Self::Duplicate } else { Self::Inserted }
    }
    pub const fn is_inserted(self) -> bool {
        matches!(self, Self::Inserted)
    }
}

statement::statements! {
    READ = both("SELECT 1");
    NOW = split { sqlite: "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)", postgres: "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)" };
    WRITE = both("UPDATE organizations SET name = name");
}

impl Store {
    /// `sqlite://path` (makes the file and its directory) or `postgres://…`. Does not migrate.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Ok(Self { engine: Engine::open(url).await? })
    }

    /// As `open`, to read from alone: nothing is made where nothing is, nor beside a file.
    pub async fn open_to_read(url: &str) -> Result<Self, OpenError> {
        Ok(Self { engine: Engine::open_to_read(url).await? })
    }

    /// How many migrations were applied.
    pub async fn migrate(&self) -> Result<u64, StoreError> {
        migrations::migrate(&self.engine).await
    }

    /// Up to and with that version of the schema, so that rows of an older one fit in.
    pub async fn migrate_to(&self, version: i64) -> Result<u64, StoreError> {
        migrations::migrate_to(&self.engine, version).await
    }

    pub async fn schema(&self) -> Result<Schema, StoreError> {
        migrations::schema(&self.engine).await
    }

    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        migrations::pending(&self.engine).await
    }

    /// Whether readers are answered.
    pub async fn ping(&self) -> Result<(), StoreError> {
        statement::execute!(self.read().source(), READ).map(drop)
    }

    /// Whether readers are answered, and a write is committed: one that changes nothing, but needs the disk as any other does.
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.ping().await?;
        let mut work = self.begin().await?;
        statement::execute!(work.source(), WRITE)?;
        work.commit().await
    }

    /// By the server's clock; `None`: the database has none but this machine's.
    pub async fn now(&self) -> Result<Option<Timestamp>, StoreError> {
        let Engine::Postgres(pools) = &self.engine else { return Ok(None) };
        let (millis,) = statement::fetch!(fetch_one as (i64,); Source::postgres(pools), NOW)?;
        Ok(Some(Timestamp::from_millis(millis)))
    }

    /// Waits until every connection is given back, then closes them all.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Engine::Postgres(pools) => {
                pools.read.close().await;
                pools.write.close().await;
            }
        }
    }

    /// Repositories over the reader pool: a write through them fails.
    pub fn read(&self) -> Lender<'_> {
        Lender::reading(&self.engine)
    }

    /// On SQLite there is one writer at a time: others wait here.
    pub async fn begin(&self) -> Result<UnitOfWork, StoreError> {
        UnitOfWork::begin(&self.engine).await
    }
}
