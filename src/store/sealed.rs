//! Every sealed secret there is, whatever row it lies in, with all that its place is made of.
//!
//! A new sealed column: one statement here, and its arm in `page`. A transfer notices when one was forgotten.

use std::collections::BTreeMap;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError,
    columns::{OwnSecretColumn, SealedColumn, SecretColumns},
    statement::{Source, fetch, statements},
};
use crate::domain::credential::{SealedSecret, SecretField};

pub struct Sealed<'a> {
    pub(super) source: Source<'a>,
}

/// One row's secrets, and whose they are.
#[derive(Debug)]
pub struct SealedRow {
    /// The customer's id; nil for what is the organization's.
    pub owner: Uuid,
    pub row: Uuid,
    pub secrets: Vec<(SecretField, SealedSecret)>,
}

/// The kinds of rows that hold secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedTable {
    Connections,
    Attempts,
    UndecidedAttempts,
    Documents,
    ClientRegistrations,
    WebhookEndpoints,
    Mails,
    ManifestPlans,
}

impl SealedTable {
    pub const ALL: [Self; 8] = [
        Self::Connections,
        Self::Attempts,
        Self::UndecidedAttempts,
        Self::Documents,
        Self::ClientRegistrations,
        Self::WebhookEndpoints,
        Self::Mails,
        Self::ManifestPlans,
    ];
}

#[derive(FromRow)]
struct ConnectionRow {
    id: Uuid,
    customer_id: Option<Uuid>,
    secrets: Json<SecretColumns>,
    draft_secrets: Json<SecretColumns>,
}

#[derive(FromRow)]
struct AttemptRow {
    id: Uuid,
    customer_id: Option<Uuid>,
    secret: Option<Json<SealedColumn>>,
}

#[derive(FromRow)]
struct UndecidedRow {
    attempt_id: Uuid,
    customer_id: Option<Uuid>,
    secrets: Json<SecretColumns>,
}

#[derive(FromRow)]
struct RegistrationRow {
    id: Uuid,
    client_secret: Option<Json<SealedColumn>>,
}

#[derive(FromRow)]
struct EndpointRow {
    id: Uuid,
    secret: Json<SealedColumn>,
    previous_secret: Option<Json<SealedColumn>>,
}

#[derive(FromRow)]
struct MailRow {
    id: Uuid,
    letter: Option<Json<SealedColumn>>,
}

#[derive(FromRow)]
struct PlanRow {
    id: Uuid,
    sources: Json<SealedColumn>,
}

#[derive(FromRow)]
struct DocumentRow {
    id: Uuid,
    secrets: Json<BTreeMap<String, SealedColumn>>,
}

statements! {
    CONNECTIONS = both("SELECT id, customer_id, secrets, draft_secrets FROM connections WHERE id > $1 ORDER BY id LIMIT $2");
    ATTEMPTS = both(
        "SELECT a.id, c.customer_id, a.secret FROM attempts a JOIN connections c ON c.id = a.connection_id
         WHERE a.id > $1 ORDER BY a.id LIMIT $2"
    );
    UNDECIDED = both(
        "SELECT u.attempt_id, c.customer_id, u.secrets FROM undecided_attempts u JOIN attempts a ON a.id = u.attempt_id
         JOIN connections c ON c.id = a.connection_id WHERE u.attempt_id > $1 ORDER BY u.attempt_id LIMIT $2"
    );
    REGISTRATIONS = both("SELECT id, client_secret FROM client_registrations WHERE id > $1 ORDER BY id LIMIT $2");
    ENDPOINTS = both("SELECT id, secret, previous_secret FROM webhook_endpoints WHERE id > $1 ORDER BY id LIMIT $2");
    MAILS = both("SELECT id, letter FROM mails WHERE id > $1 ORDER BY id LIMIT $2");
    PLANS = both("SELECT id, sources FROM manifest_plans WHERE id > $1 ORDER BY id LIMIT $2");
    DOCUMENTS = both("SELECT id, secrets FROM documents WHERE id > $1 ORDER BY id LIMIT $2");
}

const ROWS_A_PAGE: i64 = 500;

impl Sealed<'_> {
    /// The rows behind `after`, by id, those without a secret too. Nil begins; an empty page is the end.
    pub async fn page(&mut self, table: SealedTable, after: Uuid) -> Result<Vec<SealedRow>, StoreError> {
        match table {
            SealedTable::Connections => {
                let rows = fetch!(fetch_all as ConnectionRow; self.source, CONNECTIONS, after, ROWS_A_PAGE)?;
                rows.into_iter().map(SealedRow::try_from).collect()
            }
            SealedTable::Attempts => {
                let rows = fetch!(fetch_all as AttemptRow; self.source, ATTEMPTS, after, ROWS_A_PAGE)?;
                Ok(rows.into_iter().map(SealedRow::from).collect())
            }
            SealedTable::UndecidedAttempts => {
                let rows = fetch!(fetch_all as UndecidedRow; self.source, UNDECIDED, after, ROWS_A_PAGE)?;
                rows.into_iter().map(SealedRow::try_from).collect()
            }
            SealedTable::ClientRegistrations => {
                let rows = fetch!(fetch_all as RegistrationRow; self.source, REGISTRATIONS, after, ROWS_A_PAGE)?;
                Ok(rows.into_iter().map(SealedRow::from).collect())
            }
            SealedTable::WebhookEndpoints => {
                let rows = fetch!(fetch_all as EndpointRow; self.source, ENDPOINTS, after, ROWS_A_PAGE)?;
                Ok(rows.into_iter().map(SealedRow::from).collect())
            }
            SealedTable::Mails => {
                let rows = fetch!(fetch_all as MailRow; self.source, MAILS, after, ROWS_A_PAGE)?;
                Ok(rows.into_iter().map(SealedRow::from).collect())
            }
            SealedTable::ManifestPlans => {
                let rows = fetch!(fetch_all as PlanRow; self.source, PLANS, after, ROWS_A_PAGE)?;
                Ok(rows.into_iter().map(SealedRow::from).collect())
            }
            SealedTable::Documents => {
                let rows = fetch!(fetch_all as DocumentRow; self.source, DOCUMENTS, after, ROWS_A_PAGE)?;
                Ok(rows.into_iter().map(SealedRow::from).collect())
            }
        }
    }
}

impl TryFrom<ConnectionRow> for SealedRow {
    type Error = StoreError;
    fn try_from(row: ConnectionRow) -> Result<Self, StoreError> {
        let secrets = of_columns(row.secrets.0.into_iter().chain(row.draft_secrets.0))?;
        Ok(Self { owner: row.customer_id.unwrap_or_default(), row: row.id, secrets })
    }
}

fn of_columns(columns: impl Iterator<Item = (String, OwnSecretColumn)>) -> Result<Vec<(SecretField, SealedSecret)>, StoreError> {
    let secret = |(field, column): (String, OwnSecretColumn)| {
        let field = field.parse().map_err(|()| StoreError::unreadable("a secret's field"))?;
        Ok((field, column.into_sealed()))
    };
    columns.map(secret).collect()
}

impl TryFrom<UndecidedRow> for SealedRow {
    type Error = StoreError;
    fn try_from(row: UndecidedRow) -> Result<Self, StoreError> {
        let secrets = of_columns(row.secrets.0.into_iter())?;
        Ok(Self { owner: row.customer_id.unwrap_or_default(), row: row.attempt_id, secrets })
    }
}

impl From<RegistrationRow> for SealedRow {
    fn from(row: RegistrationRow) -> Self {
        let secrets = row.client_secret.map(|sealed| (SecretField::ClientSecret, sealed.0.0)).into_iter().collect();
        Self { owner: Uuid::nil(), row: row.id, secrets }
    }
}

impl From<EndpointRow> for SealedRow {
    fn from(row: EndpointRow) -> Self {
        let both = std::iter::once(row.secret).chain(row.previous_secret);
        let secrets = both.map(|sealed| (SecretField::WebhookSecret, sealed.0.0)).collect();
        Self { owner: Uuid::nil(), row: row.id, secrets }
    }
}

impl From<MailRow> for SealedRow {
    fn from(row: MailRow) -> Self {
        let secrets = row.letter.map(|sealed| (SecretField::Letter, sealed.0.0)).into_iter().collect();
        Self { owner: Uuid::nil(), row: row.id, secrets }
    }
}

impl From<PlanRow> for SealedRow {
    fn from(row: PlanRow) -> Self {
        Self { owner: Uuid::nil(), row: row.id, secrets: vec![(SecretField::ManifestPlan, row.sources.0.0)] }
    }
}

impl From<AttemptRow> for SealedRow {
    fn from(row: AttemptRow) -> Self {
        let secrets = row.secret.map(|sealed| (SecretField::AttemptSecret, sealed.0.0)).into_iter().collect();
        Self { owner: row.customer_id.unwrap_or_default(), row: row.id, secrets }
    }
}

impl From<DocumentRow> for SealedRow {
    fn from(row: DocumentRow) -> Self {
        let secrets = row.secrets.0.into_iter().map(|(path, sealed)| (SecretField::Definition(path), sealed.0)).collect();
        Self { owner: Uuid::nil(), row: row.id, secrets }
    }
}
