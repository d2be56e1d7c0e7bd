//! Attempts that wait for the person's word: another account signed in. The row goes when the attempt ends.

use std::collections::BTreeMap;

use sqlx::{FromRow, types::Json};

use super::{Attempts, Row};
use crate::{
    domain::{
        attempt::{Attempt, Pending, Undecided},
        credential::{SealedCredential, TokenMeta},
        ids::{AttemptId, ConnectionId},
        time::Timestamp,
    },
    store::{
        StoreError,
        columns::{self, ClearColumns, SecretColumns},
        statement::{execute, fetch, statements},
    },
};

#[derive(FromRow)]
struct UndecidedRow {
    #[sqlx(flatten)]
    attempt: Row,
    account: String,
    context: Json<BTreeMap<String, serde_json::Value>>,
    clear: Json<ClearColumns>,
    secrets: Json<SecretColumns>,
    token: Json<TokenMeta>,
    connection_revision: i64,
    decide_until: i64,
}

/// One whole row: the attempt's columns and what was kept with it.
macro_rules! undecided {
    ($rest:literal) => {
        concat!(
            "SELECT a.*, u.account, u.context, u.clear, u.secrets, u.token, u.connection_revision, u.decide_until
             FROM undecided_attempts u JOIN attempts a ON a.id = u.attempt_id WHERE ",
            $rest
        )
    };
}

statements! {
    KEEP = both(
        "INSERT INTO undecided_attempts (attempt_id, account, context, clear, secrets, token, connection_revision, decide_until,
         key_ids) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    FIND = both(undecided!("a.connection_id = $1 AND a.browser_hash = $2 ORDER BY u.decide_until DESC LIMIT 1"));
    LIST_LATE = both(undecided!("u.decide_until < $1 ORDER BY u.decide_until LIMIT $2"));
    FORGET = both("DELETE FROM undecided_attempts WHERE attempt_id = $1");
}

impl Attempts<'_> {
    pub async fn keep_undecided(&mut self, attempt: &Attempt<Undecided>) -> Result<(), StoreError> {
        let Undecided { until, account, kept, context, connection_revision } = &attempt.state;
        execute!(
            self.source,
            KEEP,
            attempt.id.as_uuid(),
            account.as_str(),
            Json(context),
            Json(columns::clear_columns(kept)),
            Json(columns::secret_columns(kept)),
            kept.token.as_ref().map(Json),
            *connection_revision,
            until.as_millis(),
            columns::key_ids(kept.secrets.values().map(|(sealed, _)| sealed)),
        )
        .map(drop)
    }

    /// The newest that this browser is asked about, late or not.
    pub async fn find_undecided(&mut self, connection: ConnectionId, browser: &[u8; 32]) -> Result<Option<Attempt<Undecided>>, StoreError> {
        let row = fetch!(fetch_optional as UndecidedRow; self.source, FIND, connection.as_uuid(), browser.as_slice())?;
        row.map(Attempt::try_from).transpose()
    }

    /// Those whose time was over before `now`, the oldest first.
    pub async fn list_late(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Attempt<Undecided>>, StoreError> {
        let rows = fetch!(fetch_all as UndecidedRow; self.source, LIST_LATE, now.as_millis(), limit)?;
        rows.into_iter().map(Attempt::try_from).collect()
    }

    pub(super) async fn forget_kept(&mut self, id: AttemptId) -> Result<(), StoreError> {
        execute!(self.source, FORGET, id.as_uuid()).map(drop)
    }
}

impl TryFrom<UndecidedRow> for Attempt<Undecided> {
    type Error = StoreError;
    fn try_from(row: UndecidedRow) -> Result<Self, StoreError> {
        let sealed = columns::sealed_credential(row.clear.0, row.secrets.0)?;
        let undecided = Undecided {
            until: Timestamp::from_millis(row.decide_until),
            account: row.account,
            kept: SealedCredential { token: Some(row.token.0), ..sealed },
            context: row.context.0,
            connection_revision: row.connection_revision,
        };
        let pending = Attempt::<Pending>::try_from(row.attempt)?;
        let begun_at = pending.created_at;
        Ok(pending.claim(begun_at).ask(undecided))
    }
}
