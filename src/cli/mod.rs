//! The commands, one file each. Composition only: read the settings, open what is needed, call a flow, print.

mod admin;
mod api_key;
mod apply;
mod backup;
mod demo;
mod doctor;
mod export;
mod import;
mod key;
mod keys_proof;
mod migrate;
mod move_database;
mod progress;
mod restore;
mod schema;
mod serve;
mod sources;
mod validate;

use std::{process::ExitCode, sync::Arc};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{
    app,
    flows::{Context, transfer::Difference},
    providers::GuardedClient,
    settings,
};

/// The panel where a software company plugs in every connection its integrations need.
#[derive(Parser)]
#[command(name = "jackfield", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The whole product with something to connect to: no accounts, no outbound traffic
    Demo(demo::Demo),
    /// Serve, with settings from the environment
    Serve,
    /// Check manifests
    Validate(validate::Validate),
    /// Plan and apply manifests: all or nothing
    Apply(apply::Apply),
    /// Manifests of what is there
    Export(export::Export),
    /// Another system's definitions as manifests, on standard output
    Import(import::Import),
    /// Org users
    #[command(subcommand)]
    Admin(admin::Admin),
    /// API keys
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    /// The master keys: what each is needed for, and re-wrapping everything under a new one
    #[command(subcommand)]
    Key(key::Key),
    /// Bring the database up to date, or say whether it is
    Migrate(migrate::Migrate),
    /// Everything into another database: from SQLite to Postgres, or back
    Move(move_database::Move),
    /// Everything but the master keys into one file, while the server runs
    Backup(backup::Backup),
    /// A backup into the configured, empty database
    Restore(restore::Restore),
    /// What is wrong with this installation, and what to do about it
    Doctor(doctor::Doctor),
    /// The JSON Schema of manifests
    Schema,
}

pub fn run() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.command {
        // actix brings a runtime of its own for its workers.
        Command::Demo(demo) => actix_web::rt::System::with_tokio_rt(runtime_for_actix).block_on(demo.run()).map(|()| ExitCode::SUCCESS),
        Command::Serve => actix_web::rt::System::with_tokio_rt(runtime_for_actix).block_on(serve::run()).map(|()| ExitCode::SUCCESS),
        Command::Validate(validate) => validate.run(),
        Command::Apply(apply) => runtime.block_on(apply.run()),
        Command::Export(export) => runtime.block_on(export.run()),
        Command::Import(import) => import.run(),
        Command::Admin(admin) => runtime.block_on(admin.run()),
        Command::ApiKey(key) => runtime.block_on(key.run()),
        Command::Key(key) => runtime.block_on(key.run()),
        Command::Migrate(migrate) => runtime.block_on(migrate.run()),
        Command::Move(moving) => runtime.block_on(moving.run()),
        Command::Backup(backup) => runtime.block_on(backup.run()),
        Command::Restore(restore) => runtime.block_on(restore.run()),
        Command::Doctor(doctor) => runtime.block_on(doctor.run()),
        Command::Schema => schema::run(),
    }
}

fn runtime_for_actix() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads and timers are there, or nothing runs at all")
}

/// For commands that change the database without serving it: no public address is needed, nothing is called.
async fn open_context() -> Result<Context> {
    open_context_with_spool(None).await
}

async fn open_context_with_spool(spool_dir: Option<std::path::PathBuf>) -> Result<Context> {
    let outbound = Arc::new(GuardedClient::new(crate::providers::AllowedPrivateHosts::default()).map_err(anyhow::Error::msg)?);
    let here = url::Url::parse("http://localhost").expect("a constant address");
    let name = settings::organization_name()?;
    let (url, keys) = (settings::database_url()?, settings::master_keys()?);
    app::open(&url, here, &keys, &name, app::system_clock(), outbound, None, Default::default(), spool_dir).await
}

/// Which tables a copy does not have as the database they came from.
fn show_differences(differences: &[Difference]) {
    for Difference { table, source_rows, target_rows } in differences {
        let how = if source_rows == target_rows { "the rows differ" } else { "rows are missing or too many" };
        eprintln!("{table}: {source_rows} rows in the source, {target_rows} in the target; {how}");
    }
}
