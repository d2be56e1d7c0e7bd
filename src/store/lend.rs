//! Who lends repositories: `Lender` over the reader pool, `UnitOfWork` inside one transaction.
//!
//! Add a repository: its file, one line in `repositories!`, its tables in both migrations, its story in `tests/`.

use sqlx::{Sqlite, Transaction};

use super::{StoreError, committed, engine::Engine, postgres::Begun, statement::Source};

/// Lends repositories. From `Store::read` they can only read; from `UnitOfWork::lend` they are part of its transaction.
pub struct Lender<'a> {
    pub(super) source: Source<'a>,
}

/// One transaction. Dropping it without `commit` leaves nothing behind. Never hold one across a network call.
#[must_use = "what is not committed is rolled back"]
pub struct UnitOfWork {
    transaction: Open,
}

enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Begun),
}

macro_rules! repositories {
    ($($name:ident: $repository:ident),+ $(,)?) => {
        $(use super::$name::$repository;)+

        impl Lender<'_> {
            $(pub fn $name(&mut self) -> $repository<'_> { $repository { source: self.source.lend() } })+
        }
        impl UnitOfWork {
            $(pub fn $name(&mut self) -> $repository<'_> { $repository { source: self.source() } })+
        }
    };
}

repositories! {
    organization: Organization,
    customers: Customers,
    instances: Instances,
    connections: Connections,
    bindings: Bindings,
    attempts: Attempts,
    registrations: Registrations,
    replicas: Replicas,
    links: Links,
    replaced_secrets: ReplacedSecrets,
    bulk_checks: BulkChecks,
    documents: Documents,
    api_keys: ApiKeys,
    org_users: OrgUsers,
    sealed: Sealed,
    sessions: Sessions,
    invitations: Invitations,
    password_resets: PasswordResets,
    recovery_codes: RecoveryCodes,
    sign_in_pauses: SignInPauses,
    sso_attempts: SsoAttempts,
    customer_users: CustomerUsers,
    customer_sso: CustomerSsos,
    sign_in_links: SignInLinks,
    checks: Checks,
    audit: Audit,
    credential_reads: CredentialReads,
    idempotency: Idempotency,
    events: Events,
    webhook_endpoints: WebhookEndpoints,
    webhook_deliveries: WebhookDeliveries,
    mails: Mails,
    alerts: Alerts,
    rollups: Rollups,
    manifest_plans: ManifestPlans,
    directory: Directory,
    matrix: Matrix,
    attention: Attention,
    search: Search,
    imports: Imports,
}

impl<'a> Lender<'a> {
    pub(super) fn source(&mut self) -> Source<'_> {
        self.source.lend()
    }

    pub(super) fn reading(engine: &'a Engine) -> Self {
        Self {
            source: match engine {
                Engine::Sqlite { read, .. } => Source::sqlite(read),
                Engine::Postgres(pools) => Source::postgres(pools),
            },
        }
    }
}

impl UnitOfWork {
    pub(super) async fn begin(engine: &Engine) -> Result<Self, StoreError> {
        let transaction = match engine {
            // IMMEDIATE: a transaction that turned from reading to writing later could find the database changed, and fail.
            Engine::Sqlite { write, .. } => Open::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Engine::Postgres(pools) => Open::Postgres(pools.begin().await?),
        };
        Ok(Self { transaction })
    }

    /// One state of the database from the first statement on. Writing fails.
    pub(super) async fn begin_reading(engine: &Engine) -> Result<Self, StoreError> {
        let transaction = match engine {
            Engine::Sqlite { read, .. } => Open::Sqlite(read.begin().await?),
            Engine::Postgres(pools) => Open::Postgres(pools.begin_reading().await?),
        };
        Ok(Self { transaction })
    }

    /// The same repositories, for functions that take a `Lender` and do not care which.
    pub fn lend(&mut self) -> Lender<'_> {
        Lender { source: self.source() }
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        match self.transaction {
            Open::Sqlite(transaction) => transaction.commit().await,
            Open::Postgres(begun) => begun.commit().await,
        }
        .map_err(StoreError::commit)?;
        committed::note();
        Ok(())
    }

    pub(super) fn source(&mut self) -> Source<'_> {
        match &mut self.transaction {
            Open::Sqlite(transaction) => Source::sqlite_transaction(transaction),
            Open::Postgres(begun) => Source::postgres_transaction(begun),
        }
    }
}
