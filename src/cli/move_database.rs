//! `jackfield move --from sqlite://… --to postgres://…`: everything, sealed as it is. Run again, it goes on where it ended.

use std::process::ExitCode;

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
pub struct Move {
    /// The database that has everything; nobody may serve it meanwhile
    #[arg(long)]
    from: String,
    /// An empty one, or one that an earlier run began
    #[arg(long)]
    to: String,
}

impl Move {
    pub async fn run(&self) -> Result<ExitCode> {
        let from = Store::open_to_read(&self.from).await.context("--from: the database could not be opened")?;
        let Some(vault) = app::vault(&from, &settings::master_keys()?).await.context("--from: it is no database of jackfield's")? else {
            bail!("--from: no organization is in it");
        };
        keys_proof::prove(&from, &vault).await?;
        let to = Store::open(&self.to).await.context("--to: the database could not be opened")?;
        eprintln!(
            "Stop every server of the old database first: what is saved there from now on is not moved. A change is found out and told."
        );
        let mut progress = Progress::start();
        let moved = transfer::transfer(&from, &to, Source::Still, &mut |step| progress.tell_rows(step)).await?;
        let copied = match moved {
            Transferred::All(copied) => copied,
            Transferred::Refused(refusal) => bail!("nothing was moved: {refusal}"),
            Transferred::Different(differences) => {
                show_differences(&differences);
                bail!("the databases differ: was something saved meanwhile? Stop every server, empty the target, and move again");
            }
        };
        let opened = keys_proof::open_all(&to, &vault, &copied, &mut progress).await?;
        progress.end("moved", &copied, Some(opened));
        to.close().await;
        from.close().await;
        println!("Set JACKFIELD_DATABASE_URL to the new database and start; the old one was not changed.");
        Ok(ExitCode::SUCCESS)
    }
}
