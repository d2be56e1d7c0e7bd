//! `/webhook-deliveries`: what was sent where, each try of it, and sending it once more.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{parameters::Page, webhook_endpoints::endpoint_id};
use crate::{
    domain::{
        event::EventKind,
        ids::{EventId, WebhookDeliveryId, WebhookEndpointId},
        reason::Reason,
        time::Timestamp,
        webhook::{Answer, DeliveryStatus, DeliverySummary, WebhookTry},
    },
    flows::{
        Context,
        webhooks::{self, Queued},
    },
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Serialize)]
struct DeliveryShape {
    id: WebhookDeliveryId,
    endpoint_id: WebhookEndpointId,
    /// Goes out as `webhook-id`.
    event_id: EventId,
    r#type: EventKind,
    timestamp: Timestamp,
    status: &'static str,
    /// Since it was queued last.
    try_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl From<DeliverySummary> for DeliveryShape {
    fn from(delivery: DeliverySummary) -> Self {
        let (next_try_at, ended_at) = match delivery.status {
            DeliveryStatus::Pending { due_at } | DeliveryStatus::Retrying { due_at } => (Some(due_at), None),
            DeliveryStatus::Delivering => (None, None),
            DeliveryStatus::Delivered { at } | DeliveryStatus::GivenUp { at } => (None, Some(at)),
        };
        Self {
            id: delivery.id,
            endpoint_id: delivery.endpoint_id,
            event_id: delivery.event_id,
            r#type: delivery.kind,
            timestamp: delivery.event_at,
            status: delivery.status.name(),
            try_count: delivery.tries,
            next_try_at,
            ended_at,
            created_at: delivery.created_at,
        }
    }
}

/// Of the answer only its status: the rest may hold anything.
#[derive(Serialize)]
struct TryShape {
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Why there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Reason>,
    latency_ms: i64,
}

impl From<WebhookTry> for TryShape {
    fn from(tried: WebhookTry) -> Self {
        let (status, failure) = match tried.answer {
            Answer::Status { status, .. } => (Some(status), None),
            Answer::Failed(reason) => (None, Some(reason)),
        };
        Self { at: tried.at, status, failure, latency_ms: tried.latency_ms }
    }
}

/// The delivery, what it says, and each try of it.
#[derive(Serialize)]
struct WholeDeliveryShape {
    #[serde(flatten)]
    delivery: DeliveryShape,
    /// Without the link that each try has of its own.
    payload: Json,
    tries: Vec<TryShape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexQuery {
    status: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Of one endpoint, newest first.
pub async fn index(
    context: web::Data<Context>,
    endpoint: web::Path<String>,
    query: web::Query<IndexQuery>,
) -> Result<HttpResponse, Failure> {
    let endpoint = endpoint_id(&endpoint)?;
    if query.status.as_deref().is_some_and(|status| !DeliveryStatus::NAMES.contains(&status)) {
        let detail = format!("`status` is one of {}.", DeliveryStatus::NAMES.join(", "));
        return Err(Failure::BadRequest { code: "bad_query", detail });
    }
    let page = Page::<WebhookDeliveryId>::new(query.limit, query.cursor.as_deref())?;
    context.store().read().webhook_endpoints().find(endpoint).await?.ok_or(Failure::NotFound)?;
    let status = query.status.as_deref();
    let found = context.store().read().webhook_deliveries().list(endpoint, status, page.cursor, page.rows_to_read()).await?;
    Ok(HttpResponse::Ok().json(page.listing(found, |delivery| delivery.id, DeliveryShape::from)))
}

fn delivery_id(text: &str) -> Result<WebhookDeliveryId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

pub async fn show(context: web::Data<Context>, delivery: web::Path<String>) -> Result<HttpResponse, Failure> {
    let id = delivery_id(&delivery)?;
    let mut lender = context.store().read();
    let found = lender.webhook_deliveries().find(id).await?.ok_or(Failure::NotFound)?;
    let event = lender.webhook_deliveries().event(found.event_id).await?.ok_or(Failure::NotFound)?;
    let tries = lender.webhook_deliveries().tries(id).await?;
    let tries = tries.into_iter().map(TryShape::from).collect();
    Ok(HttpResponse::Ok().json(WholeDeliveryShape { delivery: found.into(), payload: event.payload(None), tries }))
}

/// The same event, under the same id, once more.
pub async fn replay(context: web::Data<Context>, caller: ApiCaller, delivery: web::Path<String>) -> Result<HttpResponse, Failure> {
    queued(webhooks::replay(&context, &caller.actor(), delivery_id(&delivery)?).await?)
}

pub(super) fn queued(queued: Queued) -> Result<HttpResponse, Failure> {
    let conflict = |code, detail: &str| Failure::Conflict { code, detail: detail.into(), extra: json!({}) };
    match queued {
        Queued::Delivery(delivery) => Ok(HttpResponse::Accepted().json(DeliveryShape::from(*delivery))),
        Queued::Disabled => Err(conflict("endpoint_disabled", "Nothing is sent to this endpoint. Enable it first.")),
        Queued::Busy => Err(conflict("being_delivered", "It is on its way just now.")),
        Queued::NotFound => Err(Failure::NotFound),
    }
}
