//! Events of the audit as a stream: a JSON document a line, a page of rows in memory at a time.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Bytes, Data},
};
use futures_util::stream;

use crate::{
    domain::{access::Scope, ids::AuditEventId},
    flows::Context,
    store::{AuditFilter, StoreError},
};

pub const CONTENT_TYPE: &str = "application/x-ndjson";
const EVENTS_A_PAGE: i64 = 500;

struct Rest {
    context: Data<Context>,
    filter: AuditFilter,
    cursor: Option<AuditEventId>,
}

/// All that the filter lets through, the newest first. `file`: the name under which a browser keeps it.
pub fn events(context: Data<Context>, filter: AuditFilter, file: Option<&str>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.content_type(CONTENT_TYPE);
    if let Some(file) = file {
        answer.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")));
    }
    answer.streaming(stream::try_unfold(Some(Rest { context, filter, cursor: None }), page))
}

/// The next page and what is left; a page that fails breaks the answer off, so that nobody takes a part for the whole.
async fn page(rest: Option<Rest>) -> Result<Option<(Bytes, Option<Rest>)>, StoreError> {
    let Some(mut rest) = rest else { return Ok(None) };
    let events = rest.context.store().read().audit().list(Scope::Organization, &rest.filter, rest.cursor, EVENTS_A_PAGE).await?;
    let Some(last) = events.last() else { return Ok(None) };
    rest.cursor = Some(last.id);
    let lines: String = events.iter().map(|event| format!("{}\n", event.shape())).collect();
    Ok(Some((Bytes::from(lines), Some(rest))))
}
