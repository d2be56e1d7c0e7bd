//! Secrets that were replaced, for as long as one may go back to them. Sealed for the place that they had.

use sqlx::{FromRow, types::Json};

use super::{
    StoreError,
    columns::{self, SecretColumns},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    access::Scope,
    credential::{ReplacedSecrets as Kept, SealedCredential},
    ids::ConnectionId,
    time::Timestamp,
};

pub struct ReplacedSecrets<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    secrets: Json<SecretColumns>,
    keep_until: i64,
}

statements! {
    KEEP = both(
        "INSERT INTO replaced_secrets (connection_id, secrets, key_ids, keep_until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (connection_id) DO UPDATE SET secrets = excluded.secrets, key_ids = excluded.key_ids, keep_until = excluded.keep_until"
    );
    FIND = both(
        "SELECT r.secrets, r.keep_until FROM replaced_secrets r JOIN connections c ON c.id = r.connection_id
         WHERE r.connection_id = $1 AND (c.customer_id = $2 OR $2 IS NULL) AND r.keep_until > $3"
    );
    PURGE = both("DELETE FROM replaced_secrets WHERE keep_until <= $1");
}

impl ReplacedSecrets<'_> {
    /// In place of what was kept of the connection before.
    pub async fn keep(&mut self, connection: ConnectionId, kept: &Kept) -> Result<(), StoreError> {
        let secrets = Json(columns::secret_columns(&kept.sealed));
        let key_ids = columns::key_ids(kept.sealed.secrets.values().map(|(sealed, _)| sealed));
        execute!(self.source, KEEP, connection.as_uuid(), secrets, key_ids, kept.keep_until.as_millis()).map(drop)
    }

    /// `None`: there is nothing, or nothing any more, to go back to.
    pub async fn find(&mut self, scope: Scope, connection: ConnectionId, now: Timestamp) -> Result<Option<Kept>, StoreError> {
        let own = columns::customer(scope);
        let row = fetch!(fetch_optional as Row; self.source.within(scope), FIND, connection.as_uuid(), own, now.as_millis())?;
        row.map(Kept::try_from).transpose()
    }

    /// How many there were.
    pub async fn purge(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, now.as_millis())
    }
}

impl TryFrom<Row> for Kept {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let sealed: SealedCredential = columns::sealed_credential(columns::ClearColumns::default(), row.secrets.0)?;
        Ok(Self { sealed, keep_until: Timestamp::from_millis(row.keep_until) })
    }
}
