//! `jackfield apply PATH…`: plan, print, apply.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{open_context, sources, validate::print_errors};
use crate::{
    domain::access::Actor,
    flows::{
        apply::{self, Action, Applied, Change, Options},
        reusable::conversion::Conversion,
    },
    manifest::catalogue,
};

#[derive(Args)]
pub struct Apply {
    /// Files or folders; `-` is standard input
    #[arg(required_unless_present = "catalog")]
    paths: Vec<String>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Withdraw what is there and not in these files
    #[arg(long)]
    prune: bool,
    /// The connectors that ship with jackfield too
    #[arg(long)]
    catalog: bool,
}

impl Apply {
    pub async fn run(&self) -> Result<ExitCode> {
        let mut found = sources::read(&self.paths)?;
        if self.catalog {
            found.extend(catalogue::sources());
        }
        let context = open_context().await?;
        let options = Options { dry_run: self.dry_run, prune: self.prune, ..Options::default() };
        let applied = apply::apply(&context, &Actor::System, &found, &sources::Machine, options).await?;
        context.store().close().await;
        match applied {
            Applied::Changes(changes) => {
                print_changes(&changes, self.dry_run);
                Ok(ExitCode::SUCCESS)
            }
            Applied::Refused(errors) => {
                print_errors(&errors);
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

fn print_changes(changes: &[Change], dry_run: bool) {
    let sign = |action| match action {
        Action::Create => '+',
        Action::Update => '~',
        Action::Withdraw => '-',
        Action::Unchanged => '=',
    };
    for change in changes.iter().filter(|change| !change.changes_nothing()) {
        println!("{} {} {}", sign(change.action), change.kind, change.key);
        change.conversion.iter().for_each(print_conversion);
    }
    let count = |action| changes.iter().filter(|change| change.action == action).count();
    let (created, updated, withdrawn, unchanged) =
        (count(Action::Create), count(Action::Update), count(Action::Withdraw), count(Action::Unchanged));
    let when = if dry_run { "would be " } else { "" };
    println!("{created} {when}created, {updated} {when}updated, {withdrawn} {when}withdrawn, {unchanged} unchanged");
}

fn print_conversion(of: &Conversion) {
    for slot in &of.slots {
        let to = slot.reusable_connection.as_ref().map_or("integration-specific".to_owned(), |key| format!("the reusable {key}"));
        println!("    connection {} becomes {to}", slot.slot);
    }
    println!("    {} instances of {} customers move, with {} connections; {} stay", of.instances, of.customers, of.connections, of.staying);
    for stay in &of.stays {
        let slot = stay.slot.as_ref().map(|slot| format!(", {slot}")).unwrap_or_default();
        println!("    stays: {}, {} ({}){slot}: {}", stay.customer, stay.name, stay.instance, stay.why);
    }
}
