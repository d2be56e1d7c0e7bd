//! Webhook endpoints: made, changed, tested; their secrets, told once. Sending is in `deliver`.

mod deliver;

use std::collections::{BTreeMap, BTreeSet};

use secrecy::SecretString;
use serde_json::json;

pub use deliver::{deliver_due, due_endpoints, purge};

use super::{Broken, Context};
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        credential::{SealedSecret, SecretField},
        event::{Event, EventData, EventKind},
        ids::{WebhookDeliveryId, WebhookEndpointId},
        input::Format,
        validation::FieldError,
        webhook::{DeliverySummary, DisabledBecause, WebhookEndpoint},
    },
    providers::OutboundError,
    store::UnitOfWork,
    vault::signature,
};

/// Each change is queued once for every endpoint, in its own transaction.
const ENDPOINTS_MAX: i64 = 50;
const URL_MAX_BYTES: usize = 2048;
const DESCRIPTION_MAX: usize = 255;

/// What is not named stays; of a new endpoint, what is not named is empty, off, or (`enabled`) on.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub url: Option<String>,
    pub description: Option<String>,
    pub kinds: Option<BTreeSet<EventKind>>,
    pub enabled: Option<bool>,
    pub reconnect_links: Option<bool>,
    pub if_revision: Option<i64>,
}

pub enum Created {
    /// The secret is not told again.
    Endpoint {
        endpoint: Box<WebhookEndpoint>,
        secret: SecretString,
    },
    /// By field.
    Refused(BTreeMap<String, FieldError>),
    TooMany,
}

pub async fn create(context: &Context, actor: &Actor, wanted: &Changes) -> Result<Created, Broken> {
    let mut refused = refused(context, wanted);
    if wanted.url.is_none() {
        refused.insert("url".to_owned(), FieldError::Required);
    }
    if !refused.is_empty() {
        return Ok(Created::Refused(refused));
    }
    let (id, now) = (context.new_webhook_endpoint_id(), context.now());
    let secret = signature::new_secret(&context.random());
    let blank = WebhookEndpoint {
        id,
        url: String::new(),
        description: String::new(),
        kinds: BTreeSet::new(),
        disabled: None,
        reconnect_links: false,
        secret: sealed(context, id, &secret, 1),
        previous_secret: None,
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    let endpoint = changed(context, blank, wanted);
    let mut work = context.store().begin().await?;
    if work.webhook_endpoints().count().await? >= ENDPOINTS_MAX {
        return Ok(Created::TooMany);
    }
    work.webhook_endpoints().insert(&endpoint).await?;
    note(context, &mut work, actor, AuditAction::WebhookEndpointCreated, id).await?;
    work.commit().await?;
    Ok(Created::Endpoint { endpoint: Box::new(endpoint), secret })
}

pub enum Updated {
    Endpoint(Box<WebhookEndpoint>),
    /// By field.
    Refused(BTreeMap<String, FieldError>),
    /// `If-Match` named another revision.
    Stale,
    NotFound,
}

pub async fn update(context: &Context, actor: &Actor, id: WebhookEndpointId, changes: &Changes) -> Result<Updated, Broken> {
    let refused = refused(context, changes);
    if !refused.is_empty() {
        return Ok(Updated::Refused(refused));
    }
    loop {
        let Some(found) = context.store().read().webhook_endpoints().find(id).await? else { return Ok(Updated::NotFound) };
        if changes.if_revision.is_some_and(|revision| revision != found.revision) {
            return Ok(Updated::Stale);
        }
        let mut endpoint = changed(context, found, changes);
        let mut work = context.store().begin().await?;
        if let Some(revision) = work.webhook_endpoints().save(&endpoint).await? {
            note(context, &mut work, actor, AuditAction::WebhookEndpointUpdated, id).await?;
            work.commit().await?;
            endpoint.revision = revision;
            return Ok(Updated::Endpoint(Box::new(endpoint)));
        }
    }
}

/// False: it is not there.
pub async fn delete(context: &Context, actor: &Actor, id: WebhookEndpointId) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    if !work.webhook_endpoints().delete(id).await? {
        return Ok(false);
    }
    note(context, &mut work, actor, AuditAction::WebhookEndpointDeleted, id).await?;
    work.commit().await?;
    Ok(true)
}

/// The new secret, told once; the one before signs beside it for a day. `None`: there is no such endpoint.
pub async fn rotate_secret(
    context: &Context,
    actor: &Actor,
    id: WebhookEndpointId,
) -> Result<Option<(WebhookEndpoint, SecretString)>, Broken> {
    let secret = signature::new_secret(&context.random());
    loop {
        let Some(found) = context.store().read().webhook_endpoints().find(id).await? else { return Ok(None) };
        let revision = found.secret.revision() + 1;
        let mut endpoint = found.rotate(sealed(context, id, &secret, revision), context.now());
        let mut work = context.store().begin().await?;
        if let Some(revision) = work.webhook_endpoints().save(&endpoint).await? {
            note(context, &mut work, actor, AuditAction::WebhookSecretRotated, id).await?;
            work.commit().await?;
            endpoint.revision = revision;
            return Ok(Some((endpoint, secret)));
        }
    }
}

pub enum Queued {
    Delivery(Box<DeliverySummary>),
    /// Nothing is sent to its endpoint.
    Disabled,
    /// It is on its way just now.
    Busy,
    NotFound,
}

/// A `webhook.test` event, sent to this endpoint alone by the way that all events go.
pub async fn test(context: &Context, id: WebhookEndpointId) -> Result<Queued, Broken> {
    let Some(endpoint) = context.store().read().webhook_endpoints().find(id).await? else { return Ok(Queued::NotFound) };
    if endpoint.disabled.is_some() {
        return Ok(Queued::Disabled);
    }
    let (delivery_id, at) = (context.new_webhook_delivery_id(), context.now());
    let event = Event { id: context.new_event_id(), kind: EventKind::WebhookTest, at, data: EventData::default() };
    let mut work = context.store().begin().await?;
    work.events().insert(&event).await?;
    work.webhook_deliveries().insert(delivery_id, event.id, id, at).await?;
    queued(work, delivery_id).await
}

/// Sends the same event, under the same id, once more: all of its tries begin anew.
pub async fn replay(context: &Context, actor: &Actor, id: WebhookDeliveryId) -> Result<Queued, Broken> {
    let mut work = context.store().begin().await?;
    let Some(found) = work.webhook_deliveries().find(id).await? else { return Ok(Queued::NotFound) };
    let Some(endpoint) = work.webhook_endpoints().find(found.endpoint_id).await? else { return Ok(Queued::NotFound) };
    if endpoint.disabled.is_some() {
        return Ok(Queued::Disabled);
    }
    if !work.webhook_deliveries().requeue(id, context.now()).await? {
        return Ok(Queued::Busy);
    }
    let detail = json!({"webhook_endpoint": endpoint.id, "delivery": id, "event": found.event_id});
    context.record(&mut work, &context.event(actor, AuditAction::WebhookDeliveryReplayed, detail)).await?;
    queued(work, id).await
}

async fn queued(mut work: UnitOfWork, id: WebhookDeliveryId) -> Result<Queued, Broken> {
    let delivery = work.webhook_deliveries().find(id).await?;
    work.commit().await?;
    Ok(delivery.map_or(Queued::NotFound, |delivery| Queued::Delivery(Box::new(delivery))))
}

fn changed(context: &Context, endpoint: WebhookEndpoint, changes: &Changes) -> WebhookEndpoint {
    let changes = changes.clone();
    WebhookEndpoint {
        url: changes.url.unwrap_or(endpoint.url),
        description: changes.description.unwrap_or(endpoint.description),
        kinds: changes.kinds.unwrap_or(endpoint.kinds),
        disabled: match changes.enabled {
            Some(true) => None,
            Some(false) => endpoint.disabled.or(Some(DisabledBecause::Asked)),
            None => endpoint.disabled,
        },
        reconnect_links: changes.reconnect_links.unwrap_or(endpoint.reconnect_links),
        updated_at: context.now(),
        ..endpoint
    }
}

/// An address that could never be sent to is refused now; one whose name leads to a private address, when it is sent to.
fn refused(context: &Context, changes: &Changes) -> BTreeMap<String, FieldError> {
    let url = changes.url.as_deref().and_then(|url| match context.outbound().refuses(url) {
        _ if url.len() > URL_MAX_BYTES => Some(FieldError::TooLong { max: URL_MAX_BYTES }),
        Some(OutboundError::NotHttps | OutboundError::HostBlocked) => Some(FieldError::Pattern { message: Some(NOT_REACHED.to_owned()) }),
        Some(_) => Some(FieldError::Format(Format::Url)),
        None => None,
    });
    let description = changes.description.as_deref().and_then(|text| match text.chars().count() > DESCRIPTION_MAX {
        true => Some(FieldError::TooLong { max: DESCRIPTION_MAX }),
        false => text.chars().any(char::is_control).then_some(FieldError::ControlCharacter),
    });
    [("url", url), ("description", description)].into_iter().filter_map(|(field, error)| Some((field.to_owned(), error?))).collect()
}

const NOT_REACHED: &str =
    "url must begin with https:// and be public; a private or local host must be listed in JACKFIELD_ALLOWED_PRIVATE_HOSTS";

fn sealed(context: &Context, id: WebhookEndpointId, secret: &SecretString, revision: i64) -> SealedSecret {
    let place = context.vault().place(uuid::Uuid::nil(), id.as_uuid(), SecretField::WebhookSecret, revision);
    context.vault().seal(place, secret)
}

async fn note(context: &Context, work: &mut UnitOfWork, actor: &Actor, action: AuditAction, id: WebhookEndpointId) -> Result<(), Broken> {
    context.record(work, &context.event(actor, action, json!({"webhook_endpoint": id}))).await
}
