//! `/webhook-endpoints`: where events are sent. Its secret is in the answer that made it, and in no other.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    body::Body,
    field_errors,
    parameters::{IfMatch, Page, etag},
    webhook_deliveries::queued,
};
use crate::{
    domain::{event::EventKind, ids::WebhookEndpointId, time::Timestamp, webhook::WebhookEndpoint},
    flows::{
        Context,
        webhooks::{self, Changes, Created, Updated},
    },
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Serialize)]
struct EndpointShape {
    id: WebhookEndpointId,
    url: String,
    description: String,
    /// None: all.
    events: BTreeSet<EventKind>,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_because: Option<&'static str>,
    reconnect_links: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_secret_expires_at: Option<Timestamp>,
    /// Told once.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<WebhookEndpoint> for EndpointShape {
    fn from(endpoint: WebhookEndpoint) -> Self {
        Self {
            id: endpoint.id,
            url: endpoint.url,
            description: endpoint.description,
            events: endpoint.kinds,
            enabled: endpoint.disabled.is_none(),
            disabled_because: endpoint.disabled.map(|because| because.as_str()),
            reconnect_links: endpoint.reconnect_links,
            previous_secret_expires_at: endpoint.previous_secret.map(|previous| previous.until),
            secret: None,
            revision: endpoint.revision,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
        }
    }
}

fn with_secret(endpoint: WebhookEndpoint, secret: &SecretString) -> EndpointShape {
    EndpointShape { secret: Some(secret.expose_secret().to_owned()), ..endpoint.into() }
}

/// Of a new endpoint and of a changed one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedEndpoint {
    url: Option<String>,
    description: Option<String>,
    events: Option<BTreeSet<EventKind>>,
    enabled: Option<bool>,
    reconnect_links: Option<bool>,
}

impl ChangedEndpoint {
    fn changes(self, if_revision: Option<i64>) -> Changes {
        let Self { url, description, events, enabled, reconnect_links } = self;
        Changes { url, description, kinds: events, enabled, reconnect_links, if_revision }
    }
}

pub async fn create(context: web::Data<Context>, caller: ApiCaller, body: Body<ChangedEndpoint>) -> Result<HttpResponse, Failure> {
    match webhooks::create(&context, &caller.actor(), &body.value.changes(None)).await? {
        Created::Endpoint { endpoint, secret } => {
            Ok(HttpResponse::Created().insert_header(etag(endpoint.revision)).json(with_secret(*endpoint, &secret)))
        }
        Created::Refused(errors) => Err(field_errors::refused(&errors)),
        Created::TooMany => Err(Failure::Unprocessable {
            code: "too_many_endpoints",
            detail: "There are 50 webhook endpoints already. Delete one first.".into(),
            extra: json!({}),
        }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexQuery {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Oldest first.
pub async fn index(context: web::Data<Context>, query: web::Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let page = Page::<WebhookEndpointId>::new(query.limit, query.cursor.as_deref())?;
    let found = context.store().read().webhook_endpoints().list(page.cursor, page.rows_to_read()).await?;
    Ok(HttpResponse::Ok().json(page.listing(found, |endpoint| endpoint.id, EndpointShape::from)))
}

/// An id that is none can only be one that does not exist.
pub(super) fn endpoint_id(text: &str) -> Result<WebhookEndpointId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

pub async fn show(context: web::Data<Context>, endpoint: web::Path<String>) -> Result<HttpResponse, Failure> {
    let found = context.store().read().webhook_endpoints().find(endpoint_id(&endpoint)?).await?.ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok().insert_header(etag(found.revision)).json(EndpointShape::from(found)))
}

pub async fn update(
    context: web::Data<Context>,
    caller: ApiCaller,
    endpoint: web::Path<String>,
    if_match: IfMatch,
    body: Body<ChangedEndpoint>,
) -> Result<HttpResponse, Failure> {
    let changes = body.value.changes(if_match.0);
    match webhooks::update(&context, &caller.actor(), endpoint_id(&endpoint)?, &changes).await? {
        Updated::Endpoint(endpoint) => Ok(HttpResponse::Ok().insert_header(etag(endpoint.revision)).json(EndpointShape::from(*endpoint))),
        Updated::Refused(errors) => Err(field_errors::refused(&errors)),
        Updated::Stale => Err(Failure::PreconditionFailed),
        Updated::NotFound => Err(Failure::NotFound),
    }
}

pub async fn destroy(context: web::Data<Context>, caller: ApiCaller, endpoint: web::Path<String>) -> Result<HttpResponse, Failure> {
    if webhooks::delete(&context, &caller.actor(), endpoint_id(&endpoint)?).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Failure::NotFound)
    }
}

/// A new secret; the one before signs beside it for a day.
pub async fn rotate(context: web::Data<Context>, caller: ApiCaller, endpoint: web::Path<String>) -> Result<HttpResponse, Failure> {
    let rotated = webhooks::rotate_secret(&context, &caller.actor(), endpoint_id(&endpoint)?).await?;
    let (endpoint, secret) = rotated.ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Created().insert_header(etag(endpoint.revision)).json(with_secret(endpoint, &secret)))
}

/// Answers the delivery of a `webhook.test` event, which goes out at once.
pub async fn test(context: web::Data<Context>, endpoint: web::Path<String>) -> Result<HttpResponse, Failure> {
    queued(webhooks::test(&context, endpoint_id(&endpoint)?).await?)
}
