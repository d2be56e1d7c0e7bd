//! `GET /audit-events`: who did what, newest first.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{
    Listing,
    parameters::{Page, customer_ref},
};
use crate::{
    domain::{access::Scope, ids::AuditEventId},
    flows::Context,
    store::AuditFilter,
    web::errors::Failure,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexQuery {
    customer: Option<String>,
    instance: Option<String>,
    connection: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// A filter that names nothing known gives an empty list.
pub async fn index(context: web::Data<Context>, query: web::Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let page = Page::<AuditEventId>::new(query.limit, query.cursor.as_deref())?;
    let Some(filter) = filter(&context, &query).await? else {
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
        let Some(found) = context.store().read().customers().find(Scope::Organization, &customer).await? else { return Ok(None) };
        filter.customer = Some(found.id);
    }
    Ok(Some(filter))
}
