//! Where events are sent, and how one delivery goes: pending → delivering → delivered, retrying or given up.
//!
//! A delivery is at least once, in no particular order, under the event's id on each try.

use std::collections::BTreeSet;

use super::{
    credential::SealedSecret,
    event::{Event, EventKind},
    ids::{EventId, WebhookDeliveryId, WebhookEndpointId},
    reason::Reason,
    time::Timestamp,
};

/// How long a secret that was replaced still signs, beside the new one.
pub const PREVIOUS_SECRET_SECONDS: i64 = 24 * 60 * 60;

#[derive(Clone, Debug)]
pub struct WebhookEndpoint {
    pub id: WebhookEndpointId,
    pub url: String,
    pub description: String,
    /// None means all.
    pub kinds: BTreeSet<EventKind>,
    /// Nothing is sent to it, and new events are not queued for it. `None`: it is enabled.
    pub disabled: Option<DisabledBecause>,
    /// Events that call for a person carry a link for that person.
    pub reconnect_links: bool,
    pub secret: SealedSecret,
    pub previous_secret: Option<PreviousSecret>,
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct PreviousSecret {
    pub secret: SealedSecret,
    pub until: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisabledBecause {
    /// Somebody of the organization switched it off.
    Asked,
    /// It answered 410 Gone.
    Gone,
}

impl DisabledBecause {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Gone => "gone",
        }
    }
}

impl std::str::FromStr for DisabledBecause {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Asked, Self::Gone].into_iter().find(|because| because.as_str() == text).ok_or(())
    }
}

impl WebhookEndpoint {
    pub fn subscribes_to(&self, kind: EventKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// `secret` signs from now on; the one before goes on signing for a day, so that nobody has to change both ends at once.
    pub fn rotate(self, secret: SealedSecret, now: Timestamp) -> Self {
        let previous = PreviousSecret { secret: self.secret, until: now.plus_seconds(PREVIOUS_SECRET_SECONDS) };
        Self { secret, previous_secret: Some(previous), updated_at: now, ..self }
    }

    /// Those that sign, the newest first.
    pub fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &SealedSecret> {
        let previous = self.previous_secret.as_ref().filter(|previous| previous.until > now);
        std::iter::once(&self.secret).chain(previous.map(|previous| &previous.secret))
    }
}

#[derive(Clone, Debug)]
pub struct WebhookDelivery<S> {
    pub id: WebhookDeliveryId,
    pub endpoint_id: WebhookEndpointId,
    /// Since it was queued last.
    pub tries: usize,
    pub state: S,
}

/// Its lease is ours; what comes of it is saved under this fence.
#[derive(Clone, Debug)]
pub struct Delivering {
    pub fence: i64,
    pub event: Event,
}

/// Where a delivery stands, for whoever looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryStatus {
    Pending { due_at: Timestamp },
    Delivering,
    Retrying { due_at: Timestamp },
    Delivered { at: Timestamp },
    GivenUp { at: Timestamp },
}

impl DeliveryStatus {
    pub const NAMES: [&'static str; 5] = ["pending", "delivering", "retrying", "delivered", "given_up"];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Delivering => "delivering",
            Self::Retrying { .. } => "retrying",
            Self::Delivered { .. } => "delivered",
            Self::GivenUp { .. } => "given_up",
        }
    }
}

/// One try, as the delivery log keeps it: of the answer only its status, for the rest may hold anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebhookTry {
    pub at: Timestamp,
    pub answer: Answer,
    pub latency_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Status {
        status: u16,
        /// What it asked for by `Retry-After`.
        retry_after_seconds: Option<i64>,
    },
    /// There was none.
    Failed(Reason),
}

impl Answer {
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Status { status: 200..300, .. })
    }
    /// Nobody is there any more, and it says so.
    pub const fn is_gone(self) -> bool {
        matches!(self, Self::Status { status: 410, .. })
    }
}

/// What becomes of a delivery after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Delivered,
    RetryAt(Timestamp),
    GivenUp,
}

/// The waits after the first try, the second …; after the last one there is no more: some 75 hours in all.
const WAITS_SECONDS: [i64; 9] = [5, 5 * 60, 30 * 60, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
const HOUR: i64 = 60 * 60;
/// A receiver may ask for more patience than ours, but not for more than this.
const WAIT_MAX_SECONDS: i64 = 24 * HOUR;

impl WebhookDelivery<Delivering> {
    /// `random` spreads the retries of many deliveries over a tenth of their wait.
    pub fn conclude(&self, answer: Answer, now: Timestamp, random: u8) -> Next {
        if answer.is_accepted() {
            return Next::Delivered;
        }
        let Some(wait) = WAITS_SECONDS.get(self.tries).filter(|_| !answer.is_gone()) else { return Next::GivenUp };
        let asked = match answer {
            Answer::Status { retry_after_seconds, .. } => retry_after_seconds.unwrap_or(0).clamp(0, WAIT_MAX_SECONDS),
            Answer::Failed(_) => 0,
        };
        let jitter_millis = wait * 100 * i64::from(random) / 255;
        Next::RetryAt(Timestamp::from_millis(now.plus_seconds((*wait).max(asked)).as_millis() + jitter_millis))
    }
}

/// For the delivery log.
#[derive(Clone, Debug)]
pub struct DeliverySummary {
    pub id: WebhookDeliveryId,
    pub endpoint_id: WebhookEndpointId,
    pub event_id: EventId,
    pub kind: EventKind,
    pub event_at: Timestamp,
    pub status: DeliveryStatus,
    pub tries: usize,
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::EventData;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn after(tries: usize, answer: Answer, random: u8) -> Next {
        let id = uuid::Uuid::nil();
        let event = Event { id: EventId::from_uuid(id), kind: EventKind::WebhookTest, at: NOW, data: EventData::default() };
        let (endpoint_id, state) = (WebhookEndpointId::from_uuid(id), Delivering { fence: 1, event });
        WebhookDelivery { id: WebhookDeliveryId::from_uuid(id), endpoint_id, tries, state }.conclude(answer, NOW, random)
    }

    const fn status(status: u16) -> Answer {
        Answer::Status { status, retry_after_seconds: None }
    }

    #[test]
    fn a_receiver_that_fails_is_tried_ten_times_over_three_days() {
        let mut waited = 0;
        for tries in 0..9 {
            let Next::RetryAt(at) = after(tries, status(500), 0) else { panic!("{tries}") };
            waited += NOW.seconds_until(at);
        }
        assert_eq!(waited, 75 * HOUR + 35 * 60 + 5);
        assert_eq!(after(9, status(500), 0), Next::GivenUp);
        assert_eq!(after(9, Answer::Failed(Reason::Timeout), 0), Next::GivenUp);
    }

    #[test]
    fn jitter_adds_at_most_a_tenth() {
        assert_eq!(after(1, status(302), 255), Next::RetryAt(NOW.plus_seconds(330)));
        assert_eq!(after(1, Answer::Failed(Reason::HostRefused), 0), Next::RetryAt(NOW.plus_seconds(300)));
    }

    #[test]
    fn a_receiver_may_ask_for_more_patience_but_not_for_less_nor_for_ever() {
        let asks = |seconds| Answer::Status { status: 429, retry_after_seconds: Some(seconds) };
        assert_eq!(after(0, asks(60), 0), Next::RetryAt(NOW.plus_seconds(60)));
        assert_eq!(after(1, asks(60), 0), Next::RetryAt(NOW.plus_seconds(300)));
        assert_eq!(after(0, asks(i64::MAX), 0), Next::RetryAt(NOW.plus_seconds(WAIT_MAX_SECONDS)));
        assert_eq!(after(0, asks(-9), 0), Next::RetryAt(NOW.plus_seconds(5)));
    }

    #[test]
    fn any_2xx_is_enough_and_410_is_the_end() {
        assert_eq!(after(3, status(204), 0), Next::Delivered);
        assert_eq!(after(0, status(410), 0), Next::GivenUp);
    }
}
