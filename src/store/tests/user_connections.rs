use super::*;
use crate::domain::{
    customer_user::{CustomerRole, CustomerUser, CustomerUserRef},
    ids::CustomerUserId,
};

async fn user(fixture: &Fixture, customer: &Customer, external_id: &str) -> CustomerUser {
    let user = CustomerUser {
        id: CustomerUserId::from_uuid(id()),
        customer_id: customer.id,
        external_id: Some(external_id.into()),
        email: format!("{external_id}@{}.test", customer.external_id),
        name: external_id.into(),
        role: CustomerRole::Member,
        password_hash: None,
        identity: None,
        created_at: NOW,
        signed_in_at: None,
        disabled_at: None,
    };
    let mut work = fixture.begin().await;
    assert_eq!(work.customer_users().insert(&user).await.unwrap(), Insertion::Inserted);
    assert_eq!(
        work.customer_users()
            .insert(&CustomerUser { id: CustomerUserId::from_uuid(id()), email: "x@y.test".into(), ..user.clone() })
            .await
            .unwrap(),
        Insertion::Duplicate
    );
    work.commit().await.unwrap();
    user
}

fn of_user(instance: &Instance, user: &CustomerUser) -> Connection {
    let owner = ConnectionOwner::User { instance_id: instance.id, customer_id: instance.customer_id, slot: key("desk"), user_id: user.id };
    Connection { id: ConnectionId::from_uuid(id()), owner, credential: credential(1), ..connection_in(instance, "desk") }
}

#[tokio::test]
async fn a_users_own_is_found_by_the_user_and_in_no_other_way() {
    let fixture = Fixture::new().await;
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    let instance = fixture.instance(&acme).await;
    let shared = fixture.connection(&instance, "desk").await;
    let (ann, bob) = (user(&fixture, &acme, "ann").await, user(&fixture, &acme, "bob").await);
    let foreign = user(&fixture, &other, "ann").await;
    let mut work = fixture.begin().await;
    let mut made = Vec::new();
    for user in [&ann, &bob] {
        let connection = of_user(&instance, user);
        assert_eq!(work.connections().insert(&connection).await.unwrap(), Insertion::Inserted);
        assert_eq!(work.connections().insert(&of_user(&instance, user)).await.unwrap(), Insertion::Duplicate, "one a user");
        made.push(connection);
    }
    work.commit().await.unwrap();

    let scope = scope_of(&acme);
    for (user, connection) in [(&ann, &made[0]), (&bob, &made[1])] {
        let external = CustomerUserRef::External(user.external_id.clone().unwrap());
        for named in [CustomerUserRef::Id(user.id), external] {
            let found = fixture.read().connections().find_of_user(scope, instance.id, "desk", &named).await.unwrap().unwrap();
            assert_eq!((found.connection.id, &found.connection.owner), (connection.id, &connection.owner));
        }
        let theirs = fixture.read().connections().list_of_user(scope, user.id).await.unwrap();
        assert_eq!(theirs.iter().map(|one| one.id).collect::<Vec<_>>(), [connection.id]);
    }
    let named = |user: &CustomerUser| CustomerUserRef::Id(user.id);
    assert!(fixture.read().connections().find_of_user(scope, instance.id, "other", &named(&ann)).await.unwrap().is_none());
    assert!(fixture.read().connections().find_of_user(ORGANIZATION, instance.id, "desk", &named(&foreign)).await.unwrap().is_none());
    for user in [&ann, &foreign] {
        let found = fixture.read().connections().find_of_user(scope_of(&other), instance.id, "desk", &named(user)).await.unwrap();
        assert!(found.is_none());
    }
    assert!(fixture.read().connections().list_of_users(scope_of(&other), instance.id).await.unwrap().is_empty());
    // What everybody shares is as it would be without them.
    let found = fixture.read().connections().find_in_slot(scope, instance.id, "desk").await.unwrap().unwrap();
    assert_eq!(found.connection.id, shared.id);
    assert_eq!(fixture.read().connections().list_in_slots(scope, instance.id).await.unwrap().len(), 1);
    assert_eq!(fixture.read().connections().list_in_slots_of(std::slice::from_ref(&instance)).await.unwrap().len(), 1);
    assert_eq!(fixture.read().connections().list_of_instance(scope, instance.id).await.unwrap().len(), 1);
    assert_eq!(fixture.read().connections().list_of_users(scope, instance.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn who_is_disabled_has_none_and_goes_only_after_them() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let instance = fixture.instance(&acme).await;
    let ann = user(&fixture, &acme, "ann").await;
    let connection = of_user(&instance, &ann);
    let mut work = fixture.begin().await;
    assert_eq!(work.connections().insert(&connection).await.unwrap(), Insertion::Inserted);
    work.commit().await.unwrap();

    let mut work = fixture.begin().await;
    assert!(work.customer_users().set_disabled(acme.id, ann.id, Some(NOW)).await.unwrap());
    let named = CustomerUserRef::Id(ann.id);
    assert!(work.connections().find_of_user(ORGANIZATION, instance.id, "desk", &named).await.unwrap().is_none());
    drop(work);
    let mut work = fixture.begin().await;
    assert!(work.customer_users().delete(acme.id, ann.id).await.is_err(), "what they connected is in the way");
    drop(work);
    let mut work = fixture.begin().await;
    assert!(work.connections().delete(scope_of(&acme), connection.id).await.unwrap());
    assert!(work.customer_users().delete(acme.id, ann.id).await.unwrap());
    work.commit().await.unwrap();
}

#[tokio::test]
async fn a_customer_goes_with_its_users_and_what_is_theirs() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let instance = fixture.instance(&acme).await;
    let ann = user(&fixture, &acme, "ann").await;
    let mut work = fixture.begin().await;
    assert_eq!(work.connections().insert(&of_user(&instance, &ann)).await.unwrap(), Insertion::Inserted);
    assert_eq!(work.customers().delete(ORGANIZATION, acme.id).await.unwrap(), CustomerDeletion::Deleted);
    assert!(work.connections().list_of_user(ORGANIZATION, ann.id).await.unwrap().is_empty());
    work.commit().await.unwrap();
}
