//! What a link to a reusable connection began: nobody's to choose until it is connected, and gone when nobody finished it.

use super::{bindings::of, *};

async fn link(fixture: &Fixture, customer: &Customer) -> Link {
    let link = link_to(customer, 7, LinkTarget::ReusableConnection { definition: key("acme-erp"), made: None });
    let mut work = fixture.begin().await;
    work.links().insert(&link).await.unwrap();
    work.commit().await.unwrap();
    link
}

#[tokio::test]
async fn what_a_link_began_is_listed_when_it_is_finished() {
    let fixture = Fixture::new().await;
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    let (made, link, scope) = (fixture.owned(of(&acme), "Acme ERP").await, link(&fixture, &acme).await, scope_of(&acme));
    let mut work = fixture.begin().await;
    assert!(!work.links().make(scope_of(&other), link.id, made.id).await.unwrap());
    assert!(work.links().make(scope, link.id, made.id).await.unwrap());
    assert!(!work.links().make(scope, link.id, made.id).await.unwrap(), "it makes one");
    assert!(work.connections().is_begun(scope, made.id).await.unwrap());
    assert!(!work.connections().is_begun(scope_of(&other), made.id).await.unwrap());
    assert!(work.connections().list_saved(scope, acme.id, None, None, 10).await.unwrap().is_empty());
    assert!(!work.connections().has_any_of(&key("acme-erp")).await.unwrap(), "nor does it keep its definition");
    let names = work.connections().list_names(scope, acme.id, &key("acme-erp")).await.unwrap();
    assert_eq!(names, [(made.id, "Acme ERP".to_owned())], "its name is taken");
    assert!(work.connections().list_names(scope_of(&other), acme.id, &key("acme-erp")).await.unwrap().is_empty());
    assert!(work.links().mark_finished(link.id, Some(made.id), false, later(1)).await.unwrap());
    assert_eq!(work.connections().list_saved(scope, acme.id, None, None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_nobody_finished_goes_and_the_link_is_as_before() {
    let fixture = Fixture::new().await;
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    let (made, link, scope) = (fixture.owned(of(&acme), "Acme ERP").await, link(&fixture, &acme).await, scope_of(&acme));
    let mut work = fixture.begin().await;
    work.links().make(scope, link.id, made.id).await.unwrap();
    let definition = key("acme-erp");
    assert!(work.connections().list_abandoned(scope, acme.id, &definition, later(59)).await.unwrap().is_empty(), "it still works");
    assert!(work.connections().list_abandoned(scope_of(&other), acme.id, &definition, later(60)).await.unwrap().is_empty());
    assert_eq!(work.connections().list_abandoned(scope, acme.id, &definition, later(60)).await.unwrap(), [made.id]);
    work.links().unmake(scope_of(&other), made.id).await.unwrap();
    assert!(work.connections().is_begun(scope, made.id).await.unwrap());
    work.links().unmake(scope, made.id).await.unwrap();
    assert!(work.connections().delete_unused(scope, made.id).await.unwrap());
    let found = work.links().find(scope, link.id).await.unwrap().unwrap();
    assert_eq!(found.target, link.target);
}
