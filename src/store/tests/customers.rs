use super::*;
use crate::domain::{customer::CustomerRef, instance::InstanceStatus};

#[tokio::test]
async fn a_customer_from_first_to_last() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    for name in [CustomerRef::Id(acme.id), CustomerRef::External("acme".into())] {
        assert_eq!(fixture.read().customers().find(ORGANIZATION, &name).await.unwrap().as_ref(), Some(&acme));
        assert_eq!(fixture.read().customers().find(scope_of(&acme), &name).await.unwrap().as_ref(), Some(&acme));
    }

    let mut work = fixture.begin().await;
    assert_eq!(work.customers().insert(&customer("acme")).await.unwrap(), Insertion::Duplicate);
    let renamed = Customer { name: "Acme Corporation".into(), updated_at: later(5), ..acme.clone() };
    assert!(work.customers().save(ORGANIZATION, &renamed, 1).await.unwrap());
    assert!(!work.customers().save(ORGANIZATION, &acme, 1).await.unwrap(), "stale");
    work.commit().await.unwrap();
    let found = fixture.read().customers().find(ORGANIZATION, &CustomerRef::Id(acme.id)).await.unwrap().unwrap();
    assert_eq!(found, Customer { revision: 2, ..renamed });

    let mut work = fixture.begin().await;
    assert_eq!(work.customers().delete(ORGANIZATION, acme.id).await.unwrap(), CustomerDeletion::Deleted);
    assert_eq!(work.customers().delete(ORGANIZATION, acme.id).await.unwrap(), CustomerDeletion::NotFound);
    work.commit().await.unwrap();
}

#[tokio::test]
async fn customers_are_listed_page_by_page() {
    let fixture = Fixture::new().await;
    let mut ids = Vec::new();
    for external_id in ["a", "b", "c"] {
        ids.push(fixture.customer(external_id).await.id);
    }
    let page = async |cursor, limit| {
        let listed = fixture.read().customers().list(ORGANIZATION, cursor, limit).await.unwrap();
        listed.into_iter().map(|customer| customer.id).collect::<Vec<_>>()
    };
    assert_eq!(page(None, 2).await, ids[..2]);
    assert_eq!(page(Some(ids[1]), 2).await, ids[2..]);
    assert_eq!(page(Some(ids[2]), 2).await, []);
}

#[tokio::test]
async fn a_customer_with_a_deployed_instance_stays_and_drafts_go_with_theirs() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let instance = fixture.instance(&acme).await;
    let connection = fixture.connection(&instance, "zendesk").await;

    let mut work = fixture.begin().await;
    let active = Instance { status: InstanceStatus::Active, ..instance.clone() };
    assert_eq!(work.instances().save(ORGANIZATION, &active, 1).await.unwrap(), Some(2));
    assert_eq!(work.customers().delete(ORGANIZATION, acme.id).await.unwrap(), CustomerDeletion::InUse);
    drop(work);

    let mut work = fixture.begin().await;
    assert_eq!(work.customers().delete(ORGANIZATION, acme.id).await.unwrap(), CustomerDeletion::Deleted);
    assert!(work.instances().find(ORGANIZATION, instance.id).await.unwrap().is_none());
    assert!(work.connections().find(ORGANIZATION, connection.id).await.unwrap().is_none());
}

#[tokio::test]
async fn another_customers_scope_finds_and_changes_nothing() {
    let fixture = Fixture::new().await;
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    let foreign = scope_of(&other);
    let mut work = fixture.begin().await;
    assert!(work.customers().find(foreign, &CustomerRef::Id(acme.id)).await.unwrap().is_none());
    assert!(work.customers().find(foreign, &CustomerRef::External("acme".into())).await.unwrap().is_none());
    assert!(!work.customers().save(foreign, &acme, 1).await.unwrap());
    assert_eq!(work.customers().delete(foreign, acme.id).await.unwrap(), CustomerDeletion::NotFound);
    assert_eq!(work.customers().list(foreign, None, 10).await.unwrap(), [other]);
}
