//! What the console lists: by name, searched, filtered by how all is, a page at a time.

use super::*;
use crate::domain::{
    connection::ConnectionState,
    customer::CustomerRef,
    ids::LinkId,
    instance::InstanceStatus,
    link::{Link, LinkTarget},
    reason::Reason,
    roll_up::{RollUp, Tally},
    user::LinkUser,
};

async fn named(fixture: &Fixture, external_id: &str, name: &str) -> Customer {
    let customer = Customer { name: name.into(), ..customer(external_id) };
    let mut work = fixture.begin().await;
    assert!(work.customers().insert(&customer).await.unwrap().is_inserted());
    work.commit().await.unwrap();
    customer
}

async fn turned_on(fixture: &Fixture, customer: &Customer) -> Instance {
    let instance = fixture.instance(customer).await;
    let active = Instance { status: InstanceStatus::Active, deployed_at: Some(NOW), ..instance };
    let mut work = fixture.begin().await;
    assert!(work.instances().save(ORGANIZATION, &active, 1).await.unwrap().is_some());
    work.commit().await.unwrap();
    Instance { revision: 2, ..active }
}

async fn in_state(fixture: &Fixture, instance: &Instance, slot: &str, state: ConnectionState, account: &str) {
    let connection = Connection { state, account: Some(account.into()), ..connection_in(instance, slot) };
    let mut work = fixture.begin().await;
    assert!(work.connections().insert(&connection).await.unwrap().is_inserted());
    work.commit().await.unwrap();
}

/// A customer of each kind, and their names in order.
async fn one_of_each(fixture: &Fixture) -> [Customer; 4] {
    let broken = named(fixture, "c-1", "Zeppelin").await;
    let active = turned_on(fixture, &broken).await;
    in_state(fixture, &active, "desk", ConnectionState::NotWorking(Reason::AuthRejected), "ops@zeppelin.example").await;
    in_state(fixture, &active, "chat", ConnectionState::Connected, "zeppelin").await;
    let waiting = named(fixture, "c-2", "blue Fjord").await;
    fixture.instance(&waiting).await;
    let well = named(fixture, "c-3", "Amber 100%").await;
    let working = turned_on(fixture, &well).await;
    in_state(fixture, &working, "desk", ConnectionState::Connected, "ops@amber.example").await;
    // One that the organization manages was never saved, and waits for nobody.
    in_state(fixture, &working, "erp", ConnectionState::NotConnected, "").await;
    let nothing = named(fixture, "c-4", "Größe").await;
    [broken, waiting, well, nothing]
}

async fn names(fixture: &Fixture, search: &str, roll_up: Option<RollUp>) -> Vec<String> {
    let listed = fixture.read().directory().page(search, roll_up, &NameCursor::default(), 10).await.unwrap();
    listed.into_iter().map(|one| one.customer.name).collect()
}

#[tokio::test]
async fn customers_are_listed_by_name_with_how_all_is_with_each() {
    let fixture = Fixture::new().await;
    one_of_each(&fixture).await;
    let listed = fixture.read().directory().page("", None, &NameCursor::default(), 10).await.unwrap();
    let told: Vec<_> = listed.iter().map(|one| (one.customer.name.as_str(), one.roll_up, one.instances, one.turned_on)).collect();
    let expected = [
        ("Amber 100%", RollUp::Well, 1, 1),
        ("blue Fjord", RollUp::Waiting, 1, 0),
        ("Größe", RollUp::Nothing, 0, 0),
        ("Zeppelin", RollUp::Attention, 1, 1),
    ];
    assert_eq!(told, expected);
    for (name, roll_up, ..) in expected {
        assert_eq!(names(&fixture, "", Some(roll_up)).await, [name]);
    }
    let tally = fixture.read().directory().tally().await.unwrap();
    assert_eq!(tally, Tally { all: 4, attention: 1, waiting: 1, nothing: 1 });
    assert_eq!(tally.of(RollUp::Well), 1);
}

#[tokio::test]
async fn a_customer_is_found_by_any_part_of_its_name_or_id_in_any_case() {
    let fixture = Fixture::new().await;
    let [broken, ..] = one_of_each(&fixture).await;
    for (search, expected) in
        [("PELIN", "Zeppelin"), ("c-2", "blue Fjord"), ("C-2", "blue Fjord"), ("GRÖSSE", ""), ("GRÖ", "Größe"), ("100%", "Amber 100%")]
    {
        assert_eq!(names(&fixture, search, None).await.concat(), expected, "{search}");
    }
    assert_eq!(names(&fixture, "%", None).await, ["Amber 100%"], "a sign of its own, no pattern");
    assert_eq!(names(&fixture, "_", None).await, [""; 0]);
    let renamed = Customer { name: "Airship".into(), ..broken };
    let mut work = fixture.begin().await;
    assert!(work.customers().save(ORGANIZATION, &renamed, 1).await.unwrap());
    work.commit().await.unwrap();
    assert_eq!(names(&fixture, "", None).await[0], "Airship");
}

#[tokio::test]
async fn pages_by_name_follow_each_other_also_where_names_are_the_same() {
    let fixture = Fixture::new().await;
    for at in 0..7 {
        named(&fixture, &format!("c-{at}"), if at % 2 == 0 { "Same" } else { "other" }).await;
    }
    let (mut cursor, mut seen) = (NameCursor::default(), Vec::new());
    loop {
        let page = fixture.read().directory().page("", None, &cursor, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = NameCursor::of(last);
        seen.extend(page.into_iter().map(|one| one.customer.id));
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), 7);
}

#[tokio::test]
async fn a_matrix_has_an_integrations_instances_by_customer_and_filters_them() {
    let fixture = Fixture::new().await;
    one_of_each(&fixture).await;
    let integration = key("ticket-alerts");
    let rows = async |filter, search: &str, cursor: &NameCursor, limit| {
        fixture.read().matrix().page(&integration, filter, search, cursor, limit).await.unwrap()
    };
    let start = NameCursor::default();
    let named = |rows: &[MatrixRow]| rows.iter().map(|row| row.customer.clone()).collect::<Vec<_>>();
    let first = rows(MatrixFilter::All, "", &start, 2).await;
    assert_eq!(named(&first), ["Amber 100%", "blue Fjord"]);
    assert_eq!(named(&rows(MatrixFilter::All, "", &first[1].cursor, 2).await), ["Zeppelin"]);
    assert_eq!(named(&rows(MatrixFilter::Attention, "", &start, 10).await), ["Zeppelin"]);
    assert_eq!(named(&rows(MatrixFilter::Waiting, "", &start, 10).await), ["blue Fjord"]);
    assert_eq!(named(&rows(MatrixFilter::All, "zepp", &start, 10).await), ["Zeppelin"]);
    let tally = fixture.read().matrix().tally(&integration).await.unwrap();
    assert_eq!(tally, MatrixTally { all: 3, attention: 1, waiting: 1 });
    assert!(fixture.read().matrix().page(&key("other"), MatrixFilter::All, "", &start, 10).await.unwrap().is_empty());
}

fn link(customer: &Customer, target: LinkTarget, opened_at: Option<Timestamp>) -> Link {
    Link {
        id: LinkId::from_uuid(id()),
        token_hash: std::array::from_fn(|at| id().as_bytes()[15].wrapping_add(u8::try_from(at).unwrap())),
        customer_id: customer.id,
        target,
        user: Some(LinkUser { name: "Priya".into(), email: "Priya@Fjord.example".into() }),
        created_at: NOW,
        expires_at: later(3600),
        opened_at,
        revoked_at: None,
        requested_at: None,
        finished_at: None,
        user_id: None,
    }
}

#[tokio::test]
async fn what_waits_today_is_counted_and_the_newest_are_named() {
    let fixture = Fixture::new().await;
    let [broken, waiting, ..] = one_of_each(&fixture).await;
    let mut work = fixture.begin().await;
    work.links().insert(&link(&waiting, LinkTarget::Integration(key("ticket-alerts")), Some(NOW))).await.unwrap();
    work.links().insert(&link(&waiting, LinkTarget::Integration(key("ticket-alerts")), None)).await.unwrap();
    // What it leads to is turned on.
    work.links().insert(&link(&broken, LinkTarget::Integration(key("ticket-alerts")), Some(NOW))).await.unwrap();
    work.commit().await.unwrap();
    let found = fixture.read().attention().broken(NOW, 5).await.unwrap();
    assert_eq!((found.count, found.first[0].customer.as_str(), found.first[0].slot.as_str()), (1, "Zeppelin", "desk"));
    let found = fixture.read().attention().drafts(NOW, 5).await.unwrap();
    assert_eq!((found.count, found.first[0].customer.as_str()), (1, "blue Fjord"));
    let found = fixture.read().attention().opened_links(NOW, 5).await.unwrap();
    assert_eq!((found.count, found.first[0].user.as_deref()), (1, Some("Priya")));
}

#[tokio::test]
async fn links_of_an_instance_are_told_newest_first_while_they_are_good() {
    let fixture = Fixture::new().await;
    let [_, waiting, ..] = one_of_each(&fixture).await;
    let instance = fixture.read().instances().find_draft(ORGANIZATION, waiting.id, &key("ticket-alerts")).await.unwrap().unwrap();
    let desk = fixture.connection(&instance, "desk").await;
    let mut work = fixture.begin().await;
    for (target, opened) in [(LinkTarget::Instance(instance.id), None), (LinkTarget::Connection(desk.id), Some(NOW))] {
        work.links().insert(&link(&waiting, target, opened)).await.unwrap();
    }
    work.links().insert(&link(&waiting, LinkTarget::Integration(key("other")), None)).await.unwrap();
    work.commit().await.unwrap();
    let instances = std::slice::from_ref(&instance);
    let told = fixture.read().matrix().links(instances, NOW).await.unwrap();
    let here: Vec<_> = told.iter().filter(|link| link.leads_to(&instance, desk.id)).map(|link| link.is_opened).collect();
    assert_eq!(here, [true, false], "not the one that leads elsewhere");
    let elsewhere = fixture.connection(&instance, "mail").await;
    let there: Vec<_> = told.iter().filter(|link| link.leads_to(&instance, elsewhere.id)).map(|link| link.is_opened).collect();
    assert_eq!(there, [false], "one connection's link leads to no other");
    assert!(fixture.read().matrix().links(instances, later(3600)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_search_finds_instances_accounts_and_people_by_how_they_begin() {
    let fixture = Fixture::new().await;
    let [_, waiting, ..] = one_of_each(&fixture).await;
    let mut work = fixture.begin().await;
    for _ in 0..2 {
        work.links().insert(&link(&waiting, LinkTarget::Integration(key("ticket-alerts")), None)).await.unwrap();
    }
    work.commit().await.unwrap();
    let found = fixture.read().search().instances("TICKET", 10).await.unwrap();
    assert_eq!(found.len(), 3);
    let by_id = fixture.read().search().instances(&found[0].id.to_string(), 10).await.unwrap();
    assert_eq!(by_id[0].id, found[0].id);
    assert!(fixture.read().search().instances("alerts", 10).await.unwrap().is_empty());
    let accounts = fixture.read().search().accounts("ops@", 10).await.unwrap();
    assert_eq!(accounts.iter().map(|one| one.account.as_str()).collect::<Vec<_>>(), ["ops@amber.example", "ops@zeppelin.example"]);
    let people = fixture.read().search().people("priya@", 10).await.unwrap();
    assert_eq!(people.len(), 1, "once, however many links");
    let found = fixture.read().customers().find(ORGANIZATION, &CustomerRef::Id(people[0].customer_id)).await.unwrap().unwrap();
    assert_eq!(found.id, waiting.id);
}
