//! A large installation to measure and to try things on: `cargo run --release --example seed -- FOLDER`.
//!
//! Ten connections a customer, of thirty inputs each, in every status, sealed by the product's own vault. FOLDER gets the SQLite
//! file (or none, with `--database postgres://…`), `seed.json`, and `env` to serve it with.

mod fill;
mod manifest;
mod names;
mod rows;

use std::{fs, path::PathBuf};

use anyhow::Result;
use clap::Parser;
use serde_json::json;

use fill::{ADMIN_EMAIL, ADMIN_PASSWORD, Place, exposed};

#[derive(Parser)]
struct Arguments {
    /// Made if it is not there
    folder: PathBuf,
    #[arg(long, default_value_t = 10_000)]
    customers: usize,
    /// By default an SQLite file in the folder
    #[arg(long)]
    database: Option<String>,
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    public_url: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    fs::create_dir_all(&arguments.folder)?;
    let folder = arguments.folder.canonicalize()?;
    let database_url = arguments.database.unwrap_or_else(|| format!("sqlite://{}/jackfield.db", folder.display()));
    let place = Place { database_url, public_url: arguments.public_url, master_keys: fill::new_master_keys() };
    let tell = |written: usize| {
        if written.is_multiple_of(1000) {
            eprintln!("{written} of {} customers", arguments.customers);
        }
    };
    let filled = fill::fill(&place, arguments.customers, tell).await?;
    let json = json!({
        "database_url": place.database_url,
        "public_url": place.public_url,
        "master_keys": exposed(&place.master_keys),
        "admin_email": ADMIN_EMAIL,
        "admin_password": ADMIN_PASSWORD,
        "api_key": exposed(&filled.api_key),
        "customers": arguments.customers,
        "connections": filled.connections,
    });
    fs::write(folder.join("seed.json"), serde_json::to_string_pretty(&json)?)?;
    let listen = place.public_url.trim_start_matches("http://");
    let env = format!(
        "JACKFIELD_DATABASE_URL={}\nJACKFIELD_PUBLIC_URL={}\nJACKFIELD_MASTER_KEYS={}\nJACKFIELD_LISTEN={listen}\n",
        place.database_url,
        place.public_url,
        exposed(&place.master_keys),
    );
    fs::write(folder.join("env"), env)?;
    println!("{} customers, {} connections; {}", arguments.customers, filled.connections, folder.join("seed.json").display());
    Ok(())
}
