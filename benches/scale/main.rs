//! The product at size: `cargo bench --bench scale` on SQLite; under `POSTGRES_OPTIONS='-c fsync=on' tests/postgres` on Postgres.
//!
//! 10,000 customers with ten connections each (`-- --customers N`), of thirty inputs each. A server of its own answers four
//! callers with kept connections; each figure stands beside its ceiling, measured on the same database by the same callers.

#[path = "../ceilings/bare.rs"]
mod bare;
mod callers;
#[path = "../ceilings/clock.rs"]
mod clock;
mod commits;
mod dry_run;
#[path = "../../examples/seed/fill.rs"]
mod fill;
#[path = "../../examples/seed/manifest.rs"]
mod manifest;
#[path = "../../examples/seed/names.rs"]
mod names;
mod requests;
#[path = "../../examples/seed/rows.rs"]
mod rows;
mod sample;
mod server;
mod times;

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result};
use clap::Parser;
use jackfield::vault::{KeyRing, Vault, system_random};
use secrecy::SecretString;

use fill::{Place, exposed};
use requests::Requests;
use sample::Sample;
use server::Server;
use times::Times;

const CALLERS: usize = 4;
const PAGE_MILLIS: f64 = 150.0;
const RESIDENT_MIB: f64 = 300.0;
const DRY_RUN_SECONDS: f64 = 5.0;

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 10_000)]
    customers: usize,
    /// Of each measurement
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Serve what an earlier run or the seeder made: its folder, with `seed.json` in it
    #[arg(long)]
    seeded: Option<std::path::PathBuf>,
    /// What cargo says to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let (place, api_key) = match &arguments.seeded {
        Some(folder) => earlier(folder)?,
        None => seeded(folder.path(), arguments.customers).await?,
    };
    let sample = Sample::take(&place.database_url).await?;
    println!("{}", sample.told);
    let server = Server::start(&place)?;
    let ready = server.wait_until_ready()?;
    let requests = Requests::prepare(&server, &place, &sample, exposed(&api_key)).await?;
    let time = Duration::from_secs(arguments.seconds);
    Times::head();
    let mut misses = Vec::new();
    pages(&server, &requests, time, &mut misses)?;
    reads(&server, &requests, &place, &sample, time).await?;
    callers::run(server.address, &requests.saves, time)?.print("save of a connection (PUT)", None);
    commits::run(&place.database_url, CALLERS, time).await?.print("… the engine's own commits", None);
    for (what, calls) in &requests.lists {
        callers::run(server.address, calls, time / 4)?.print(what, None);
    }
    let took = dry_run::run(&requests.owner, sample.customers).await?;
    let verdict = if took <= DRY_RUN_SECONDS { "met" } else { "missed" };
    println!("dry run of a file with 1,000 customers and six values each: {took:.2} s (<= {DRY_RUN_SECONDS} s: {verdict})");
    if took > DRY_RUN_SECONDS {
        misses.push("dry run".to_owned());
    }
    let (resident, most) = server.resident_mib()?;
    let verdict = if most <= RESIDENT_MIB { "met" } else { "missed" };
    println!("ready after {ready:.0} ms; resident {resident:.0} MiB, at most {most:.0} MiB (<= {RESIDENT_MIB} MiB: {verdict})");
    if most > RESIDENT_MIB {
        misses.push("resident memory".to_owned());
    }
    anyhow::ensure!(misses.is_empty(), "missed: {}", misses.join(", "));
    Ok(())
}

fn pages(server: &Server, requests: &Requests, time: Duration, misses: &mut Vec<String>) -> Result<()> {
    for (what, calls) in &requests.pages {
        let time = if calls.len() > 1 { time } else { time / 4 };
        let times = callers::run(server.address, calls, time)?;
        times.print(what, Some(PAGE_MILLIS));
        if times.p95() > PAGE_MILLIS {
            misses.push(what.clone());
        }
    }
    Ok(())
}

async fn reads(server: &Server, requests: &Requests, place: &Place, sample: &Sample, time: Duration) -> Result<()> {
    callers::run(server.address, &requests.reads, time)?.print("credential read", None);
    let vault = Vault::new(KeyRing::parse(exposed(&place.master_keys))?, sample.organization, system_random());
    let ceiling = bare::start(&place.database_url, vault)?;
    callers::run(ceiling.address, &requests.bare_reads(), time)?.print("… a bare handler: SELECT, open, JSON", None);
    Ok(())
}

async fn seeded(folder: &Path, customers: usize) -> Result<(Place, SecretString)> {
    #[expect(clippy::disallowed_methods, reason = "no part of the product: the scripts of the tests name their database so")]
    let database_url = match std::env::var("JACKFIELD_TEST_POSTGRES_URL") {
        Ok(server) => server,
        Err(_) => format!("sqlite://{}", folder.join("jackfield.db").display()),
    };
    let place = Place { database_url, public_url: server::public_url()?, master_keys: fill::new_master_keys() };
    let began = clock::now();
    let filled = fill::fill(&place, customers, |_| ()).await?;
    println!("{customers} customers with {} connections made in {:.0} s", filled.connections, began.elapsed().as_secs_f64());
    Ok((place, filled.api_key))
}

fn earlier(folder: &Path) -> Result<(Place, SecretString)> {
    let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.join("seed.json"))?)?;
    let text = |name: &str| json[name].as_str().map(str::to_owned).with_context(|| format!("seed.json has no {name}"));
    let place = Place { database_url: text("database_url")?, public_url: server::public_url()?, master_keys: text("master_keys")?.into() };
    Ok((place, text("api_key")?.into()))
}
