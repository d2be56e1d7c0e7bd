use super::*;
use crate::domain::{instance::InstanceStatus, value::Value};

#[tokio::test]
async fn an_instance_comes_back_as_it_was_saved() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let draft = fixture.instance(&acme).await;
    let values = [
        (key("b"), Value::Boolean(true)),
        (key("i"), Value::Integer(-8)),
        (key("l"), Value::List(vec!["x".into(), "y".into()])),
        (key("m"), Value::Map([("k".to_owned(), "v".to_owned())].into())),
        (key("n"), Value::Number(1.5)),
        (key("t"), Value::Text("42".into())),
    ];
    let changed = Instance {
        status: InstanceStatus::Paused,
        name: "Alerts".into(),
        integration_version: 3,
        variables: values.clone().into(),
        draft_variables: values.into(),
        visited_pages: [key("a page")].into(),
        updated_at: later(1),
        deployed_at: Some(later(2)),
        ..draft.clone()
    };
    let mut work = fixture.begin().await;
    assert_eq!(work.instances().save(scope_of(&acme), &changed, 1).await.unwrap(), Some(2));
    work.commit().await.unwrap();
    let found = fixture.read().instances().find(scope_of(&acme), draft.id).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", Instance { revision: 2, ..changed }));
}

#[tokio::test]
async fn of_two_saves_from_one_revision_the_second_is_stale() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let mut work = fixture.begin().await;
    assert_eq!(work.instances().save(ORGANIZATION, &instance, 1).await.unwrap(), Some(2));
    assert_eq!(work.instances().save(ORGANIZATION, &instance, 1).await.unwrap(), None);
}

#[tokio::test]
async fn lists_narrow_by_customer_and_integration_and_the_newest_draft_is_resumed() {
    let fixture = Fixture::new().await;
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    let (first, second, foreign) = (fixture.instance(&acme).await, fixture.instance(&acme).await, fixture.instance(&other).await);
    let list = async |scope, filter: InstanceFilter, cursor, limit| {
        let listed = fixture.read().instances().list(scope, &filter, cursor, limit).await.unwrap();
        listed.into_iter().map(|instance| instance.id).collect::<Vec<_>>()
    };
    let of_acme = InstanceFilter { customer: Some(acme.id), ..InstanceFilter::default() };
    let of_nothing = InstanceFilter { integration: Some(key("none")), ..InstanceFilter::default() };
    assert_eq!(list(ORGANIZATION, InstanceFilter::default(), None, 9).await, [first.id, second.id, foreign.id]);
    assert_eq!(list(ORGANIZATION, of_acme.clone(), Some(first.id), 9).await, [second.id]);
    assert_eq!(list(ORGANIZATION, of_acme.clone(), None, 1).await, [first.id]);
    assert_eq!(list(ORGANIZATION, of_nothing, None, 9).await, []);
    assert_eq!(list(scope_of(&other), InstanceFilter::default(), None, 9).await, [foreign.id]);
    assert_eq!(list(scope_of(&other), of_acme, None, 9).await, []);

    let find_draft = async |scope| {
        let draft = fixture.read().instances().find_draft(scope, acme.id, &key("ticket-alerts")).await.unwrap();
        draft.map(|draft| draft.id)
    };
    assert_eq!(find_draft(scope_of(&acme)).await, Some(second.id));
    assert_eq!(find_draft(scope_of(&other)).await, None);
    let mut work = fixture.begin().await;
    let active = Instance { status: InstanceStatus::Active, ..second };
    assert!(work.instances().save(ORGANIZATION, &active, 1).await.unwrap().is_some());
    work.commit().await.unwrap();
    assert_eq!(find_draft(ORGANIZATION).await, Some(first.id));
}

#[tokio::test]
async fn another_customers_scope_finds_and_changes_nothing() {
    let fixture = Fixture::new().await;
    let instance = fixture.instance(&fixture.customer("acme").await).await;
    let foreign = scope_of(&fixture.customer("other").await);
    let mut work = fixture.begin().await;
    assert!(work.instances().find(foreign, instance.id).await.unwrap().is_none());
    assert_eq!(work.instances().save(foreign, &instance, 1).await.unwrap(), None);
}
