//! `GET /audit-events`: who did what, newest first; as a list, or all of it as NDJSON.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde::Deserialize;

use super::{
    Listing,
    parameters::{Page, customer_ref},
};
use crate::{
    domain::{access::Scope, customer::CustomerRef, ids::AuditEventId, key::Key, time::Timestamp},
    flows::Context,
    store::AuditFilter,
    web::{errors::Failure, ndjson, present::audit},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexQuery {
    customer: Option<String>,
    instance: Option<String>,
    connection: Option<String>,
    integration: Option<String>,
    action: Option<String>,
    /// A kind, or the id of an org user or an API key.
    actor: Option<String>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// A filter that names nothing known gives an empty list.
pub async fn index(request: HttpRequest, context: web::Data<Context>, query: web::Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let page = Page::<AuditEventId>::new(query.limit, query.cursor.as_deref())?;
    let wanted = filter(&context, &query).await?;
    if accepts_ndjson(&request) {
        // What matches nothing ends before it has begun.
        let nothing = AuditFilter { until: Some(Timestamp::from_millis(0)), ..AuditFilter::default() };
        return Ok(ndjson::events(context, wanted.unwrap_or(nothing), None));
    }
    let Some(filter) = wanted else {
        return Ok(HttpResponse::Ok().json(Listing::<()> { items: Vec::new(), next_cursor: None }));
    };
    let found = context.store().read().audit().list(Scope::Organization, &filter, page.cursor, page.rows_to_read()).await?;
    Ok(HttpResponse::Ok().json(page.listing(found, |event| event.id, |event| event.shape())))
}

async fn filter(context: &Context, query: &IndexQuery) -> Result<Option<AuditFilter>, Failure> {
    let mut filter = AuditFilter::default();
    if let Some(instance) = &query.instance {
        let Ok(id) = instance.parse() else { return Ok(None) };
        filter.instance = Some(id);
    }
    if let Some(connection) = &query.connection {
        let Ok(id) = connection.parse() else { return Ok(None) };
        filter.connection = Some(id);
    }
    if let Some(customer) = &query.customer {
        let Ok(customer) = customer_ref(customer) else { return Ok(None) };
        filter.customer = match &customer {
            // What happened to one that was deleted is still there.
            CustomerRef::Id(id) => Some(*id),
            CustomerRef::External(_) => match context.store().read().customers().find(Scope::Organization, &customer).await? {
                Some(found) => Some(found.id),
                None => return Ok(None),
            },
        };
    }
    Ok(narrow(&mut filter, query).then_some(filter))
}

/// False: it names what cannot be.
fn narrow(filter: &mut AuditFilter, query: &IndexQuery) -> bool {
    (filter.from, filter.until) = (query.from, query.until);
    filter.integration = query.integration.as_deref().and_then(|key| Key::parse(key).ok());
    filter.action = query.action.as_deref().and_then(audit::action);
    if let Some(actor) = &query.actor {
        (filter.actor_kind, filter.actor_id) = (audit::kind(actor), actor.parse().ok());
    }
    (query.integration.is_none() || filter.integration.is_some())
        && (query.action.is_none() || filter.action.is_some())
        && (query.actor.is_none() || filter.actor_kind.is_some() || filter.actor_id.is_some())
}

fn accepts_ndjson(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.split(',').any(|kind| kind.trim().starts_with(ndjson::CONTENT_TYPE)))
}
