//! `jackfield api-key create --name N [--scope S]…`: prints the key once.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Subcommand;
use secrecy::ExposeSecret;

use super::open_context;
use crate::{
    domain::access::{Actor, ApiScope},
    flows::keys,
};

#[derive(Subcommand)]
pub enum ApiKey {
    /// Make a key; it is printed once and kept as a hash
    Create {
        /// What it is for, as the audit names it
        #[arg(long)]
        name: String,
        /// manage, manifests or credentials; without one, all
        #[arg(long = "scope")]
        scopes: Vec<String>,
    },
}

impl ApiKey {
    pub async fn run(&self) -> Result<ExitCode> {
        let Self::Create { name, scopes } = self;
        let scope =
            |text: &String| text.parse::<ApiScope>().map_err(|()| anyhow!("{text:?} is no scope: manage, manifests or credentials"));
        let scopes = scopes.iter().map(scope).collect::<Result<_>>()?;
        let context = open_context().await?;
        let (_, secret) = keys::create(&context, &Actor::System, name, scopes).await?;
        context.store().close().await;
        println!("{}", secret.expose_secret());
        Ok(ExitCode::SUCCESS)
    }
}
