//! Performance beside its ceiling, in one run: `cargo bench --bench ceilings`.
//!
//! A credential read against a bare handler, a save against the engine's own commits, and what an idle server costs. Each
//! pair is measured in turns, A B A B, by one driver, so that whatever else the machine does weighs on both.

mod bare;
mod clock;
mod commits;
mod driver;
mod idle;
mod product;
mod table;

use std::time::Duration;

use anyhow::Result;
use jackfield::vault::{KeyRing, Vault, system_random};
use secrecy::ExposeSecret;

use driver::{Driver, Target};
use table::Table;

const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(1500);
const WARM_UP: Duration = Duration::from_millis(500);

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut table = Table::default();
    let product = product::start(folder.path())?;
    reads(&product, &mut table)?;
    saves(&product, &mut table)?;
    drop(product);
    idle::measure(folder.path(), &mut table)?;
    table.print();
    Ok(())
}

/// 16 readers with connections kept alive, on one credential.
fn reads(product: &product::Product, table: &mut Table) -> Result<()> {
    let vault = Vault::new(KeyRing::parse(product.master_key.expose_secret())?, product.context.organization().id, system_random());
    let ceiling = bare::start(&format!("sqlite://{}", product::database(&product.folder).display()), vault)?;
    let ours = Driver::new(16, vec![product.read()]);
    let bare = Driver::new(16, vec![Target::get(ceiling.address, &format!("/{}/acme", product.instances[0]), "")]);
    let [ours, bare] = in_turns([&|time| ours.run(time), &|time| bare.run(time)])?;
    table.pair("credential reads", "a bare handler: SELECT, open, JSON", ours, bare, 60);
    Ok(())
}

/// 16 callers, each with a connection of its own to save.
fn saves(product: &product::Product, table: &mut Table) -> Result<()> {
    let ours = Driver::new(16, product.saves()?);
    let commits = commits::Commits::open(&product.folder)?;
    let [ours, engine] = in_turns([&|time| ours.run(time), &|time| commits.run(time)])?;
    table.pair("saves, SQLite FULL", "the engine's own commits", ours, engine, 40);
    Ok(())
}

type Measure<'m> = &'m dyn Fn(Duration) -> Result<f64>;

/// The medians, each a second.
fn in_turns(measures: [Measure<'_>; 2]) -> Result<[f64; 2]> {
    let mut rates = [Vec::new(), Vec::new()];
    for measure in measures {
        measure(WARM_UP)?;
    }
    for _ in 0..ROUNDS {
        for (measure, rates) in measures.iter().zip(&mut rates) {
            rates.push(measure(ROUND)?);
        }
    }
    Ok(rates.map(|mut rates| {
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    }))
}
