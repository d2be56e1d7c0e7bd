//! Customers from a file, a page a stage: uploaded, given a meaning, judged, imported.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::{Data, Path, Query},
};
use serde::Deserialize;

use crate::{
    domain::{
        ids::ImportId,
        import::{Fills, Import, ImportStatus, ImportTally, Target},
        key::Key,
    },
    flows::{
        Context,
        csv::{self, Unreadable},
        import::{self, Planned, ROWS_MAX, Uploaded},
        matrix,
    },
    web::{
        errors::Failure,
        forms::{Posted, Upload},
        pages::{html, ok, see_other},
        present,
        session::{self, Admin},
        urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Form,
            admin::{
                Section,
                customers::Chip,
                imports::{ColumnChoice, ImportMapping, ImportNew, ImportShow, Stage},
            },
        },
    },
};

pub async fn new(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    ok(&new_form(&context, &admin, None, None).await?)
}

async fn new_form(context: &Context, admin: &Admin, fills: Option<&Fills>, error: Option<String>) -> Result<ImportNew, Failure> {
    let console = present::admin::console(context, admin, Section::Customers)?;
    let integrations = matrix::integrations(context).await?;
    Ok(ImportNew {
        words: present::words(),
        frame: present::frame(context, Exit::None, None),
        form: Form { action: urls::admin::NEW_IMPORT.into(), csrf: console.csrf.clone(), version: String::new() },
        console,
        errors: ErrorSummary::of(error.into_iter().map(|text| ErrorItem { href: "#file".into(), text }).collect()),
        integrations: integrations
            .into_iter()
            .map(|(key, name)| (key.to_string(), name, fills == Some(&Fills::Integration(key))))
            .collect(),
        definition: if let Some(Fills::ReusableConnection(key)) = fills { Some(key.to_string()) } else { None },
        rows_max: ROWS_MAX,
    })
}

fn fills(form: &Posted) -> Result<Option<Fills>, Failure> {
    let key = |name: &str| form.get(name).filter(|text| !text.is_empty()).map(Key::parse).transpose().map_err(|_| Failure::NotFound);
    let definition = key("reusable_connection")?.map(Fills::ReusableConnection);
    Ok(definition.or(key("integration")?.map(Fills::Integration)))
}

pub async fn create(context: Data<Context>, admin: Admin, form: Upload) -> Result<HttpResponse, Failure> {
    let (words, fills) = (present::words(), fills(&form.fields)?);
    let error = match import::upload(&context, &admin.actor(), &form.name, form.text, fills.clone()).await? {
        Uploaded::Import(id) => return Ok(see_other(&urls::admin::import(id))),
        Uploaded::Unreadable(Unreadable::Empty) => words.t("import-empty"),
        Uploaded::Unreadable(Unreadable::Line(line)) => words.with("import-line", "line", line),
        Uploaded::Unreadable(Unreadable::TooManyRows) => words.with("import-too-many-rows", "rows", ROWS_MAX),
        Uploaded::TooLarge => words.t("import-too-large"),
        Uploaded::NothingToFill => words.t("import-no-integration"),
        Uploaded::TooMany => words.t("import-too-many"),
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &new_form(&context, &admin, fills.as_ref(), Some(error)).await?)
}

/// The import that a path names; any other text is the same 404.
async fn named(context: &Context, id: &str) -> Result<Import, Failure> {
    let id: ImportId = id.parse().map_err(|_| Failure::NotFound)?;
    context.store().read().imports().find(id).await?.ok_or(Failure::NotFound)
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    after: i64,
    /// `columns`: what they mean is looked at once more.
    #[serde(default)]
    again: String,
}

const ROWS: i64 = 100;

pub async fn show(context: Data<Context>, admin: Admin, id: Path<String>, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    let import = named(&context, &id).await?;
    let is_planned = import.status == ImportStatus::Planned;
    if import.status == ImportStatus::Mapping || (is_planned && asked.again == "columns") {
        return ok(&mapping_form(&context, &admin, &import, &import.mapping, None).await?);
    }
    let mut response = ok(&rows(&context, &admin, &import, &asked).await?)?;
    if import.status == ImportStatus::Running {
        // The page comes again by itself, also without JavaScript.
        response.headers_mut().insert(header::REFRESH, header::HeaderValue::from_static("2"));
    }
    Ok(response)
}

fn form(admin: &Admin, context: &Context, import: &Import, part: &str) -> Result<Form, Failure> {
    let csrf = session::csrf_or_new(&admin.session, context)?;
    Ok(Form { action: urls::admin::import_part(import.id, part), csrf, version: import.revision.to_string() })
}

async fn mapping_form(
    context: &Context,
    admin: &Admin,
    import: &Import,
    chosen: &[Target],
    error: Option<(usize, String)>,
) -> Result<ImportMapping, Failure> {
    let words = present::words();
    let choices = import::choices(context, import.fills.as_ref()).await?.unwrap_or_default();
    let column = |(at, (heading, target)): (usize, (&String, &Target))| ColumnChoice {
        name: format!("column-{at}"),
        heading: heading.clone(),
        chosen: present::imports::value(target),
    };
    let item = |(at, text)| ErrorItem { href: format!("#column-{at}"), text };
    Ok(ImportMapping {
        words,
        frame: present::frame(context, Exit::None, session::take_flash(&admin.session)),
        console: present::admin::console(context, admin, Section::Customers)?,
        form: form(admin, context, import, "mapping")?,
        discard: form(admin, context, import, "deletion")?,
        errors: ErrorSummary::of(error.map(item).into_iter().collect()),
        file: present::imports::file(words, import),
        columns: import.heading.iter().zip(chosen).enumerate().map(column).collect(),
        choices: present::imports::choices(words, &choices),
    })
}

pub async fn map(context: Data<Context>, admin: Admin, id: Path<String>, posted: Posted) -> Result<HttpResponse, Failure> {
    let (import, words) = (named(&context, &id).await?, present::words());
    let sent = |at: usize| posted.get(&format!("column-{at}")).map(present::imports::target);
    let mapping: Option<Vec<Target>> = (0..import.heading.len()).map(|at| sent(at).flatten()).collect();
    let planned = match &mapping {
        Some(mapping) => import::plan(&context, &import, mapping.clone()).await?,
        None => Planned::UnknownTarget,
    };
    let chosen = mapping.unwrap_or_else(|| import.mapping.clone());
    let last = |target: &Target| chosen.iter().rposition(|one| one == target).unwrap_or_default();
    let error = match planned {
        Planned::Planned => return Ok(see_other(&urls::admin::import(import.id))),
        Planned::TooLate => {
            session::set_flash(&admin.session, &words.t("import-changed-meanwhile"))?;
            return Ok(see_other(&urls::admin::import(import.id)));
        }
        Planned::ExternalIdNotOnce => (last(&Target::ExternalId), words.t("import-id-not-once")),
        Planned::NameTwice => (last(&Target::Name), words.t("import-name-twice")),
        Planned::InputTwice => (0, words.t("import-input-twice")),
        Planned::UnknownTarget => (0, words.t("import-unknown-target")),
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &mapping_form(&context, &admin, &import, &chosen, Some(error)).await?)
}

const OUTCOMES: [&str; 4] = ["wrong", "new", "changed", "same"];

async fn rows(context: &Context, admin: &Admin, import: &Import, asked: &Asked) -> Result<ImportShow, Failure> {
    let (words, here) = (present::words(), urls::admin::import(import.id));
    let outcome = OUTCOMES.into_iter().find(|outcome| *outcome == asked.show);
    let tally = context.store().read().imports().tally(import.id).await?;
    let mut rows = context.store().read().imports().rows(import.id, outcome, asked.after, ROWS + 1).await?;
    let is_last = rows.len() <= usize::try_from(ROWS).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let show = outcome.unwrap_or_default();
    let next = rows.last().filter(|_| !is_last).map(|row| row.number.to_string());
    let counts = [
        (None, import.records),
        (Some("wrong"), tally.wrong),
        (Some("new"), tally.new),
        (Some("changed"), tally.changed),
        (Some("same"), tally.same),
    ];
    let chip = |(one, count): (Option<&str>, i64)| Chip {
        href: urls::admin::with_query(&here, [("show", one.unwrap_or_default())]),
        text: words.with_two("chip", "text", present::imports::outcome(words, one), "count", count),
        is_current: one == outcome,
    };
    Ok(ImportShow {
        words,
        frame: present::frame(context, Exit::None, session::take_flash(&admin.session)),
        console: present::admin::console(context, admin, Section::Customers)?,
        file: present::imports::file(words, import),
        stage: stage(context, admin, import, &tally)?,
        chips: counts.into_iter().map(chip).collect(),
        rows: rows.iter().map(|row| present::imports::line(words, &context.organization().name, row)).collect(),
        more_href: next.map(|next| urls::admin::with_query(&here, [("show", show), ("after", next.as_str())])),
        first_href: (asked.after > 0).then(|| urls::admin::with_query(&here, [("show", show)])),
    })
}

fn stage(context: &Context, admin: &Admin, import: &Import, tally: &ImportTally) -> Result<Stage, Failure> {
    let words = present::words();
    let here = urls::admin::import(import.id);
    let discard = form(admin, context, import, "deletion")?;
    let what = present::imports::what(words, tally);
    Ok(match import.status {
        ImportStatus::Mapping | ImportStatus::Planned => Stage::Planned {
            start: form(admin, context, import, "start")?,
            discard,
            mapping_href: urls::admin::with_query(&here, [("again", "columns")]),
            what: if tally.new + tally.changed == 0 { format!("{what}. {}", words.t("import-what-nothing")) } else { what },
            offers_checks: import.mapping.iter().any(|target| matches!(target, Target::Input { .. })),
        },
        ImportStatus::Running => Stage::Running { done: tally.done, of: import.records, here },
        ImportStatus::Done => Stage::Done { what, result_href: urls::admin::import_part(import.id, "result"), discard },
    })
}

pub async fn start(context: Data<Context>, admin: Admin, id: Path<String>, posted: Posted) -> Result<HttpResponse, Failure> {
    let import = named(&context, &id).await?;
    // Whoever saw an older plan sees the new one first.
    let seen = posted.get("version").and_then(|version| version.parse().ok()).unwrap_or(import.revision);
    let wanted = Import { revision: seen, ..import };
    if !import::start(&context, &admin.actor(), &wanted, posted.get("checks") == Some("true")).await? {
        session::set_flash(&admin.session, &present::words().t("import-changed-meanwhile"))?;
    }
    Ok(see_other(&urls::admin::import(wanted.id)))
}

pub async fn destroy(context: Data<Context>, admin: Admin, id: Path<String>, _posted: Posted) -> Result<HttpResponse, Failure> {
    let import = named(&context, &id).await?;
    if !import::discard(&context, import.id).await? {
        return Ok(see_other(&urls::admin::import(import.id)));
    }
    session::set_flash(&admin.session, &present::words().t("import-discarded"))?;
    Ok(see_other(urls::admin::CUSTOMERS))
}

/// What became of each record, without any value of it but its id.
pub async fn result(context: Data<Context>, _admin: Admin, id: Path<String>) -> Result<HttpResponse, Failure> {
    let (import, words) = (named(&context, &id).await?, present::words());
    let heading = ["import-row", "customers-external-id", "import-result-heading", "import-note"].map(|key| words.t(key));
    let rows = context.store().read().imports().rows(import.id, None, 0, import.records).await?;
    let record = |row| {
        let line = present::imports::line(words, &context.organization().name, row);
        csv::line([line.number.to_string(), line.external_id, line.result, line.note])
    };
    let text: String = std::iter::once(csv::line(heading)).chain(rows.iter().map(record)).collect();
    let name = format!("attachment; filename=\"import-{}.csv\"", import.created_at.to_string().chars().take(10).collect::<String>());
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header((header::CONTENT_DISPOSITION, name)).body(text))
}
