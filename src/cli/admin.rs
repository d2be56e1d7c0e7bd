//! `jackfield admin create --email E [--role R]`: the password is asked for, or read from standard input.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use secrecy::SecretString;

use super::open_context;
use crate::{
    domain::{
        access::Actor,
        user::{PASSWORD_MIN_CHARS, Role, is_good_password},
    },
    flows::sign_in::{self, UserCreated},
};

#[derive(Subcommand)]
pub enum Admin {
    /// Make an org user
    Create {
        #[arg(long)]
        email: String,
        /// owner, admin, support or viewer
        #[arg(long, default_value = "owner")]
        role: String,
    },
}

impl Admin {
    pub async fn run(&self) -> Result<ExitCode> {
        let Self::Create { email, role } = self;
        if !crate::domain::input::Format::Email.accepts(email) {
            bail!("{email:?} is not an e-mail address");
        }
        let role: Role = role.parse().map_err(|()| anyhow!("{role:?} is no role: owner, admin, support or viewer"))?;
        let password = password()?;
        let context = open_context().await?;
        let created = sign_in::create_user(&context, &Actor::System, email, &password, role).await?;
        context.store().close().await;
        match created {
            UserCreated::User(_) => println!("{email} can sign in at /admin"),
            UserCreated::AddressTaken => bail!("{email} has an account already"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn password() -> Result<SecretString> {
    if std::io::stdin().is_terminal() {
        print!("Password (it shows as you type; at least {PASSWORD_MIN_CHARS} characters): ");
        std::io::stdout().flush()?;
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let password = line.trim_end_matches(['\n', '\r']);
    if !is_good_password(password) {
        bail!("a password needs at least {PASSWORD_MIN_CHARS} characters");
    }
    Ok(SecretString::from(password.to_owned()))
}
