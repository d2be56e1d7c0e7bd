//! Reusable connections: what there is, one of them, and everything that uses it.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use crate::{
    domain::{connection::ConnectionState, key::Key},
    flows::{
        Context,
        reusable::{self, Definition, Imported, Whose},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{ok, see_other},
        present,
        session::{self, Admin},
        urls::admin as urls,
    },
};

const CUSTOMERS: i64 = 500;

pub(super) async fn find(context: &Context, path: &str) -> Result<Definition, Failure> {
    let key = Key::parse(path).map_err(|_| Failure::NotFound)?;
    reusable::definition(context, &key).await?.ok_or(Failure::NotFound)
}

pub async fn index(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    let all = reusable::definitions(&context).await?;
    ok(&present::admin::reusable_connections::index(&context, present::words(), &admin, &all)?)
}

pub async fn show(context: Data<Context>, admin: Admin, path: Path<String>) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let customers = reusable::of_customers(&context, &found.key, None, CUSTOMERS).await?;
    let mut states = Vec::new();
    for whose in [Whose::Organization, Whose::Test] {
        let form = reusable::values_form(&context, &found.key, &whose).await?;
        states.push(form.map_or(ConnectionState::NotConnected, |form| form.state));
    }
    let paused = reusable::paused(&context, &found.key).await?;
    let states = (states[0], states[1]);
    ok(&present::admin::reusable_connections::show(&context, &admin, &found, &customers, states, paused)?)
}

pub async fn disable(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let count = reusable::disable(&context, &admin.actor(), &found.key).await?;
    session::set_flash(&admin.session, &present::words().count("reusable-paused", count))?;
    Ok(see_other(&urls::reusable(&found.key)))
}

pub async fn enable(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    let (on, _) = reusable::enable(&context, &admin.actor(), &found.key).await?;
    session::set_flash(&admin.session, &present::words().count("reusable-turned-on", on))?;
    Ok(see_other(&urls::reusable(&found.key)))
}

/// Many customers' values, as lines of a file.
pub async fn enter(context: Data<Context>, admin: Admin, path: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let found = find(&context, &path).await?;
    form.only(&["rows"])?;
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(form.get("rows").unwrap_or_default().as_bytes());
    let heads: Vec<String> = reader.headers().map(|heads| heads.iter().map(str::to_owned).collect()).unwrap_or_default();
    let rows: Vec<Vec<String>> = reader.records().flatten().map(|row| row.iter().map(str::to_owned).collect()).collect();
    let imported = reusable::enter_rows(&context, &admin.actor(), &found.key, &heads, &rows).await?;
    told(&admin, &imported)?;
    Ok(see_other(&urls::reusable(&found.key)))
}

fn told(admin: &Admin, Imported { saved, refused }: &Imported) -> Result<(), Failure> {
    let words = present::words();
    let said = words.count("reusable-rows-saved", *saved);
    if refused.is_empty() {
        return session::set_flash(&admin.session, &said);
    }
    let line = |(line, fields): &(usize, Vec<String>)| match fields.is_empty() {
        true => words.with("reusable-line", "line", line),
        false => words.with_two("reusable-line-fields", "line", line, "fields", fields.join(", ")),
    };
    let lines: Vec<String> = refused.iter().take(20).map(line).collect();
    let more = words.with("reusable-rows-refused", "lines", lines.join(", "));
    session::set_notice(&admin.session, &format!("{said} {more}"))
}
