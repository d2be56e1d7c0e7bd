//! The queue of deliveries, and their log. Due by the product's clock, leased by the database's, saved under a fence.

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    event::{Event, EventData, EventKind},
    ids::{EventId, WebhookDeliveryId, WebhookEndpointId},
    time::Timestamp,
    webhook::{Answer, Delivering, DeliveryStatus, DeliverySummary, Next, WebhookDelivery, WebhookTry},
};

/// They are the organization's, so they take no scope.
pub struct WebhookDeliveries<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct SummaryRow {
    id: Uuid,
    endpoint_id: Uuid,
    event_id: Uuid,
    kind: String,
    occurred_at: i64,
    status: String,
    due_at: Option<i64>,
    ended_at: Option<i64>,
    tries: i64,
    created_at: i64,
}

#[derive(FromRow)]
struct ClaimedRow {
    id: Uuid,
    endpoint_id: Uuid,
    event_id: Uuid,
    tries: i64,
    fence: i64,
}

#[derive(FromRow)]
struct EventRow {
    id: Uuid,
    kind: String,
    occurred_at: i64,
    data: Json<EventData>,
}

#[derive(FromRow)]
struct TryRow {
    tried_at: i64,
    status: Option<i64>,
    failure: Option<String>,
    latency_ms: i64,
}

/// Unix milliseconds by the engine's clock.
macro_rules! sqlite_now {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}
macro_rules! postgres_now {
    () => {
        "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
    };
}
/// Nobody else is at it, or whoever was has been gone for longer than a lease.
macro_rules! is_free {
    ($now:expr) => {
        concat!("(status <> 'delivering' OR lease_until <= ", $now, ")")
    };
}
macro_rules! due_endpoints {
    ($now:expr) => {
        concat!(
            "SELECT id FROM webhook_endpoints WHERE disabled IS NULL AND EXISTS (SELECT 1 FROM webhook_deliveries
             WHERE endpoint_id = webhook_endpoints.id AND due_at <= $1 AND ",
            is_free!($now),
            ")"
        )
    };
}
macro_rules! claim {
    ($now:expr, $lock:literal) => {
        concat!(
            "UPDATE webhook_deliveries SET status = 'delivering', fence = fence + 1, lease_until = $4 * 1000 + ",
            $now,
            " WHERE id IN (SELECT id FROM webhook_deliveries WHERE endpoint_id = $1 AND due_at <= $2 AND ",
            is_free!($now),
            " ORDER BY due_at LIMIT $3",
            $lock,
            ") RETURNING id, endpoint_id, event_id, tries, fence"
        )
    };
}
macro_rules! summary {
    () => {
        "SELECT d.id, d.endpoint_id, d.event_id, e.kind, e.occurred_at, d.status, d.due_at, d.ended_at, d.tries, d.created_at
         FROM webhook_deliveries d JOIN events e ON e.id = d.event_id WHERE "
    };
}

statements! {
    INSERT = both(
        "INSERT INTO webhook_deliveries (id, event_id, endpoint_id, status, due_at, created_at) VALUES ($1, $2, $3, 'pending', $4, $4)"
    );
    FIND = both(concat!(summary!(), "d.id = $1"));
    LIST = both(concat!(
        summary!(), "d.endpoint_id = $1 AND (d.status = $2 OR $2 IS NULL) AND (d.id < $3 OR $3 IS NULL) ORDER BY d.id DESC LIMIT $4"
    ));
    EVENT = both("SELECT id, kind, occurred_at, data FROM events WHERE id = $1");
    TRIES = both("SELECT tried_at, status, failure, latency_ms FROM webhook_tries WHERE delivery_id = $1 ORDER BY id");
    DUE_ENDPOINTS = split { sqlite: due_endpoints!(sqlite_now!()), postgres: due_endpoints!(postgres_now!()) };
    CLAIM = split { sqlite: claim!(sqlite_now!(), ""), postgres: claim!(postgres_now!(), " FOR UPDATE SKIP LOCKED") };
    CONCLUDE = both(
        "UPDATE webhook_deliveries SET status = $3, due_at = $4, ended_at = $5, tries = tries + 1, lease_until = NULL
         WHERE id = $1 AND fence = $2 AND status = 'delivering'"
    );
    // Not of a delivery that was deleted meanwhile.
    INSERT_TRY = both(
        "INSERT INTO webhook_tries (delivery_id, tried_at, status, failure, latency_ms)
         SELECT id, $2, $3, $4, $5 FROM webhook_deliveries WHERE id = $1"
    );
    REQUEUE = both(
        "UPDATE webhook_deliveries SET status = 'pending', due_at = $2, ended_at = NULL, tries = 0, lease_until = NULL
         WHERE id = $1 AND status <> 'delivering'"
    );
}

impl WebhookDeliveries<'_> {
    /// Due at once.
    pub async fn insert(
        &mut self,
        id: WebhookDeliveryId,
        event: EventId,
        endpoint: WebhookEndpointId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(self.source, INSERT, id.as_uuid(), event.as_uuid(), endpoint.as_uuid(), now.as_millis()).map(drop)
    }

    pub async fn find(&mut self, id: WebhookDeliveryId) -> Result<Option<DeliverySummary>, StoreError> {
        let row = fetch!(fetch_optional as SummaryRow; self.source, FIND, id.as_uuid())?;
        row.map(DeliverySummary::try_from).transpose()
    }

    /// Newest first. `status`: one of `DeliveryStatus::NAMES`. `cursor`: the last one of the page before.
    pub async fn list(
        &mut self,
        endpoint: WebhookEndpointId,
        status: Option<&str>,
        cursor: Option<WebhookDeliveryId>,
        limit: i64,
    ) -> Result<Vec<DeliverySummary>, StoreError> {
        let cursor = cursor.map(WebhookDeliveryId::as_uuid);
        let rows = fetch!(fetch_all as SummaryRow; self.source, LIST, endpoint.as_uuid(), status, cursor, limit)?;
        rows.into_iter().map(DeliverySummary::try_from).collect()
    }

    pub async fn event(&mut self, id: EventId) -> Result<Option<Event>, StoreError> {
        let row = fetch!(fetch_optional as EventRow; self.source, EVENT, id.as_uuid())?;
        row.map(Event::try_from).transpose()
    }

    /// Every try of it, oldest first, those before a replay too.
    pub async fn tries(&mut self, id: WebhookDeliveryId) -> Result<Vec<WebhookTry>, StoreError> {
        let rows = fetch!(fetch_all as TryRow; self.source, TRIES, id.as_uuid())?;
        rows.into_iter().map(WebhookTry::try_from).collect()
    }

    /// The enabled ones for which something waits that nobody is at.
    pub async fn due_endpoints(&mut self, now: Timestamp) -> Result<Vec<WebhookEndpointId>, StoreError> {
        let rows = fetch!(fetch_all as (Uuid,); self.source, DUE_ENDPOINTS, now.as_millis())?;
        Ok(rows.into_iter().map(|(id,)| WebhookEndpointId::from_uuid(id)).collect())
    }

    pub async fn claim(
        &mut self,
        endpoint: WebhookEndpointId,
        now: Timestamp,
        limit: i64,
        lease_seconds: i64,
    ) -> Result<Vec<WebhookDelivery<Delivering>>, StoreError> {
        let rows = fetch!(fetch_all as ClaimedRow; self.source, CLAIM, endpoint.as_uuid(), now.as_millis(), limit, lease_seconds)?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let event = self.event(EventId::from_uuid(row.event_id)).await?;
            let event = event.ok_or_else(|| StoreError::unreadable("webhook_deliveries.event_id"))?;
            claimed.push(WebhookDelivery {
                id: WebhookDeliveryId::from_uuid(row.id),
                endpoint_id: WebhookEndpointId::from_uuid(row.endpoint_id),
                tries: usize::try_from(row.tries).unwrap_or(0),
                state: Delivering { fence: row.fence, event },
            });
        }
        Ok(claimed)
    }

    /// The try is logged in any case. False: its lease had passed to someone else, whose word counts.
    pub async fn conclude(&mut self, delivery: &WebhookDelivery<Delivering>, tried: &WebhookTry, next: Next) -> Result<bool, StoreError> {
        let (status, failure) = match tried.answer {
            Answer::Status { status, .. } => (Some(i64::from(status)), None),
            Answer::Failed(reason) => (None, Some(reason.code())),
        };
        execute!(self.source, INSERT_TRY, delivery.id.as_uuid(), tried.at.as_millis(), status, failure, tried.latency_ms)?;
        let (word, due_at, ended_at) = match next {
            Next::Delivered => ("delivered", None, Some(tried.at.as_millis())),
            Next::RetryAt(at) => ("retrying", Some(at.as_millis()), None),
            Next::GivenUp => ("given_up", None, Some(tried.at.as_millis())),
        };
        execute!(self.source, CONCLUDE, delivery.id.as_uuid(), delivery.state.fence, word, due_at, ended_at).map(|rows| rows == 1)
    }

    /// Due at once, with all its tries before it. False: it is on its way just now, or not there.
    pub async fn requeue(&mut self, id: WebhookDeliveryId, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, REQUEUE, id.as_uuid(), now.as_millis()).map(|rows| rows == 1)
    }
}

fn kind(name: &str) -> Result<EventKind, StoreError> {
    EventKind::by_name(name).ok_or_else(|| StoreError::unreadable("events.kind"))
}

impl TryFrom<SummaryRow> for DeliverySummary {
    type Error = StoreError;
    fn try_from(row: SummaryRow) -> Result<Self, StoreError> {
        let (due_at, at) = (columns::time(row.due_at), columns::time(row.ended_at));
        let status = match (row.status.as_str(), due_at, at) {
            ("pending", Some(due_at), _) => DeliveryStatus::Pending { due_at },
            ("delivering", ..) => DeliveryStatus::Delivering,
            ("retrying", Some(due_at), _) => DeliveryStatus::Retrying { due_at },
            ("delivered", _, Some(at)) => DeliveryStatus::Delivered { at },
            ("given_up", _, Some(at)) => DeliveryStatus::GivenUp { at },
            _ => return Err(StoreError::unreadable("webhook_deliveries.status")),
        };
        Ok(Self {
            id: WebhookDeliveryId::from_uuid(row.id),
            endpoint_id: WebhookEndpointId::from_uuid(row.endpoint_id),
            event_id: EventId::from_uuid(row.event_id),
            kind: kind(&row.kind)?,
            event_at: Timestamp::from_millis(row.occurred_at),
            status,
            tries: usize::try_from(row.tries).unwrap_or(0),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

impl TryFrom<EventRow> for Event {
    type Error = StoreError;
    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let (id, at) = (EventId::from_uuid(row.id), Timestamp::from_millis(row.occurred_at));
        Ok(Self { id, kind: kind(&row.kind)?, at, data: row.data.0 })
    }
}

impl TryFrom<TryRow> for WebhookTry {
    type Error = StoreError;
    fn try_from(row: TryRow) -> Result<Self, StoreError> {
        let answer = match (row.status, columns::reason(row.failure)?) {
            (Some(status), None) => {
                let status = u16::try_from(status).map_err(|_| StoreError::unreadable("webhook_tries.status"))?;
                Answer::Status { status, retry_after_seconds: None }
            }
            (None, Some(reason)) => Answer::Failed(reason),
            _ => return Err(StoreError::unreadable("webhook_tries.failure")),
        };
        Ok(Self { at: Timestamp::from_millis(row.tried_at), answer, latency_ms: row.latency_ms })
    }
}
