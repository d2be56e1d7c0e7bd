use super::*;

impl Fixture {
    pub(super) async fn owned(&self, owner: ConnectionOwner, name: &str) -> Connection {
        let type_ref = TypeRef::parse("zendesk.oauth2").unwrap();
        let new = Connection::new(ConnectionId::from_uuid(id()), owner, type_ref, 1, NOW);
        let connection = Connection { name: name.into(), credential: credential(1), ..new };
        let mut work = self.begin().await;
        assert_eq!(work.connections().insert(&connection).await.unwrap(), Insertion::Inserted);
        work.commit().await.unwrap();
        connection
    }

    async fn bind(&self, scope: Scope, instance: &Instance, connection: &Connection) -> bool {
        let mut work = self.begin().await;
        let is_bound = work.bindings().bind(scope, instance.id, &key("erp"), connection.id).await.unwrap();
        work.commit().await.unwrap();
        is_bound
    }

    async fn in_slot(&self, scope: Scope, instance: &Instance) -> Option<ConnectionId> {
        let found = self.read().connections().find_in_slot(scope, instance.id, "erp").await.unwrap();
        found.map(|found| found.connection.id)
    }
}

pub(super) fn of(customer: &Customer) -> ConnectionOwner {
    ConnectionOwner::Customer { customer_id: customer.id, definition: key("acme-erp") }
}

#[tokio::test]
async fn a_slot_uses_what_it_is_bound_to_and_else_its_own() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let instance = fixture.instance(&acme).await;
    let own = fixture.connection(&instance, "erp").await;
    let saved = fixture.owned(of(&acme), "Operations").await;
    assert_eq!(fixture.in_slot(scope_of(&acme), &instance).await, Some(own.id));
    assert!(fixture.bind(scope_of(&acme), &instance, &saved).await);
    assert_eq!(fixture.in_slot(scope_of(&acme), &instance).await, Some(saved.id));
    let held = fixture.read().connections().list_in_slots(scope_of(&acme), instance.id).await.unwrap();
    assert_eq!(held.iter().map(|held| held.connection.id).collect::<Vec<_>>(), [own.id, saved.id]);
    let second = fixture.instance(&fixture.customer("beta").await).await;
    let others = fixture.connection(&second, "desk").await;
    let held = fixture.read().connections().list_in_slots_of(&[second.clone(), instance.clone()]).await.unwrap();
    let mut held: Vec<_> = held.into_iter().map(|(of, held)| (of, held.slot, held.connection.id)).collect();
    held.sort();
    let mut all = [(instance.id, key("erp"), own.id), (instance.id, key("erp"), saved.id), (second.id, key("desk"), others.id)];
    all.sort();
    assert_eq!(held, all, "of many instances at once");
    assert!(fixture.read().connections().list_in_slots_of(&[]).await.unwrap().is_empty());

    let global = fixture.owned(ConnectionOwner::Organization { definition: key("acme-erp") }, "").await;
    assert!(fixture.bind(scope_of(&acme), &instance, &global).await, "in place of the other");
    assert_eq!(fixture.in_slot(scope_of(&acme), &instance).await, Some(global.id));
    let mut work = fixture.begin().await;
    assert!(work.bindings().unbind(scope_of(&acme), instance.id, &key("erp")).await.unwrap());
    assert!(!work.bindings().unbind(scope_of(&acme), instance.id, &key("erp")).await.unwrap());
    work.commit().await.unwrap();
    assert_eq!(fixture.in_slot(scope_of(&acme), &instance).await, Some(own.id));
}

#[tokio::test]
async fn no_slot_is_bound_to_another_customers_connection_nor_to_a_tests() {
    let fixture = Fixture::new().await;
    let (acme, other) = (fixture.customer("acme").await, fixture.customer("other").await);
    let instance = fixture.instance(&acme).await;
    let own = fixture.connection(&instance, "erp").await;
    let (saved, foreign) = (fixture.owned(of(&acme), "A").await, fixture.owned(of(&other), "A").await);
    let test = fixture.owned(ConnectionOwner::DefinitionTest { definition: key("acme-erp") }, "").await;
    for unfit in [&foreign, &test, &own] {
        assert!(!fixture.bind(ORGANIZATION, &instance, unfit).await);
    }
    assert!(!fixture.bind(scope_of(&other), &instance, &saved).await, "not their instance");
    assert!(!fixture.bind(scope_of(&other), &instance, &foreign).await);
    assert_eq!(fixture.in_slot(ORGANIZATION, &instance).await, Some(own.id));
    assert!(fixture.bind(scope_of(&acme), &instance, &saved).await);
    assert_eq!(fixture.in_slot(scope_of(&other), &instance).await, None);
    assert!(fixture.read().connections().list_in_slots(scope_of(&other), instance.id).await.unwrap().is_empty());
    let mut work = fixture.begin().await;
    assert!(!work.bindings().unbind(scope_of(&other), instance.id, &key("erp")).await.unwrap());
    assert!(work.bindings().uses(scope_of(&other), saved.id, 10).await.unwrap().is_empty());
    assert!(work.bindings().count_each(scope_of(&other), acme.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_used_is_told_and_cannot_be_deleted() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let (first, second) = (fixture.instance(&acme).await, fixture.instance(&acme).await);
    let (saved, unused) = (fixture.owned(of(&acme), "A").await, fixture.owned(of(&acme), "B").await);
    assert!(fixture.bind(ORGANIZATION, &first, &saved).await && fixture.bind(ORGANIZATION, &second, &saved).await);
    let mut work = fixture.begin().await;
    let uses = work.bindings().uses(scope_of(&acme), saved.id, 10).await.unwrap();
    assert_eq!(uses.iter().map(|used| used.instance_id).collect::<Vec<_>>(), [first.id, second.id]);
    assert_eq!(uses[0].slot, key("erp"));
    assert_eq!(work.bindings().count(saved.id).await.unwrap(), 2);
    assert_eq!(work.bindings().count_each(scope_of(&acme), acme.id).await.unwrap(), [(saved.id, 2)].into());
    assert_eq!(work.bindings().count_of_definition(&key("acme-erp")).await.unwrap(), 2);
    assert_eq!(work.bindings().uses_of_definition(ORGANIZATION, &key("acme-erp"), 1).await.unwrap(), uses[..1]);
    assert!(!work.connections().delete_unused(scope_of(&acme), saved.id).await.unwrap());
    assert!(work.connections().delete_unused(scope_of(&acme), unused.id).await.unwrap());
    work.commit().await.unwrap();
    let mut work = fixture.begin().await;
    assert!(work.connections().delete(ORGANIZATION, saved.id).await.is_err(), "the database itself refuses");
}

#[tokio::test]
async fn a_customer_goes_with_its_bindings() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let instance = fixture.instance(&acme).await;
    let saved = fixture.owned(of(&acme), "A").await;
    assert!(fixture.bind(ORGANIZATION, &instance, &saved).await);
    let mut work = fixture.begin().await;
    let gone = work.customers().delete(ORGANIZATION, acme.id).await.unwrap();
    assert_eq!(gone, CustomerDeletion::Deleted);
    assert!(work.connections().find(ORGANIZATION, saved.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_slots_own_becomes_a_saved_one_as_it_is() {
    let fixture = Fixture::new().await;
    let acme = fixture.customer("acme").await;
    let foreign = scope_of(&fixture.customer("other").await);
    let instance = fixture.instance(&acme).await;
    let own = fixture.connection(&instance, "erp").await;
    let mut work = fixture.begin().await;
    assert!(!work.connections().adopt(foreign, own.id, &key("acme-erp"), "Operations").await.unwrap());
    assert!(work.connections().adopt(scope_of(&acme), own.id, &key("acme-erp"), "Operations").await.unwrap());
    assert!(!work.connections().adopt(scope_of(&acme), own.id, &key("acme-erp"), "Again").await.unwrap());
    let saved = work.connections().find(scope_of(&acme), own.id).await.unwrap().unwrap();
    assert_eq!((saved.owner.clone(), saved.name.as_str(), saved.revision), (of(&acme), "Operations", own.revision));
    assert_eq!(saved.credential, own.credential);

    assert_eq!(work.connections().rename(foreign, &saved, "Sales", NOW).await.unwrap(), None);
    let revision = work.connections().rename(scope_of(&acme), &saved, "Sales", NOW).await.unwrap();
    assert_eq!(revision, Some(saved.revision + 1));
    assert_eq!(work.connections().rename(scope_of(&acme), &saved, "Late", NOW).await.unwrap(), None);
    let listed = work.connections().list_saved(scope_of(&acme), acme.id, Some(&key("acme-erp")), None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Sales"]);
    assert!(work.connections().list_saved(foreign, acme.id, None, None, 10).await.unwrap().is_empty());
    assert!(work.connections().list_of_definition(foreign, &key("acme-erp"), None, 10).await.unwrap().is_empty());
    assert!(work.connections().has_any_of(&key("acme-erp")).await.unwrap());
}
