//! `jackfield audit verify` and `jackfield audit export`.

use std::{io::Write, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use super::progress::Progress;
use crate::{
    app,
    domain::{access::Scope, audit::AuditEvent},
    flows::audit::{self, Fault, Tampered, Verified},
    settings,
    store::{AuditFilter, Store},
};

#[derive(Subcommand)]
pub enum Audit {
    /// Whether every event is as it was written, and none is missing; exit status 1 where one is not, by its id
    Verify(Verify),
    /// Every event on standard output, a JSON document a line, newest first
    Export,
}

#[derive(Args)]
pub struct Verify {
    /// A JSON document instead of lines
    #[arg(long)]
    json: bool,
}

const EVENTS_A_PAGE: i64 = 500;

impl Audit {
    pub async fn run(&self) -> Result<ExitCode> {
        let store =
            Store::open_to_read(&settings::database_url()?).await.context("JACKFIELD_DATABASE_URL: the database could not be opened")?;
        if !store.pending_migrations().await?.is_empty() {
            bail!("migrations wait: run `jackfield migrate`, and start the server once");
        }
        let code = match self {
            Self::Verify(verify) => verify.run(&store).await,
            Self::Export => export(&store).await.map(|()| ExitCode::SUCCESS),
        };
        store.close().await;
        code
    }
}

impl Verify {
    async fn run(&self, store: &Store) -> Result<ExitCode> {
        let vault = app::vault(store, &settings::master_keys()?).await?.context("nothing was saved yet")?;
        let mut progress = Progress::start();
        let verified = audit::verify(store, &vault, &mut |events| progress.tell(|| format!("reading events: {events}"))).await?;
        let verified = verified.context("no event is chained yet: start the server once")?;
        progress.clear();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&shape(&verified))?);
        } else {
            print(&verified, &progress.took());
        }
        Ok(if verified.faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print(verified: &Verified, took: &str) {
    for tampered in &verified.tampered {
        println!("TAMPERED {}", sentence(tampered));
    }
    let more = verified.faults.saturating_sub(verified.tampered.len() as u64);
    if more > 0 {
        println!("and {more} more");
    }
    let outcome =
        if verified.faults == 0 { "as they were written, none is missing".to_owned() } else { format!("{} faults", verified.faults) };
    println!("{} events in {} chains: {outcome}; {took}", verified.events, verified.chains);
}

fn shape(verified: &Verified) -> serde_json::Value {
    let tampered = |tampered: &Tampered| {
        let (what, count) = words(tampered.fault);
        json!({"event_id": tampered.event, "chain": tampered.chain, "what": what, "missing": count})
    };
    json!({"events": verified.events, "chains": verified.chains, "faults": verified.faults,
        "tampered": verified.tampered.iter().map(tampered).collect::<Vec<_>>()})
}

const fn words(fault: Fault) -> (&'static str, Option<i64>) {
    match fault {
        Fault::Changed => ("changed", None),
        Fault::MissingBefore(count) => ("missing_before", Some(count)),
        Fault::OutOfOrder => ("out_of_order", None),
        Fault::MissingAtEnd(count) => ("missing_at_end", Some(count)),
        Fault::BehindTheEnd => ("behind_the_end", None),
        Fault::Foreign => ("foreign", None),
        Fault::NoEnd => ("no_end", None),
    }
}

fn sentence(tampered: &Tampered) -> String {
    let event = tampered.event.map_or_else(|| "no event".to_owned(), |id| id.to_string());
    let place = tampered.chain.map_or(String::new(), |chain| format!(" (chain {chain})"));
    match tampered.fault {
        Fault::Changed => format!("{event}{place}: it was changed after it was written"),
        Fault::MissingBefore(count) => format!("{event}{place}: missing: {count} that stood before it"),
        Fault::OutOfOrder => format!("{event}{place}: it does not follow the one before: moved, replaced or put in between"),
        Fault::MissingAtEnd(count) => format!("{event}{place}: missing: {count} behind it, at the end"),
        Fault::BehindTheEnd => format!("{event}{place}: it stands behind the end of its chain"),
        Fault::Foreign => format!("{event}: it is in no chain, so jackfield did not write it"),
        Fault::NoEnd => format!("the row of audit_chains that says where it ends is gone{place}"),
    }
}

async fn export(store: &Store) -> Result<()> {
    let (mut out, mut cursor) = (std::io::stdout().lock(), None);
    loop {
        let events = store.read().audit().list(Scope::Organization, &AuditFilter::default(), cursor, EVENTS_A_PAGE).await?;
        let Some(last) = events.last() else { return Ok(()) };
        cursor = Some(last.id);
        for event in &events {
            serde_json::to_writer(&mut out, &AuditEvent::shape(event))?;
            out.write_all(b"\n")?;
        }
    }
}
