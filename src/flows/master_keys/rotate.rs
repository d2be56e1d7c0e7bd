//! Every data key under the current master key: online, a few rows at a time, each only where nobody changed it since it was read.
//!
//! A row that is wrapped with the current key is done, so a run that was cut off is followed by another one that goes on. At the
//! end every secret is opened, and what a save that had begun before still wrote under an old key is re-wrapped as well.

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;
use tokio::time::sleep;
use uuid::Uuid;

use super::{Promotion, promote, serving::replicas, uses};
use crate::{
    domain::{access::Actor, audit::AuditAction, credential::SealedSecret},
    flows::{
        Broken, Context, refresh,
        secrets::{self, Opened, ROWS_A_PAGE},
    },
    store::{Replica, SealedRow, SealedTable},
    vault::{OpenError, Vault},
};

/// Rows in one transaction: on SQLite nobody else can save while it lasts.
const ROWS_A_BATCH: i64 = 25;
/// Between two transactions as long as they took, and this at least: half of the time belongs to the saves.
const PAUSE: Duration = Duration::from_millis(5);
const POLL: Duration = Duration::from_millis(250);
/// For every process to say that it seals with the current key.
const SWITCH: Duration = Duration::from_secs(60);
/// Longer than a save waits for its turn: what was sealed before the switch is written by then, or never.
const SETTLE: Duration = Duration::from_secs(6);

#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// For these to seal with the current key.
    Waiting(&'a [Replica]),
    /// Rows, of about so many.
    Rewrapping {
        rows: u64,
        of: u64,
    },
    /// For saves that had begun before.
    Settling,
    Opening {
        secrets: u64,
    },
}

#[derive(Debug)]
pub enum Rotated {
    /// `from`: the key that was current until now, unless it was the same.
    Done { from: Option<String>, rows: BTreeMap<&'static str, u64>, secrets: u64, opened: u64 },
    /// These serve without knowing the first key: nothing was changed.
    NotKnownTo(Vec<Replica>),
    /// These do not seal with the current key although they know it: nothing was re-wrapped.
    NotFollowedBy(Vec<Replica>),
    /// So many secrets do not open under the key of that id.
    Unopened(Opened),
}

/// What was re-wrapped so far.
#[derive(Default)]
struct Done {
    rows: BTreeMap<&'static str, u64>,
    secrets: u64,
}

/// The first key becomes current, if it is not; then every row is re-wrapped. `settle`: whether saves are waited for that had begun
/// before (a test has none).
pub async fn rotate(context: &Context, settle: bool, tell: &mut dyn FnMut(Progress<'_>)) -> Result<Rotated, Broken> {
    let from = match promote(context, true).await? {
        Promotion::Done { from } => Some(from),
        Promotion::Already | Promotion::WasBefore => None,
        Promotion::NotKnownTo(replicas) => return Ok(Rotated::NotKnownTo(replicas)),
    };
    if let Err(replicas) = wait_for_all(context, tell).await? {
        return Ok(Rotated::NotFollowedBy(replicas));
    }
    let mut done = Done::default();
    let of = pending(context).await?;
    loop {
        let before = done.secrets;
        for table in SealedTable::ALL {
            walk(context, table, Walk::Pending, &mut done, &mut |rows| tell(Progress::Rewrapping { rows, of })).await?;
        }
        done.secrets += refresh::rewrap_unsaved(context).await?;
        if pending(context).await? == 0 {
            break;
        }
        if done.secrets > before {
            continue;
        }
        // A save holds the row: it comes by again.
        sleep(POLL).await;
    }
    if settle {
        tell(Progress::Settling);
        sleep(SETTLE).await;
    }
    let mut opened = Opened::default();
    for table in SealedTable::ALL {
        let before = opened.tried();
        let mut told = |_| ();
        let found = walk(context, table, Walk::All, &mut done, &mut told).await?;
        opened.add(found);
        tell(Progress::Opening { secrets: before.max(opened.tried()) });
    }
    if opened.failures() > 0 {
        return Ok(Rotated::Unopened(opened));
    }
    note(context, &done).await?;
    Ok(Rotated::Done { from, rows: done.rows, secrets: done.secrets, opened: opened.opened })
}

async fn note(context: &Context, done: &Done) -> Result<(), Broken> {
    let detail = json!({"key": context.vault().ring().current_id(), "rows": done.rows, "secrets": done.secrets});
    let mut work = context.store().begin().await?;
    context.record(&mut work, &context.event(&Actor::System, AuditAction::MasterKeyRotated, detail)).await?;
    Ok(work.commit().await?)
}

/// Rows that name another key than the current one.
async fn pending(context: &Context) -> Result<u64, Broken> {
    let uses = uses(context.store()).await?;
    let others = uses.iter().filter(|(id, _)| *id != context.vault().ring().current_id());
    Ok(others.flat_map(|(_, tables)| tables.values()).sum())
}

/// Until then a process might write under the old key what was re-wrapped already.
async fn wait_for_all(context: &Context, tell: &mut dyn FnMut(Progress<'_>)) -> Result<Result<(), Vec<Replica>>, Broken> {
    let current = context.vault().ring().current_id();
    let mut waited = Duration::ZERO;
    loop {
        let mut late = replicas(context).await?;
        late.retain(|replica| replica.seals_with != current);
        if late.is_empty() {
            return Ok(Ok(()));
        }
        if waited >= SWITCH {
            return Ok(Err(late));
        }
        tell(Progress::Waiting(&late));
        sleep(POLL).await;
        waited += POLL;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    /// The rows that name another key.
    Pending,
    /// Every row; each secret is opened.
    All,
}

/// One table from its first row to its last.
async fn walk(context: &Context, table: SealedTable, walk: Walk, done: &mut Done, tell: &mut dyn FnMut(u64)) -> Result<Opened, Broken> {
    let (mut after, mut opened) = (Uuid::nil(), Opened::default());
    let current = context.vault().ring().current_id().to_owned();
    let (unless, limit) = if walk == Walk::Pending { (Some(current.as_str()), ROWS_A_BATCH) } else { (None, ROWS_A_PAGE) };
    loop {
        let rows = context.store().read().sealed().page(table, after, unless, limit).await?;
        let Some(last) = rows.last() else { return Ok(opened) };
        after = last.row;
        if walk == Walk::All {
            rows.iter().for_each(|row| secrets::try_row(context.vault(), row, &mut opened));
        }
        // A row that names another key is written in any case, so that it names its own.
        let is_stale = |row: &SealedRow| walk == Walk::Pending || row.secrets().any(|(_, sealed)| !context.vault().is_current(sealed));
        rewrap(context, table, rows.into_iter().filter(is_stale).collect(), done).await?;
        tell(done.rows.values().sum());
    }
}

async fn rewrap(context: &Context, table: SealedTable, rows: Vec<SealedRow>, done: &mut Done) -> Result<(), Broken> {
    if rows.is_empty() {
        return Ok(());
    }
    let vault = context.vault();
    let rewrapped = rows.into_iter().map(|row| rewrapped(vault, row)).collect::<Result<Vec<_>, _>>()?;
    let began = context.local_now();
    let mut work = context.store().begin().await?;
    let (mut rows, mut secrets) = (0, 0);
    for (row, count) in &rewrapped {
        if work.sealed().rewrap(table, row).await? {
            rows += 1;
            secrets += count;
        }
    }
    work.commit().await?;
    *done.rows.entry(table.name()).or_default() += rows;
    done.secrets += secrets;
    let took = Duration::from_millis((context.local_now().as_millis() - began.as_millis()).unsigned_abs());
    sleep(took.min(SETTLE) + PAUSE).await;
    Ok(())
}

/// And how many of its secrets were wrapped with another key.
fn rewrapped(vault: &Vault, row: SealedRow) -> Result<(SealedRow, u64), OpenError> {
    let (owner, id, mut count) = (row.owner, row.row, 0);
    let row = row.try_map(|field, sealed: &SealedSecret| {
        if vault.is_current(sealed) {
            return Ok(sealed.clone());
        }
        count += 1;
        vault.rewrap(&vault.place(owner, id, field, sealed.revision()), sealed)
    })?;
    Ok((row, count))
}
