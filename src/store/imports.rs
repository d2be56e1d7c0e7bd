//! Files of customers on their way in: the file sealed, what becomes of each record, and who is at it, under a lease.

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError,
    audit::ActorColumn,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    credential::SealedSecret,
    ids::ImportId,
    import::{Fills, Import, ImportRow, ImportStatus, ImportTally, RowResult, Target},
    time::Timestamp,
};

/// They are the organization's, so they take no scope.
pub struct Imports<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    heading: Json<Vec<String>>,
    records: i64,
    integration_key: Option<String>,
    definition: Option<String>,
    mapping: Json<Vec<Target>>,
    checks: bool,
    status: String,
    actor: Json<ActorColumn>,
    revision: i64,
    created_at: i64,
    updated_at: i64,
}

#[derive(FromRow)]
struct FileRow {
    file: Option<Json<SealedColumn>>,
}

#[derive(FromRow)]
struct RecordRow {
    number: i64,
    external_id: String,
    detail: Json<RowResult>,
}

macro_rules! claim {
    ($now:literal, $lock:literal) => {
        concat!(
            "UPDATE imports SET fence = fence + 1, lease_until = $1 * 1000 + ",
            $now,
            " WHERE id = (SELECT id FROM imports WHERE status = 'running' AND id > $2 AND (lease_until IS NULL OR lease_until <= ",
            $now,
            ") ORDER BY id LIMIT 1",
            $lock,
            ") RETURNING id, fence"
        )
    };
}
macro_rules! renew {
    ($now:literal) => {
        concat!("UPDATE imports SET lease_until = $3 * 1000 + ", $now, " WHERE id = $1 AND fence = $2 AND status = 'running'")
    };
}
macro_rules! is_held {
    ($fence:literal) => {
        concat!("EXISTS (SELECT 1 FROM imports i WHERE i.id = $1 AND i.fence = ", $fence, " AND i.status = 'running')")
    };
}

statements! {
    INSERT = both(
        "INSERT INTO imports (id, name, heading, records, file, key_ids, integration_key, mapping, checks, status, actor, revision,
         created_at, updated_at, definition) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    FIND = both(
        "SELECT id, name, heading, records, integration_key, definition, mapping, checks, status, actor, revision, created_at, updated_at
         FROM imports WHERE id = $1"
    );
    FILE = both("SELECT file FROM imports WHERE id = $1");
    // Only before it runs, and only by whoever saw the last state of it.
    SAVE = both(
        "UPDATE imports SET mapping = $3, checks = $4, status = $5, updated_at = $6, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND status IN ('mapping', 'planned')"
    );
    DELETE = both("DELETE FROM imports WHERE id = $1 AND status <> 'running'");
    CLEAR_ROWS = both("DELETE FROM import_rows WHERE import_id = $1");
    INSERT_ROW = both(
        "INSERT INTO import_rows (import_id, number, external_id, outcome, detail, is_done) VALUES ($1, $2, $3, $4, $5, FALSE)"
    );
    ROWS = both("SELECT number, external_id, detail FROM import_rows WHERE import_id = $1 AND number > $2 ORDER BY number LIMIT $3");
    ROWS_OF_OUTCOME = both(
        "SELECT number, external_id, detail FROM import_rows WHERE import_id = $1 AND outcome = $4 AND number > $2
         ORDER BY number LIMIT $3"
    );
    TALLY = both(
        "SELECT COUNT(CASE WHEN outcome = 'new' THEN 1 END), COUNT(CASE WHEN outcome = 'same' THEN 1 END),
         COUNT(CASE WHEN outcome = 'changed' THEN 1 END), COUNT(CASE WHEN outcome = 'wrong' THEN 1 END),
         COUNT(CASE WHEN is_done THEN 1 END) FROM import_rows WHERE import_id = $1"
    );
    CLAIM = split {
        sqlite: claim!("CAST(unixepoch('subsec') * 1000 AS INTEGER)", ""),
        postgres: claim!("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", " FOR UPDATE SKIP LOCKED"),
    };
    RENEW = split {
        sqlite: renew!("CAST(unixepoch('subsec') * 1000 AS INTEGER)"),
        postgres: renew!("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"),
    };
    LEFT = both("SELECT number FROM import_rows WHERE import_id = $1 AND is_done = FALSE ORDER BY number LIMIT $2");
    CONCLUDE_ROW = both(concat!(
        "UPDATE import_rows SET outcome = $4, detail = $5, is_done = TRUE WHERE import_id = $1 AND number = $2 AND is_done = FALSE AND ",
        is_held!("$3")
    ));
    FINISH = both(
        "UPDATE imports SET status = 'done', file = NULL, key_ids = '', lease_until = NULL, updated_at = $3, revision = revision + 1
         WHERE id = $1 AND fence = $2 AND status = 'running'"
    );
    COUNT_UNFINISHED = both("SELECT COUNT(*) FROM imports WHERE status <> 'done' AND created_at > $1");
    PURGE = both(
        "DELETE FROM imports WHERE created_at < $2 OR (created_at < $1 AND status IN ('mapping', 'planned'))"
    );
}

impl Imports<'_> {
    pub async fn insert(&mut self, import: &Import, file: &SealedSecret) -> Result<(), StoreError> {
        let (integration, definition) = match &import.fills {
            Some(Fills::Integration(key)) => (Some(key.as_str()), None),
            Some(Fills::ReusableConnection(key)) => (None, Some(key.as_str())),
            None => (None, None),
        };
        execute!(
            self.source,
            INSERT,
            import.id.as_uuid(),
            import.name.as_str(),
            Json(&import.heading),
            import.records,
            Json(SealedColumn(file.clone())),
            columns::key_ids(std::iter::once(file)),
            integration,
            Json(&import.mapping),
            import.checks,
            import.status.as_str(),
            Json(ActorColumn::from(&import.actor)),
            import.revision,
            import.created_at.as_millis(),
            import.updated_at.as_millis(),
            definition,
        )
        .map(drop)
    }

    pub async fn find(&mut self, id: ImportId) -> Result<Option<Import>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, FIND, id.as_uuid())?;
        row.map(Import::try_from).transpose()
    }

    /// `None`: it is imported, or not there.
    pub async fn file(&mut self, id: ImportId) -> Result<Option<SealedSecret>, StoreError> {
        let row = fetch!(fetch_optional as FileRow; self.source, FILE, id.as_uuid())?;
        Ok(row.and_then(|row| row.file).map(|file| file.0.0))
    }

    /// What is asked of it. False: someone else saved since `import.revision`, or it runs already.
    pub async fn save(&mut self, import: &Import) -> Result<bool, StoreError> {
        let id = import.id.as_uuid();
        let (status, at) = (import.status.as_str(), import.updated_at.as_millis());
        execute!(self.source, SAVE, id, import.revision, Json(&import.mapping), import.checks, status, at).map(|rows| rows == 1)
    }

    /// With all its rows. False: it runs, or is not there.
    pub async fn delete(&mut self, id: ImportId) -> Result<bool, StoreError> {
        execute!(self.source, DELETE, id.as_uuid()).map(|rows| rows == 1)
    }

    /// What would become of each record, instead of what was found before.
    pub async fn replace_rows(&mut self, id: ImportId, rows: &[ImportRow]) -> Result<(), StoreError> {
        execute!(self.source, CLEAR_ROWS, id.as_uuid())?;
        for row in rows {
            let outcome = row.result.outcome();
            execute!(self.source, INSERT_ROW, id.as_uuid(), row.number, row.external_id.as_str(), outcome, Json(&row.result))?;
        }
        Ok(())
    }

    /// By number, behind `after`; `outcome`: `RowResult::outcome`.
    pub async fn rows(&mut self, id: ImportId, outcome: Option<&str>, after: i64, limit: i64) -> Result<Vec<ImportRow>, StoreError> {
        let rows = match outcome {
            Some(outcome) => fetch!(fetch_all as RecordRow; self.source, ROWS_OF_OUTCOME, id.as_uuid(), after, limit, outcome),
            None => fetch!(fetch_all as RecordRow; self.source, ROWS, id.as_uuid(), after, limit),
        }?;
        let row = |row: RecordRow| ImportRow { number: row.number, external_id: row.external_id, result: row.detail.0 };
        Ok(rows.into_iter().map(row).collect())
    }

    pub async fn tally(&mut self, id: ImportId) -> Result<ImportTally, StoreError> {
        let (new, same, changed, wrong, done) = fetch!(fetch_one as (i64, i64, i64, i64, i64); self.source, TALLY, id.as_uuid())?;
        Ok(ImportTally { new, same, changed, wrong, done })
    }

    /// One that runs and that nobody is at, or whose keeper has been gone for longer than a lease; with the fence of this claim.
    pub async fn claim(&mut self, lease_seconds: i64) -> Result<Option<(ImportId, i64)>, StoreError> {
        let claimed = fetch!(fetch_optional as (Uuid, i64); self.source, CLAIM, lease_seconds, Uuid::nil())?;
        Ok(claimed.map(|(id, fence)| (ImportId::from_uuid(id), fence)))
    }

    /// False: somebody else is at it. No seconds at all give it back.
    pub async fn renew(&mut self, id: ImportId, fence: i64, lease_seconds: i64) -> Result<bool, StoreError> {
        execute!(self.source, RENEW, id.as_uuid(), fence, lease_seconds).map(|rows| rows == 1)
    }

    /// The numbers of the next records that nothing became of yet.
    pub async fn left(&mut self, id: ImportId, limit: i64) -> Result<Vec<i64>, StoreError> {
        let rows = fetch!(fetch_all as (i64,); self.source, LEFT, id.as_uuid(), limit)?;
        Ok(rows.into_iter().map(|(number,)| number).collect())
    }

    /// False: it was done before, or the lease has passed to someone else.
    pub async fn conclude_row(&mut self, id: ImportId, fence: i64, number: i64, result: &RowResult) -> Result<bool, StoreError> {
        execute!(self.source, CONCLUDE_ROW, id.as_uuid(), number, fence, result.outcome(), Json(result)).map(|rows| rows == 1)
    }

    /// The file goes. False: the lease has passed to someone else.
    pub async fn finish(&mut self, id: ImportId, fence: i64, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, FINISH, id.as_uuid(), fence, now.as_millis()).map(|rows| rows == 1)
    }

    /// Made since then.
    pub async fn count_unfinished(&mut self, since: Timestamp) -> Result<i64, StoreError> {
        fetch!(fetch_one as (i64,); self.source, COUNT_UNFINISHED, since.as_millis()).map(|(count,)| count)
    }

    /// Those that nobody started, from before `unstarted`; all from before `all`.
    pub async fn purge(&mut self, unstarted: Timestamp, all: Timestamp) -> Result<u64, StoreError> {
        execute!(self.source, PURGE, unstarted.as_millis(), all.as_millis())
    }
}

fn fills(integration: Option<String>, definition: Option<String>) -> Result<Option<Fills>, StoreError> {
    match (integration, definition) {
        (None, None) => Ok(None),
        (Some(key), None) => columns::key(key).map(|key| Some(Fills::Integration(key))),
        (None, Some(key)) => columns::key(key).map(|key| Some(Fills::ReusableConnection(key))),
        (Some(_), Some(_)) => Err(StoreError::unreadable("what an import fills in")),
    }
}

impl TryFrom<Row> for Import {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let status: ImportStatus = row.status.parse().map_err(|()| StoreError::unreadable("imports.status"))?;
        Ok(Self {
            id: ImportId::from_uuid(row.id),
            name: row.name,
            heading: row.heading.0,
            records: row.records,
            fills: fills(row.integration_key, row.definition)?,
            mapping: row.mapping.0,
            checks: row.checks,
            status,
            actor: row.actor.0.into(),
            revision: row.revision,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}
