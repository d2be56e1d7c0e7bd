//! `jackfield backup FILE`: while the server runs, from either engine into one SQLite file. The master keys are never in it.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{keys_proof, progress::Progress, show_differences};
use crate::{
    app,
    flows::transfer::{self, Copied, Source, Transferred},
    settings,
    store::{BackupFile, Store},
    vault::Vault,
};

#[derive(Args)]
pub struct Backup {
    file: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub async fn run(&self) -> Result<ExitCode> {
        let store =
            Store::open_to_read(&settings::database_url()?).await.context("JACKFIELD_DATABASE_URL: the database could not be opened")?;
        let vault = match settings::master_keys_if_set()? {
            Some(keys) => app::vault(&store, &keys).await?,
            None => None,
        };
        let needed = store.snapshot().await?.key_ids().await?;
        let mut progress = Progress::start();
        let file = BackupFile::create(&self.file, self.force).await.context("use another name, or --force")?;
        let copied = match fill(&store, &file, &mut progress).await {
            Ok(copied) => copied,
            Err(error) => {
                file.discard().await?;
                return Err(error);
            }
        };
        let opened = match &vault {
            Some(vault) => keys_proof::open_all(file.store(), vault, &copied, &mut progress).await.map(Some),
            None => Ok(None),
        };
        let bytes = file.finish().await?;
        store.close().await;
        progress.end("backed up", &copied, opened.as_ref().ok().copied().flatten());
        println!("{}: {bytes} bytes, readable by you alone", self.file.display());
        print_keys(needed.into_iter().collect::<Vec<_>>(), vault.as_ref());
        opened.map(|_| ExitCode::SUCCESS).context("the backup is whole, but the keys at hand are not all that it needs")
    }
}

async fn fill(store: &Store, file: &BackupFile, progress: &mut Progress) -> Result<Copied> {
    match transfer::transfer(store, file.store(), Source::Live, &mut |step| progress.tell_rows(step)).await? {
        Transferred::All(copied) => Ok(copied),
        Transferred::Refused(refusal) => bail!("nothing was backed up: {refusal}"),
        Transferred::Different(differences) => {
            show_differences(&differences);
            bail!("the copy is not what the database is: nothing was backed up");
        }
    }
}

fn print_keys(needed: Vec<String>, vault: Option<&Vault>) {
    println!("To restore it you need the master keys, which are not in it: {}", needed.join(", "));
    match vault {
        Some(vault) => println!("The current one, {}, has the fingerprint {}", vault.ring().current_id(), vault.ring().fingerprint()),
        None => println!("JACKFIELD_MASTER_KEYS is not set: no secret was tried"),
    }
}
