//! What was told of a connection, and the queue of what is to be sent.

use std::collections::BTreeSet;

use super::*;
use crate::domain::{
    connection::ConnectionState,
    event::{Event, EventData, EventKind},
    ids::{EventId, WebhookDeliveryId, WebhookEndpointId},
    reason::Reason,
    webhook::{Answer, DeliveryStatus, DisabledBecause, Next, WebhookEndpoint, WebhookTry},
};

fn endpoint() -> WebhookEndpoint {
    WebhookEndpoint {
        id: WebhookEndpointId::from_uuid(id()),
        url: "https://hooks.example/in".into(),
        description: "Ours".into(),
        kinds: BTreeSet::from([EventKind::ConnectionExpiring]),
        disabled: None,
        reconnect_links: true,
        secret: sealed(1),
        previous_secret: None,
        revision: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// An endpoint, and one delivery to it, due now.
async fn queued(fixture: &Fixture) -> (WebhookEndpoint, WebhookDeliveryId) {
    let (endpoint, delivery) = (endpoint(), WebhookDeliveryId::from_uuid(id()));
    let event = Event { id: EventId::from_uuid(id()), kind: EventKind::ConnectionExpiring, at: NOW, data: EventData::default() };
    let mut work = fixture.begin().await;
    work.webhook_endpoints().insert(&endpoint).await.unwrap();
    work.events().insert(&event).await.unwrap();
    work.webhook_deliveries().insert(delivery, event.id, endpoint.id, NOW).await.unwrap();
    work.commit().await.unwrap();
    (endpoint, delivery)
}

#[tokio::test]
async fn an_endpoint_comes_back_as_it_was_saved_and_a_stale_save_changes_nothing() {
    let fixture = Fixture::new().await;
    let (saved, _) = queued(&fixture).await;
    let rotated = WebhookEndpoint { disabled: Some(DisabledBecause::Gone), ..saved.clone().rotate(sealed(2), later(5)) };
    let mut work = fixture.begin().await;
    assert_eq!(work.webhook_endpoints().save(&rotated).await.unwrap(), Some(2));
    assert_eq!(work.webhook_endpoints().save(&rotated).await.unwrap(), None, "stale");
    let found = work.webhook_endpoints().find(saved.id).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", WebhookEndpoint { revision: 2, ..rotated }));
    assert_eq!(found.secrets(later(6)).count(), 2);
    assert_eq!(found.secrets(later(5 + 24 * 3600)).map(SealedSecret::revision).collect::<Vec<_>>(), [2]);
    assert!(work.webhook_endpoints().list_enabled().await.unwrap().is_empty());
    assert_eq!(work.webhook_endpoints().list(None, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_delivery_is_claimed_by_one_and_saved_under_its_fence() {
    let fixture = Fixture::new().await;
    let (endpoint, delivery) = queued(&fixture).await;
    let mut work = fixture.begin().await;
    assert!(work.webhook_deliveries().due_endpoints(later(-1)).await.unwrap().is_empty());
    assert_eq!(work.webhook_deliveries().due_endpoints(NOW).await.unwrap(), [endpoint.id]);
    let first = work.webhook_deliveries().claim(endpoint.id, NOW, 8, 60).await.unwrap();
    assert_eq!((first.len(), first[0].id, first[0].tries), (1, delivery, 0));
    assert!(work.webhook_deliveries().claim(endpoint.id, NOW, 8, 60).await.unwrap().is_empty(), "it is leased");
    assert!(work.webhook_deliveries().due_endpoints(NOW).await.unwrap().is_empty());
    assert!(!work.webhook_deliveries().requeue(delivery, NOW).await.unwrap(), "it is on its way");
    // Its lease is over: whoever holds it now is another.
    let retry = Next::RetryAt(later(5));
    let failed = WebhookTry { at: NOW, answer: Answer::Failed(Reason::Timeout), latency_ms: 15_000 };
    assert!(work.webhook_deliveries().conclude(&first[0], &failed, retry).await.unwrap());
    assert!(!work.webhook_deliveries().conclude(&first[0], &failed, Next::GivenUp).await.unwrap(), "saved already");
    let second = work.webhook_deliveries().claim(endpoint.id, later(5), 8, 0).await.unwrap();
    let third = work.webhook_deliveries().claim(endpoint.id, later(5), 8, 60).await.unwrap();
    assert_eq!((second[0].tries, third[0].tries), (1, 1));
    let passed = WebhookTry { at: later(5), answer: Answer::Status { status: 204, retry_after_seconds: None }, latency_ms: 3 };
    assert!(!work.webhook_deliveries().conclude(&second[0], &failed, retry).await.unwrap(), "its lease passed on");
    assert!(work.webhook_deliveries().conclude(&third[0], &passed, Next::Delivered).await.unwrap());
    let found = work.webhook_deliveries().find(delivery).await.unwrap().unwrap();
    assert_eq!((found.status, found.tries), (DeliveryStatus::Delivered { at: later(5) }, 2));
    assert_eq!(work.webhook_deliveries().tries(delivery).await.unwrap(), [failed, failed, failed, passed]);
    assert!(work.webhook_deliveries().claim(endpoint.id, later(99), 8, 60).await.unwrap().is_empty(), "it has ended");
    assert!(work.webhook_deliveries().requeue(delivery, later(9)).await.unwrap());
    let found = work.webhook_deliveries().list(endpoint.id, Some("pending"), None, 9).await.unwrap();
    assert_eq!((found[0].status, found[0].tries), (DeliveryStatus::Pending { due_at: later(9) }, 0));
    assert!(work.webhook_deliveries().list(endpoint.id, Some("delivered"), None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn old_events_go_with_all_that_was_sent_of_them() {
    let fixture = Fixture::new().await;
    let (endpoint, delivery) = queued(&fixture).await;
    let mut work = fixture.begin().await;
    let claimed = work.webhook_deliveries().claim(endpoint.id, NOW, 8, 60).await.unwrap();
    let tried = WebhookTry { at: NOW, answer: Answer::Failed(Reason::Timeout), latency_ms: 1 };
    assert!(work.webhook_deliveries().conclude(&claimed[0], &tried, Next::GivenUp).await.unwrap());
    assert_eq!(work.events().purge(NOW).await.unwrap(), 0);
    assert_eq!(work.events().purge(later(1)).await.unwrap(), 1);
    assert!(work.webhook_deliveries().find(delivery).await.unwrap().is_none());
    assert!(work.webhook_deliveries().tries(delivery).await.unwrap().is_empty());
    assert!(work.webhook_endpoints().delete(endpoint.id).await.unwrap());
}

#[tokio::test]
async fn what_was_told_of_a_connection_is_remembered() {
    let fixture = Fixture::new().await;
    let customer = fixture.customer("acme").await;
    let connection = fixture.connection(&fixture.instance(&customer).await, "zendesk").await;
    let mut work = fixture.begin().await;
    let at_first = work.events().connection(connection.id).await.unwrap().unwrap();
    assert_eq!((at_first.announced_status.as_str(), at_first.was_connected_before), ("not_connected", false));
    let connected = Connection { state: ConnectionState::Connected, ..connection };
    let revision = work.connections().save(ORGANIZATION, &connected).await.unwrap().unwrap();
    let told = work.events().connection(connected.id).await.unwrap().unwrap();
    assert_eq!((told.state, told.announced_status.as_str()), (ConnectionState::Connected, "not_connected"));
    let data = told.data;
    assert_eq!(
        (data.customer.unwrap().external_id.as_str(), data.slot, data.integration),
        ("acme", Some(key("zendesk")), Some(key("ticket-alerts")))
    );
    work.events().announce(connected.id, NOW).await.unwrap();
    let failed = Connection { state: ConnectionState::NotWorking(Reason::Timeout), revision, ..connected };
    assert!(work.connections().save(ORGANIZATION, &failed).await.unwrap().is_some(), "telling is no new revision");
    let told = work.events().connection(failed.id).await.unwrap().unwrap();
    assert_eq!((told.announced_status.as_str(), told.was_connected_before), ("connected", true));
}
