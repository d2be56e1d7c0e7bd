//! Who did what, to look through and to take away.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};

use crate::{
    domain::{access::Scope, ids::AuditEventId},
    flows::{Context, activity},
    web::{
        errors::Failure,
        ndjson,
        pages::{html, ok},
        present::audit::{self, AuditQuery},
        session::Admin,
    },
};

const EVENTS_A_PAGE: i64 = 50;

pub async fn index(context: Data<Context>, admin: Admin, query: Query<AuditQuery>) -> Result<HttpResponse, Failure> {
    let cursor: Option<AuditEventId> = query.cursor.as_deref().and_then(|cursor| cursor.parse().ok());
    let read = audit::read(&context, &query).await?;
    let happened = match &read.filter {
        Some(filter) => activity::list(&context, Scope::Organization, filter, cursor, EVENTS_A_PAGE + 1).await?,
        None => Vec::new(),
    };
    let is_wrong = read.is_wrong();
    let page = audit::index(&context, &admin, &query, read, happened, EVENTS_A_PAGE).await?;
    if is_wrong { html(StatusCode::UNPROCESSABLE_ENTITY, &page) } else { ok(&page) }
}

pub async fn export(context: Data<Context>, _admin: Admin, query: Query<AuditQuery>) -> Result<HttpResponse, Failure> {
    let filter = audit::read(&context, &query).await?.filter.ok_or(Failure::NotFound)?;
    let file = format!("{}-activity.ndjson", audit::date(context.now()));
    Ok(ndjson::events(context, filter, Some(&file)))
}
