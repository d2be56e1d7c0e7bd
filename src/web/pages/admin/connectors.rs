//! Connectors as they are applied: what each way of connecting asks for, who uses it, and help to print for customers.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};

use super::integrations::ChangesQuery;
use crate::{
    domain::key::Key,
    flows::{Context, applied},
    manifest::Kind,
    web::{
        errors::Failure,
        pages::ok,
        present::admin::{connectors as present, integrations},
        session::{self, Admin},
    },
};

pub async fn index(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    let lines = applied::connectors(&context).await?;
    ok(&present::index(&context, &admin, &lines)?)
}

pub async fn show(context: Data<Context>, admin: Admin, path: Path<Key>) -> Result<HttpResponse, Failure> {
    let found = applied::connector(&context, &path).await?.ok_or(Failure::NotFound)?;
    let flash = session::take_flash(&admin.session);
    ok(&present::show(&context, &admin, &found, flash)?)
}

pub async fn docs(context: Data<Context>, admin: Admin, path: Path<Key>) -> Result<HttpResponse, Failure> {
    let found = applied::connector(&context, &path).await?.ok_or(Failure::NotFound)?;
    ok(&present::docs(&context, &admin, &found)?)
}

pub async fn changes(context: Data<Context>, admin: Admin, path: Path<Key>, query: Query<ChangesQuery>) -> Result<HttpResponse, Failure> {
    let difference = applied::difference(&context, Kind::Connector, &path, query.from, query.to).await?.ok_or(Failure::NotFound)?;
    ok(&integrations::changes(&context, &admin, Kind::Connector, &path, &difference)?)
}
