//! `GET /audit-events`: who did what, newest first.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{
    Listing,
    parameters::{Page, customer_ref},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::{AuditAction, AuditEvent},
        ids::{AuditEventId, ConnectionId, CustomerId, InstanceId},
        time::Timestamp,
    },
    flows::Context,
    store::AuditFilter,
    web::errors::Failure,
};

#[derive(Serialize)]
struct EventShape {
    id: AuditEventId,
    at: Timestamp,
    actor: Json,
    action: AuditAction,
    customer_id: Option<CustomerId>,
    instance_id: Option<InstanceId>,
    connection_id: Option<ConnectionId>,
    detail: Json,
}

impl From<AuditEvent> for EventShape {
    fn from(event: AuditEvent) -> Self {
        let AuditEvent { id, at, actor, action, customer_id, instance_id, connection_id, detail } = event;
        Self { id, at, actor: actor_shape(actor), action, customer_id, instance_id, connection_id, detail }
    }
}

fn actor_shape(actor: Actor) -> Json {
    match actor {
        Actor::CustomerUser { customer_id, link_id, user } => {
            json!({"kind": "customer_user", "customer_id": customer_id, "link_id": link_id, "user": user})
        }
        Actor::OrgUser { id, role } => json!({"kind": "org_user", "id": id, "role": role}),
        Actor::Acting { id, role, customer_id, reason } => {
            json!({"kind": "acting", "id": id, "role": role, "customer_id": customer_id, "reason": reason})
        }
        Actor::ApiKey { id } => json!({"kind": "api_key", "id": id}),
        Actor::System => json!({"kind": "system"}),
    }
}

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
    Ok(HttpResponse::Ok().json(page.listing(found, |event| event.id, EventShape::from)))
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
