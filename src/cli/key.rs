//! `jackfield key status` and `jackfield key rotate`.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use super::{open_context_with_spool, progress::Progress};
use crate::{
    app,
    flows::master_keys::{self, KeyUse, Next, Progress as Step, Rotated, Standing},
    settings,
    store::{Replica, Store},
};

#[derive(Subcommand)]
pub enum Key {
    /// What each master key is needed for, who serves with it, and what to do next; changes nothing
    Status(Status),
    /// The first master key becomes current, and every row is re-wrapped with it, while the servers run; run again, it goes on
    Rotate,
}

#[derive(Args)]
pub struct Status {
    /// A JSON document instead of lines
    #[arg(long)]
    json: bool,
}

impl Key {
    pub async fn run(&self) -> Result<ExitCode> {
        match self {
            Self::Status(status) => status.run().await,
            Self::Rotate => rotate().await,
        }
    }
}

impl Status {
    async fn run(&self) -> Result<ExitCode> {
        let url = settings::database_url()?;
        let store = Store::open_to_read(&url).await.context("JACKFIELD_DATABASE_URL: the database could not be opened")?;
        let pending = store.pending_migrations().await?;
        if !pending.is_empty() {
            bail!("migrations wait: run `jackfield migrate` first");
        }
        let standing = match app::vault(&store, &settings::master_keys()?).await? {
            Some(vault) => master_keys::standing(&store, &vault, &app::spool(settings::spool_dir()?, &url)).await?,
            None => None,
        };
        store.close().await;
        match (&standing, self.json) {
            (Some(standing), true) => println!("{}", json(standing)?),
            (Some(standing), false) => print(standing),
            (None, true) => println!("null"),
            (None, false) => println!("Nothing was saved yet: the first of JACKFIELD_MASTER_KEYS becomes current with the first start."),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn json(standing: &Standing) -> Result<String> {
    let mut json = serde_json::to_value(standing)?;
    let needed: Vec<_> = standing.keys.iter().filter(|key| key.is_needed()).map(|key| key.id.as_str()).collect();
    let replica = |replica: &Replica| {
        serde_json::json!({"name": replica.name, "opens_with": replica.opens_with, "seals_with": replica.seals_with,
            "waiting_with": replica.waiting_key_ids, "started_at": replica.started_at, "silent_seconds": replica.silent_seconds})
    };
    json["needed"] = needed.into();
    json["replicas"] = standing.replicas.iter().map(replica).collect();
    Ok(serde_json::to_string_pretty(&json)?)
}

fn print(standing: &Standing) {
    for key in &standing.keys {
        let word = match key {
            KeyUse { is_current: true, .. } => "current",
            KeyUse { is_given: false, .. } => "MISSING",
            key if key.is_needed() => "needed ",
            _ => "free   ",
        };
        println!("{word} {}: {}", key.id, wrapped(key));
    }
    for replica in &standing.replicas {
        let (opens, silent) = (replica.opens_with.join(", "), replica.silent_seconds);
        println!("server  {}: seals with {}, opens with {opens}; seen {silent} s ago", replica.name, replica.seals_with);
    }
    println!("        → {}", to_do(&standing.next));
}

fn wrapped(key: &KeyUse) -> String {
    let mut parts: Vec<_> = key.tables.iter().map(|(table, rows)| format!("{rows} {table}")).collect();
    parts.extend(key.waits.then(|| "tokens that wait for the database".to_owned()));
    if parts.is_empty() { "no row is wrapped with it".to_owned() } else { parts.join(", ") }
}

/// In words; the doctor says the same.
pub(super) fn to_do(next: &Next) -> String {
    let list = |ids: &[String]| ids.join(", ");
    match next {
        Next::GiveBack { keys } => {
            format!("put {} back into JACKFIELD_MASTER_KEYS, behind the first: without it rows do not open", list(keys))
        }
        Next::Restart { key, replicas } => {
            format!("restart with {key} in JACKFIELD_MASTER_KEYS: {}; until then everybody seals with the key they know", list(replicas))
        }
        Next::Rotate { rows } => format!("run `jackfield key rotate`: {rows} rows are still wrapped with another key than the first"),
        Next::WaitForDatabase { keys } => {
            format!("start the servers and wait: tokens that wait for the database are wrapped with {}", list(keys))
        }
        Next::Remove { keys } => {
            format!("{} may be removed from JACKFIELD_MASTER_KEYS: nothing needs it; restart the servers without it", list(keys))
        }
        Next::Nothing => "nothing: everything is wrapped with the current key".to_owned(),
    }
}

async fn rotate() -> Result<ExitCode> {
    let context = open_context_with_spool(settings::spool_dir()?).await?;
    let mut progress = Progress::start();
    let rotated = master_keys::rotate(&context, true, &mut |step| progress.tell(|| words(step))).await?;
    let key = context.first_key_id().to_owned();
    context.store().close().await;
    let (from, rows, secrets, opened) = match rotated {
        Rotated::Done { from, rows, secrets, opened } => (from, rows, secrets, opened),
        Rotated::NotKnownTo(replicas) => bail!(
            "nothing was changed: these servers do not know the master key {key}: {}. Restart them with it in JACKFIELD_MASTER_KEYS; one that was killed is forgotten within a minute",
            names(&replicas)
        ),
        Rotated::NotFollowedBy(replicas) => bail!(
            "nothing was re-wrapped: these servers do not seal with {key} yet: {}. Do they reach the database? Run it again",
            names(&replicas)
        ),
        Rotated::Unopened(opened) => {
            for (id, failed) in &opened.failed {
                eprintln!(
                    "{} secrets under the master key {id} do not open; the first, of row {}: {}",
                    failed.secrets, failed.row, failed.why
                );
            }
            bail!("{} of {} secrets do not open; the others are wrapped with {key}", opened.failures(), opened.tried());
        }
    };
    progress.clear();
    if let Some(from) = from {
        println!("{key} is current; {from} was it before");
    }
    for (table, rows) in rows.iter().filter(|(_, rows)| **rows > 0) {
        println!("{rows:>12} {table}");
    }
    println!("re-wrapped: {secrets} secrets; all {opened} open and are wrapped with {key}; {}", progress.took());
    println!("`jackfield key status` says which keys may be removed.");
    Ok(ExitCode::SUCCESS)
}

fn names(replicas: &[Replica]) -> String {
    let name = |replica: &Replica| format!("{} (seen {} s ago)", replica.name, replica.silent_seconds);
    replicas.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn words(step: Step<'_>) -> String {
    match step {
        Step::Waiting(replicas) => format!("waiting until these seal with the current key: {}", names(replicas)),
        Step::Rewrapping { rows, of } => bar(rows, of.max(rows)),
        Step::Settling => "waiting for saves that had begun before".to_owned(),
        Step::Opening { secrets } => format!("opening secrets: {secrets}"),
    }
}

const BAR: u64 = 24;

fn bar(rows: u64, of: u64) -> String {
    let share = (rows * BAR).checked_div(of).unwrap_or(BAR);
    let filled = usize::try_from(share).unwrap_or(0);
    let (full, empty) = ("█".repeat(filled), "░".repeat(24_usize.saturating_sub(filled)));
    format!("re-wrapping {full}{empty} {rows} of {of} rows, {} %", (rows * 100).checked_div(of).unwrap_or(100))
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn the_bar_is_as_full_as_the_work_is_done() {
        assert_eq!(bar(50, 100), format!("re-wrapping {}{} 50 of 100 rows, 50 %", "█".repeat(12), "░".repeat(12)));
        assert!(bar(0, 0).ends_with(" 0 of 0 rows, 100 %"));
    }
}
