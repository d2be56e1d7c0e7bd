//! Mails under their fence, and alerts one a cause.

use super::*;
use crate::domain::{
    alert::{AlertKind, NewAlert, Subject},
    connection::ConnectionState,
    ids::{AlertId, MailId},
    mail::NextTry,
    reason::Reason,
};

#[tokio::test]
async fn a_mail_is_claimed_by_one_saved_under_its_fence_and_empty_at_its_end() {
    let fixture = Fixture::new().await;
    let id = MailId::from_uuid(id());
    let mut work = fixture.begin().await;
    work.mails().insert(id, "test", "kim@acme.example", &sealed(1), NOW).await.unwrap();
    assert!(!work.mails().is_any_due(later(-1)).await.unwrap() && work.mails().is_any_due(NOW).await.unwrap());
    let first = work.mails().claim(NOW, 8, 60).await.unwrap();
    assert_eq!((first.len(), first[0].id, first[0].tries), (1, id, 0));
    assert!(work.mails().claim(NOW, 8, 60).await.unwrap().is_empty(), "it is leased");
    assert!(work.mails().failed(&first[0], "smtp 451", NextTry::At(later(10)), NOW).await.unwrap());
    assert!(!work.mails().sent(&first[0], NOW).await.unwrap(), "saved already");
    let second = work.mails().claim(later(10), 8, 0).await.unwrap();
    let third = work.mails().claim(later(10), 8, 60).await.unwrap();
    assert!(!work.mails().sent(&second[0], later(10)).await.unwrap(), "its lease passed on");
    assert!(work.mails().sent(&third[0], later(10)).await.unwrap());
    let [mail] = &work.mails().list(9).await.unwrap()[..] else { panic!() };
    assert_eq!((mail.status.as_str(), mail.failure.as_deref()), ("delivered", None));
    assert!(work.mails().claim(later(99), 8, 60).await.unwrap().is_empty());
    assert_eq!((work.mails().purge(later(10)).await.unwrap(), work.mails().purge(later(11)).await.unwrap()), (0, 1));
}

#[tokio::test]
async fn a_cause_is_found_once_and_is_gone_when_it_is() {
    let fixture = Fixture::new().await;
    let customer = fixture.customer("acme").await;
    let connection = fixture.connection(&fixture.instance(&customer).await, "zendesk").await;
    let mut work = fixture.begin().await;
    assert!(work.alerts().list_unalerted(NOW, 3, 9).await.unwrap().is_empty());
    let broken = Connection { state: ConnectionState::NeedsReconnecting(Reason::AuthNeedsReconnect), ..connection };
    let revision = work.connections().save(ORGANIZATION, &broken).await.unwrap().unwrap();
    let [(kind, subject)] = work.alerts().list_unalerted(NOW, 3, 9).await.unwrap()[..] else { panic!() };
    assert_eq!((kind, subject.connection_id, subject.customer_id), (AlertKind::NeedsReconnecting, Some(broken.id), Some(customer.id)));
    let alert = NewAlert { id: AlertId::from_uuid(id()), kind, subject, opened_at: NOW };
    assert!(work.alerts().open(&alert).await.unwrap());
    assert!(!work.alerts().open(&NewAlert { id: AlertId::from_uuid(id()), ..alert }).await.unwrap(), "one is open");
    assert!(work.alerts().list_unalerted(NOW, 3, 9).await.unwrap().is_empty());
    assert!(work.alerts().list_gone(NOW, 9).await.unwrap().is_empty());
    let mended = Connection { state: ConnectionState::Connected, revision, ..broken };
    work.connections().save(ORGANIZATION, &mended).await.unwrap().unwrap();
    assert_eq!(work.alerts().list_gone(NOW, 9).await.unwrap(), [alert.id]);
    assert!(work.alerts().close(alert.id, NOW).await.unwrap() && !work.alerts().close(alert.id, NOW).await.unwrap());
    assert!(work.alerts().open(&NewAlert { id: AlertId::from_uuid(id()), ..alert }).await.unwrap(), "another may open");
    let help = Subject { connection_id: None, instance_id: None, customer_id: None, reason: None };
    assert!(!work.alerts().open(&NewAlert { subject: help, ..alert }).await.unwrap(), "about nothing");
}
