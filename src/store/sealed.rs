//! Every sealed secret there is, whatever row it lies in, with all that its place is made of.
//!
//! A new sealed column: one statement here, and its arm in `page`. A transfer notices when one was forgotten.

use std::collections::BTreeMap;

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError,
    columns::{SealedColumn, SecretColumns},
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
    Documents,
}

impl SealedTable {
    pub const ALL: [Self; 3] = [Self::Connections, Self::Attempts, Self::Documents];
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
    pkce_verifier: Option<Json<SealedColumn>>,
}

#[derive(FromRow)]
struct DocumentRow {
    id: Uuid,
    secrets: Json<BTreeMap<String, SealedColumn>>,
}

statements! {
    CONNECTIONS = both("SELECT id, customer_id, secrets, draft_secrets FROM connections WHERE id > $1 ORDER BY id LIMIT $2");
    ATTEMPTS = both(
        "SELECT a.id, c.customer_id, a.pkce_verifier FROM attempts a JOIN connections c ON c.id = a.connection_id
         WHERE a.id > $1 ORDER BY a.id LIMIT $2"
    );
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
        let both = row.secrets.0.into_iter().chain(row.draft_secrets.0);
        let secret = |(field, column): (String, super::columns::OwnSecretColumn)| {
            let field = field.parse().map_err(|()| StoreError::unreadable("a secret's field"))?;
            Ok((field, column.into_sealed()))
        };
        let secrets = both.map(secret).collect::<Result<_, StoreError>>()?;
        Ok(Self { owner: row.customer_id.unwrap_or_default(), row: row.id, secrets })
    }
}

impl From<AttemptRow> for SealedRow {
    fn from(row: AttemptRow) -> Self {
        let secrets = row.pkce_verifier.map(|sealed| (SecretField::PkceVerifier, sealed.0.0)).into_iter().collect();
        Self { owner: row.customer_id.unwrap_or_default(), row: row.id, secrets }
    }
}

impl From<DocumentRow> for SealedRow {
    fn from(row: DocumentRow) -> Self {
        let secrets = row.secrets.0.into_iter().map(|(path, sealed)| (SecretField::Definition(path), sealed.0)).collect();
        Self { owner: Uuid::nil(), row: row.id, secrets }
    }
}
