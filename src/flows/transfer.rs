//! Everything from one database to another: a move, a backup, a restore. Sealed as it is; compared row by row at the end.

use super::Broken;
use crate::{
    store::{Begun, Filling, Snapshot, Store},
    vault::digest,
};

/// Whether the source may be written to meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It may: the copy is what it was at one moment.
    Live,
    /// It must not: whatever was written meanwhile is found out.
    Still,
}

/// One table's, as it goes.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub step: Step,
    pub table: &'static str,
    /// Rows of that table: this far, and in all.
    pub rows: u64,
    pub of: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Copying,
    Comparing,
}

#[derive(Debug)]
pub enum Transferred {
    All(Copied),
    Refused(Refusal),
    /// The copy is not what the source is: the target stays as begun, and nobody serves it.
    Different(Vec<Difference>),
}

/// Of both databases the same.
#[derive(Debug, Default)]
pub struct Copied {
    pub tables: Vec<(&'static str, u64)>,
    pub rows: u64,
    /// Sealed secrets seen in all of it.
    pub sealed: u64,
    /// Rows that an earlier run had brought.
    pub resumed: u64,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("nothing was ever kept in the database to copy from")]
    NothingThere,
    #[error("the database to copy from is itself half filled: the move or restore into it was not finished")]
    SourceHalfFilled,
    #[error("a newer jackfield was at work on one of the databases: use that version")]
    NewerSchema,
    #[error("the schema of the target is another than the source's: run `jackfield migrate` on the source first")]
    AnotherSchema,
    #[error("the target is not empty: it holds {}", .0.iter().map(|(table, rows)| format!("{rows} {table}")).collect::<Vec<_>>().join(", "))]
    Occupied(Vec<(&'static str, u64)>),
    #[error("the target was begun from the database of another organization, {0}: empty it first")]
    AnotherOrganization(String),
}

#[derive(Debug)]
pub struct Difference {
    pub table: &'static str,
    pub source_rows: u64,
    pub target_rows: u64,
}

/// Copies and compares. `tell` hears of it after every few hundred rows. Run again after an end half-way, it goes on.
pub async fn transfer(from: &Store, to: &Store, source: Source, tell: &mut dyn FnMut(Progress)) -> Result<Transferred, Broken> {
    let filling = match prepare(from, to).await? {
        Ok(filling) => filling,
        Err(Refusal::Occupied(tables)) => return complete(from, to, tables, tell).await,
        Err(refusal) => return Ok(Transferred::Refused(refusal)),
    };
    let mut snapshot = from.snapshot().await?;
    let mut copied = Copied::default();
    for table in snapshot.tables() {
        let of = snapshot.count(table).await?;
        let mut rows = filling.copied(table);
        copied.resumed += rows;
        let mut step = |brought| {
            rows += brought;
            tell(Progress { step: Step::Copying, table: table.name, rows, of });
        };
        filling.copy(&mut snapshot, table, &mut step).await?;
    }
    if source == Source::Still {
        drop(snapshot);
        snapshot = from.snapshot().await?;
    }
    let different = compare(&mut snapshot, to, &mut copied, tell).await?;
    if !different.is_empty() {
        return Ok(Transferred::Different(different));
    }
    filling.finish().await?;
    to.migrate().await?;
    Ok(Transferred::All(copied))
}

/// Rows are there already: an earlier run was cut off between the last row and its last word, or they are somebody's.
async fn complete(
    from: &Store,
    to: &Store,
    tables: Vec<(&'static str, u64)>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Transferred, Broken> {
    let mut copied = Copied::default();
    let organizations = (from.read().organization().load().await?, to.read().organization().load().await?);
    if let (Some(theirs), Some(own)) = organizations
        && theirs.id == own.id
        && compare(&mut from.snapshot().await?, to, &mut copied, tell).await?.is_empty()
    {
        copied.resumed = copied.rows;
        return Ok(Transferred::All(copied));
    }
    Ok(Transferred::Refused(Refusal::Occupied(tables)))
}

/// The target gets the source's schema, however old; what came later is applied when the rows are there.
async fn prepare<'s>(from: &Store, to: &'s Store) -> Result<Result<Filling<'s>, Refusal>, Broken> {
    let (theirs, own) = (from.schema().await?, to.schema().await?);
    let Some(version) = theirs.applied.last() else { return Ok(Err(Refusal::NothingThere)) };
    if !theirs.is_known || !own.is_known {
        return Ok(Err(Refusal::NewerSchema));
    }
    if from.is_being_filled().await? {
        return Ok(Err(Refusal::SourceHalfFilled));
    }
    let Some(organization) = from.read().organization().load_first().await? else { return Ok(Err(Refusal::NothingThere)) };
    to.migrate_to(*version).await?;
    if to.schema().await?.applied != theirs.applied {
        return Ok(Err(Refusal::AnotherSchema));
    }
    Ok(match to.fill(organization.id).await? {
        Begun::Filling(filling) => Ok(filling),
        Begun::Occupied(tables) => Err(Refusal::Occupied(tables)),
        Begun::AnotherOrganization(id) => Err(Refusal::AnotherOrganization(id)),
    })
}

async fn compare(
    source: &mut Snapshot,
    to: &Store,
    copied: &mut Copied,
    tell: &mut dyn FnMut(Progress),
) -> Result<Vec<Difference>, Broken> {
    let mut target = to.snapshot().await?;
    let mut different = Vec::new();
    for table in source.tables() {
        let one = source.digest(table, |bytes| digest::hash(bytes)).await?;
        let other = target.digest(table, |bytes| digest::hash(bytes)).await?;
        tell(Progress { step: Step::Comparing, table: table.name, rows: one.rows, of: one.rows });
        if one != other {
            different.push(Difference { table: table.name, source_rows: one.rows, target_rows: other.rows });
        }
        copied.tables.push((table.name, other.rows));
        copied.rows += other.rows;
        copied.sealed += other.sealed;
    }
    Ok(different)
}
