//! Customers from a file: uploaded and sealed, its columns given a meaning, each record judged before any is imported.
//!
//! `record` says what becomes of one, `run` makes it so. The file lies sealed in the store, and nowhere else, until all is done.

mod meaning;
mod record;
mod run;

pub use meaning::{Choice, choices};
pub use run::{Claimed, Step, claim, purge};

use std::collections::HashMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{
    Broken, Context,
    csv::{self, Unreadable},
};
use crate::domain::{
    access::Actor,
    audit::AuditAction,
    credential::{SecretField, SecretPlace},
    ids::ImportId,
    import::{Fills, Import, ImportRow, ImportStatus, RowResult, Target, Wrong},
};

/// Of an uploaded file.
pub const FILE_MAX_BYTES: usize = 2 * 1024 * 1024;
pub const ROWS_MAX: usize = 5000;
/// That wait, or run, at a time: each of them holds its file.
const AT_A_TIME: i64 = 20;
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// A file is sealed once.
const REVISION: i64 = 1;

pub enum Uploaded {
    Import(ImportId),
    Unreadable(Unreadable),
    TooLarge,
    /// The integration or the reusable connection is not there.
    NothingToFill,
    /// Others wait to be started, or discarded.
    TooMany,
}

/// What a column means is guessed by its heading.
pub async fn upload(context: &Context, actor: &Actor, name: &str, text: SecretString, fills: Option<Fills>) -> Result<Uploaded, Broken> {
    if text.expose_secret().len() > FILE_MAX_BYTES {
        return Ok(Uploaded::TooLarge);
    }
    let sheet = match csv::read(text.expose_secret(), ROWS_MAX) {
        Ok(sheet) => sheet,
        Err(unreadable) => return Ok(Uploaded::Unreadable(unreadable)),
    };
    let now = context.now();
    if context.store().read().imports().count_unfinished(now.plus_seconds(-DAY_SECONDS)).await? >= AT_A_TIME {
        return Ok(Uploaded::TooMany);
    }
    let Some(choices) = choices(context, fills.as_ref()).await? else { return Ok(Uploaded::NothingToFill) };
    let id = context.new_import_id();
    let import = Import {
        id,
        name: name.chars().filter(|c| !c.is_control()).take(255).collect(),
        records: i64::try_from(sheet.records.len()).unwrap_or(i64::MAX),
        mapping: meaning::guess(&sheet.heading, &choices),
        heading: sheet.heading,
        fills,
        checks: false,
        status: ImportStatus::Mapping,
        actor: actor.clone(),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    let sealed = context.vault().seal(place(context, id), &text);
    let mut work = context.store().begin().await?;
    work.imports().insert(&import, &sealed).await?;
    work.commit().await?;
    Ok(Uploaded::Import(id))
}

fn place(context: &Context, id: ImportId) -> SecretPlace {
    context.vault().place(uuid::Uuid::nil(), id.as_uuid(), SecretField::ImportFile, REVISION)
}

/// `None`: all is imported, or it was discarded.
async fn records(context: &Context, id: ImportId) -> Result<Option<Vec<Vec<String>>>, Broken> {
    let Some(sealed) = context.store().read().imports().file(id).await? else { return Ok(None) };
    let text = context.vault().open(&place(context, id), &sealed)?;
    let sheet = csv::read(text.expose_secret(), ROWS_MAX);
    sheet.map(|sheet| Some(sheet.records)).map_err(|why| Broken::Inconsistent(format!("the file of import {id} is {why:?}")))
}

pub enum Planned {
    Planned,
    /// No column holds it, or two do.
    ExternalIdNotOnce,
    NameTwice,
    /// Two columns hold the same input.
    InputTwice,
    /// A column means what there is not.
    UnknownTarget,
    /// It runs, is done, or somebody else changed it.
    TooLate,
}

/// Says what would become of each record if the columns meant this. Changes no customer.
pub async fn plan(context: &Context, import: &Import, mapping: Vec<Target>) -> Result<Planned, Broken> {
    let Some(choices) = choices(context, import.fills.as_ref()).await? else { return Ok(Planned::UnknownTarget) };
    if let Err(refused) = meaning::refuse(import, &mapping, &choices) {
        return Ok(refused);
    }
    let Some(records) = records(context, import.id).await? else { return Ok(Planned::TooLate) };
    let planned = Import { mapping, status: ImportStatus::Planned, updated_at: context.now(), ..import.clone() };
    let rows = judge_all(context, &planned, &choices, &records).await?;
    let mut work = context.store().begin().await?;
    if !work.imports().save(&planned).await? {
        return Ok(Planned::TooLate);
    }
    work.imports().replace_rows(import.id, &rows).await?;
    work.commit().await?;
    Ok(Planned::Planned)
}

async fn judge_all(context: &Context, import: &Import, choices: &[Choice], records: &[Vec<String>]) -> Result<Vec<ImportRow>, Broken> {
    let reader = record::Reader::new(import, choices);
    let (mut seen, mut rows) = (HashMap::new(), Vec::with_capacity(records.len()));
    for (number, fields) in (1_i64..).zip(records) {
        let record = reader.read(fields);
        let external_id = record.external_id.to_owned();
        let result = match seen.get(&external_id) {
            Some(row) if !external_id.is_empty() => {
                RowResult::Wrong { column: reader.external_id_heading().to_owned(), wrong: Wrong::Repeated { row: *row } }
            }
            _ => record::judge(context, &reader, &record).await?.result,
        };
        seen.entry(external_id.clone()).or_insert(number);
        rows.push(ImportRow { number, external_id, result });
    }
    Ok(rows)
}

/// Lets it run, with or without a check of each connection. False: it is not planned, runs already, or somebody else changed it.
pub async fn start(context: &Context, actor: &Actor, import: &Import, checks: bool) -> Result<bool, Broken> {
    if import.status != ImportStatus::Planned {
        return Ok(false);
    }
    let running = Import { checks, status: ImportStatus::Running, updated_at: context.now(), ..import.clone() };
    let mut work = context.store().begin().await?;
    if !work.imports().save(&running).await? {
        return Ok(false);
    }
    let detail = json!({"import": import.id, "records": import.records, "fills": import.fills, "checks": checks});
    context.record(&mut work, &context.event(actor, AuditAction::CustomersImportStarted, detail)).await?;
    work.commit().await?;
    Ok(true)
}

/// The file and what was found goes; customers that were imported stay. False: it runs, or is gone.
pub async fn discard(context: &Context, id: ImportId) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    let deleted = work.imports().delete(id).await?;
    work.commit().await?;
    Ok(deleted)
}
