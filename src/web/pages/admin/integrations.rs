//! Integrations as they are applied: who uses which version, what each asks for, what changed.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use crate::{
    domain::{ids::InstanceId, key::Key},
    flows::{Context, applied, slot_tests},
    manifest::Kind,
    web::{
        errors::Failure,
        pages::ok,
        present::admin::integrations as present,
        session::{self, Admin},
    },
};

pub async fn index(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    let lines = applied::integrations(&context).await?;
    let flash = session::take_flash(&admin.session);
    ok(&present::index(&context, &admin, &lines, flash)?)
}

#[derive(Deserialize)]
pub struct ShowQuery {
    version: Option<i64>,
    after: Option<InstanceId>,
}

pub async fn show(context: Data<Context>, admin: Admin, path: Path<Key>, query: Query<ShowQuery>) -> Result<HttpResponse, Failure> {
    let found = applied::integration(&context, &path, query.version, query.after).await?.ok_or(Failure::NotFound)?;
    let tests = slot_tests::list(&context, &path).await?.unwrap_or_default();
    ok(&present::show(&context, &admin, found, query.version, &tests)?)
}

#[derive(Deserialize)]
pub struct ChangesQuery {
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
}

pub async fn changes(context: Data<Context>, admin: Admin, path: Path<Key>, query: Query<ChangesQuery>) -> Result<HttpResponse, Failure> {
    let difference = applied::difference(&context, Kind::Integration, &path, query.from, query.to).await?.ok_or(Failure::NotFound)?;
    ok(&present::changes(&context, &admin, Kind::Integration, &path, &difference)?)
}
