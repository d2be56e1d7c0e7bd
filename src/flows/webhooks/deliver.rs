//! One try of a delivery: claimed under a lease, sent with no transaction open, its outcome saved under the fence.
//!
//! A process that dies in between loses nothing: the lease ends, and the same event goes out again under the same id.

use futures_util::future::join_all;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::note;
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        credential::SecretField,
        customer::CustomerRef,
        event::{Event, ReconnectLink},
        ids::WebhookEndpointId,
        time::Timestamp,
        webhook::{Delivering, DisabledBecause, Next, WebhookDelivery, WebhookEndpoint, WebhookTry},
    },
    flows::{
        Broken, Context,
        links::{self, Made, NewLink, Wanted},
    },
    providers::webhooks::{self, Message},
    store::UnitOfWork,
    vault::signature,
};

/// Longer than an outbound call may take.
const LEASE_SECONDS: i64 = 60;
/// How many go to one endpoint at a time.
const AT_A_TIME: i64 = 8;
const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;
const LINK_SECONDS: i64 = 7 * 24 * 60 * 60;

/// The endpoints for which something is due.
pub async fn due_endpoints(context: &Context) -> Result<Vec<WebhookEndpointId>, Broken> {
    Ok(context.store().read().webhook_deliveries().due_endpoints(context.now()).await?)
}

/// Sends what is due to this endpoint, a few at a time; how many that were.
pub async fn deliver_due(context: &Context, endpoint: WebhookEndpointId) -> Result<usize, Broken> {
    let mut work = context.store().begin().await?;
    let Some(endpoint) = work.webhook_endpoints().find(endpoint).await?.filter(|found| found.disabled.is_none()) else { return Ok(0) };
    let claimed = work.webhook_deliveries().claim(endpoint.id, context.now(), AT_A_TIME, LEASE_SECONDS).await?;
    work.commit().await?;
    for sent in join_all(claimed.iter().map(|delivery| deliver(context, &endpoint, delivery))).await {
        sent?;
    }
    Ok(claimed.len())
}

/// Removes events from more than 30 days ago, with their deliveries and tries.
pub async fn purge(context: &Context) -> Result<(), Broken> {
    let mut work = context.store().begin().await?;
    work.events().purge(context.now().plus_seconds(-KEPT_SECONDS)).await?;
    Ok(work.commit().await?)
}

async fn deliver(context: &Context, endpoint: &WebhookEndpoint, delivery: &WebhookDelivery<Delivering>) -> Result<(), Broken> {
    let message = message(context, endpoint, &delivery.state.event).await?;
    let at = context.now();
    let answer = webhooks::deliver(context.outbound(), &endpoint.url, message, at).await;
    let now = context.now();
    let tried = WebhookTry { at, answer, latency_ms: (now.as_millis() - at.as_millis()).max(0) };
    let [random] = context.random_bytes();
    let next = delivery.conclude(answer, now, random);
    let mut work = context.store().begin().await?;
    if work.webhook_deliveries().conclude(delivery, &tried, next).await? && answer.is_gone() {
        disable(context, &mut work, endpoint.id).await?;
    }
    work.commit().await?;
    if next == Next::GivenUp {
        tracing::warn!(delivery = %delivery.id, endpoint = %endpoint.id, "a webhook was given up");
    }
    Ok(())
}

async fn message(context: &Context, endpoint: &WebhookEndpoint, event: &Event) -> Result<Message, Broken> {
    let link = reconnect_link(context, endpoint, event).await?;
    let link = link.as_ref().map(|(url, expires_at)| ReconnectLink { url: url.expose_secret(), expires_at: *expires_at });
    let body = event.payload(link.as_ref()).to_string();
    let (id, now) = (event.id.to_string(), context.now());
    let timestamp = now.as_millis() / 1000;
    let mut signatures = Vec::new();
    for sealed in endpoint.secrets(now) {
        let place = context.vault().place(Uuid::nil(), endpoint.id.as_uuid(), SecretField::WebhookSecret, sealed.revision());
        let secret = context.vault().open(&place, sealed)?;
        signatures.push(signature::sign(&secret, &id, timestamp, &body).map_err(|error| Broken::Inconsistent(error.to_string()))?);
    }
    Ok(Message { id, timestamp, signatures: signatures.join(" "), body: SecretString::from(body) })
}

/// Made for this try: its token lies nowhere. Those of earlier tries stay good until they end, for one of them may have been
/// mailed although its receiver did not answer well.
async fn reconnect_link(context: &Context, endpoint: &WebhookEndpoint, event: &Event) -> Result<Option<(SecretString, Timestamp)>, Broken> {
    let data = &event.data;
    // A link opens an instance's slot.
    let (Some(customer), Some(connection), Some(_)) = (&data.customer, data.connection_id, data.instance) else { return Ok(None) };
    if !endpoint.reconnect_links || !event.kind.calls_for_a_person() {
        return Ok(None);
    }
    let (customer, wanted) = (CustomerRef::Id(customer.id), Wanted::Connection(connection));
    let new = NewLink { wanted, user: None, expires_in_seconds: LINK_SECONDS, is_mailed: false };
    match links::create(context, Scope::Organization, &Actor::System, &customer, new).await? {
        Made::Link(made) => Ok(Some((made.url, made.link.expires_at))),
        Made::NoSuchCustomer | Made::NoSuchTarget => Ok(None),
    }
}

async fn disable(context: &Context, work: &mut UnitOfWork, id: WebhookEndpointId) -> Result<(), Broken> {
    let Some(endpoint) = work.webhook_endpoints().find(id).await?.filter(|found| found.disabled.is_none()) else { return Ok(()) };
    let disabled = WebhookEndpoint { disabled: Some(DisabledBecause::Gone), updated_at: context.now(), ..endpoint };
    // Changed meanwhile by a person: the next 410 will tell again.
    if work.webhook_endpoints().save(&disabled).await?.is_some() {
        note(context, work, &Actor::System, AuditAction::WebhookEndpointDisabled, id).await?;
    }
    Ok(())
}
