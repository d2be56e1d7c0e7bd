//! `jackfield restore FILE`: a backup into the configured, empty database, whatever its engine. The keys are proved first.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{keys_proof, progress::Progress, show_differences};
use crate::{
    app,
    flows::transfer::{self, Source, Transferred},
    settings,
    store::Store,
};

#[derive(Args)]
pub struct Restore {
    file: PathBuf,
}

impl Restore {
    pub async fn run(&self) -> Result<ExitCode> {
        let name = self.file.display();
        let not_ours = || format!("{name} is no backup of jackfield's");
        let backup = Store::open_to_read(&format!("sqlite://{name}")).await.with_context(|| format!("{name} could not be opened"))?;
        let damages = backup.damages().await.with_context(not_ours)?;
        if let Some(first) = damages.first() {
            bail!("{name} is damaged: {first}. Nothing was written");
        }
        if backup.schema().await.with_context(not_ours)?.applied.is_empty() {
            bail!(not_ours());
        }
        let Some(vault) = app::vault(&backup, &settings::master_keys()?).await? else { bail!(not_ours()) };
        keys_proof::prove(&backup, &vault).await?;
        let url = settings::database_url()?;
        let to = Store::open(&url).await.context("JACKFIELD_DATABASE_URL: the database could not be opened")?;
        let mut progress = Progress::start();
        let copied = match transfer::transfer(&backup, &to, Source::Still, &mut |step| progress.tell_rows(step)).await? {
            Transferred::All(copied) => copied,
            Transferred::Refused(refusal) => bail!("nothing was restored: {refusal}"),
            Transferred::Different(differences) => {
                show_differences(&differences);
                bail!("the database is not what the backup is: empty it, and restore again");
            }
        };
        let opened = keys_proof::open_all(&to, &vault, &copied, &mut progress).await?;
        progress.end("restored", &copied, Some(opened));
        to.close().await;
        backup.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
