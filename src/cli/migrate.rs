//! `jackfield migrate [--check]`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::{settings, store::Store};

#[derive(Args)]
pub struct Migrate {
    /// Change nothing; exit 1 when migrations are waiting
    #[arg(long)]
    check: bool,
}

impl Migrate {
    pub async fn run(&self) -> Result<ExitCode> {
        let store = Store::open(&settings::database_url()?).await.context("JACKFIELD_DATABASE_URL: the database could not be opened")?;
        let pending = store.pending_migrations().await?;
        for name in &pending {
            println!("{} {name}", if self.check { "waiting" } else { "applying" });
        }
        if self.check {
            println!("{} waiting", pending.len());
            return Ok(if pending.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        let applied = store.migrate().await?;
        store.close().await;
        println!("{applied} applied");
        Ok(ExitCode::SUCCESS)
    }
}
