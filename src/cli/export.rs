//! `jackfield export`: manifests of what is there. Secrets are never written: each stands as `${env:…}` to be set again.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::open_context;
use crate::{flows::export, manifest};

#[derive(Args)]
pub struct Export {
    /// The same: secrets are left out in any case
    #[arg(long)]
    redacted: bool,
}

impl Export {
    pub async fn run(&self) -> Result<ExitCode> {
        let context = open_context().await?;
        let (bodies, secrets) = export::current(&context).await?;
        context.store().close().await;
        print!("{}", manifest::to_yaml(bodies.iter()));
        for secret in secrets {
            eprintln!("not exported: {secret}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
