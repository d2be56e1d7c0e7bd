//! Customers in the console: found, made, renamed, deleted; the matrix; one search; what each role may.

use jackfield::{
    domain::{access::Actor, user::Role},
    flows::sign_in,
};
use serde_json::{Value, json};

use crate::support::{Browser, Product, Provider};

mod import;

const PASSWORD: &str = "correct horse battery staple";

/// Someone who is signed in at the console.
pub async fn org_user(product: &Product, role: Role) -> Browser {
    let email = format!("{}@acme.example", role.as_str());
    sign_in::create_user(&product.context, &Actor::System, &email, &PASSWORD.to_owned().into(), role).await.ok().unwrap();
    let mut person = Browser::new(&product.base);
    person.open("/admin").await.fill("E-mail", &email).fill("Password", PASSWORD).press("Sign in").await;
    assert_eq!(person.status, 200);
    person
}

/// A product with `alerts` and `nightly` applied, and an admin.
pub async fn cast() -> (Product, Provider, Browser) {
    let (product, provider) = (Product::start().await, Provider::start().await);
    let (status, said) = product.apply(&provider.manifests("")).await;
    assert_eq!(status, 200, "{said}");
    let admin = org_user(&product, Role::Admin).await;
    (product, provider, admin)
}

async fn instance(product: &Product, customer: &str) -> String {
    let body = json!({"customer": format!("external:{customer}"), "integration": "alerts"});
    product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned()
}

/// A connection of `alerts` that a step told of as broken.
async fn broken(product: &Product, customer: &str) -> String {
    let id = instance(product, customer).await;
    let tasks = format!("/instances/{id}/connections/tasks");
    product.ok("PUT", &tasks, Some(json!({"inputs": {"api_key": "k-1"}}))).await;
    product.ok("POST", &format!("{tasks}/failures"), Some(json!({"message": "401"}))).await;
    id
}

async fn actions(product: &Product) -> Vec<String> {
    let events = product.ok("GET", "/audit-events?limit=200", None).await;
    events["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_customer_is_added_renamed_undone_and_deleted_by_its_typed_name() {
    let (product, _provider, mut admin) = cast().await;
    admin.open("/admin/customers/new").await.fill("Name", "").fill("Your own id", "c-1").press("Add the customer").await;
    assert_eq!(admin.status, 422);
    assert!(admin.html.contains("Enter Name") && admin.title().starts_with("Error: "), "{}", admin.html);
    admin.fill("Name", "Contoso").fill("Your own id", "c-1").press("Add the customer").await;
    assert!(admin.status == 200 && admin.html.contains("Contoso is added"), "{}", admin.html);
    let page = admin.url.clone();
    admin.open("/admin/customers/new").await.fill("Name", "Other").fill("Your own id", "c-1").press("Add the customer").await;
    assert!(admin.status == 422 && admin.html.contains("Another customer has the id c-1"), "{}", admin.html);

    admin.open(&page).await.follow("Rename").await.fill("Name", "Contoso Limited").press("Save the name").await;
    assert!(admin.html.contains("Customer renamed.") && admin.html.contains("Undo"), "{}", admin.html);
    admin.press("Undo").await;
    assert_eq!(product.ok("GET", "/customers/external:c-1", None).await["name"], "Contoso");
    admin.press("Undo").await;
    admin.open(&page).await;
    assert!(!admin.buttons().contains(&"Undo".to_owned()), "it is offered once");

    admin.follow("Delete").await.fill("Type", "Conto").press("Delete Contoso Limited").await;
    assert!(admin.status == 422 && admin.html.contains("exactly as it stands"), "{}", admin.html);
    admin.fill("Type", "Contoso Limited").press("Delete Contoso Limited").await;
    assert!(admin.url.ends_with("/admin/customers") && admin.html.contains("Contoso Limited is deleted"), "{}", admin.html);
    assert_eq!(product.api("GET", "/customers/external:c-1", None).await.0, 404);
    let done = actions(&product).await;
    for action in ["customer.created", "customer.updated", "customer.deleted"] {
        assert!(done.contains(&action.to_owned()), "{done:?}");
    }
}

#[tokio::test]
async fn a_rename_of_what_somebody_else_renamed_meanwhile_is_refused() {
    let (product, _provider, mut admin) = cast().await;
    let id = product.customer("acme").await;
    admin.open(&format!("/admin/customers/{id}/name")).await;
    product.ok("PATCH", "/customers/external:acme", Some(json!({"name": "Theirs"}))).await;
    admin.fill("Name", "Mine").press("Save the name").await;
    assert!(admin.status == 422 && admin.html.contains("Somebody else"), "{}", admin.html);
    assert_eq!(product.ok("GET", "/customers/external:acme", None).await["name"], "Theirs");
    admin.press("Save the name").await;
    assert_eq!(product.ok("GET", "/customers/external:acme", None).await["name"], "Mine", "what was typed is still there");
}

#[tokio::test]
async fn a_customer_with_something_turned_on_is_kept_and_the_page_says_for_what() {
    let (product, _provider, mut admin) = cast().await;
    let id = product.customer("acme").await;
    let instance = instance(&product, "acme").await;
    let instance_id = instance.parse().unwrap();
    let scope = jackfield::domain::access::Scope::Organization;
    let found = product.context.store().read().instances().find(scope, instance_id).await.unwrap().unwrap();
    let mut work = product.context.store().begin().await.unwrap();
    let active = jackfield::domain::instance::Instance { status: jackfield::domain::instance::InstanceStatus::Active, ..found };
    work.instances().save(scope, &active, active.revision).await.unwrap();
    work.commit().await.unwrap();
    admin.open(&format!("/admin/customers/{id}/deletion")).await;
    assert!(admin.html.contains("would lose its connections") && admin.html.contains("<li>Alerts</li>"), "{}", admin.html);
    assert!(!admin.buttons().contains(&"Delete acme".to_owned()));
}

#[tokio::test]
async fn customers_are_found_by_part_of_a_name_and_by_how_they_are() {
    let (product, _provider, mut admin) = cast().await;
    admin.open("/admin/customers").await;
    assert!(admin.html.contains("Who are your customers?") && admin.html.contains("curl"), "{}", admin.html);
    for name in ["broken", "waiting", "nothing"] {
        product.customer(name).await;
    }
    broken(&product, "broken").await;
    instance(&product, "waiting").await;
    admin.open("/admin/customers").await;
    for chip in ["All 3", "Needs attention 1", "Waiting for the customer 1", "All well 0", "Nothing yet 1"] {
        assert!(admin.html.contains(chip), "{chip}: {}", admin.html);
    }
    let names = |page: &Browser| {
        ["broken", "waiting", "nothing"].into_iter().filter(|name| page.html.contains(&format!(">{name}</a>"))).collect::<Vec<_>>()
    };
    for (address, expected) in [
        ("/admin/customers?show=attention", vec!["broken"]),
        ("/admin/customers?show=waiting", vec!["waiting"]),
        ("/admin/customers?q=OTH", vec!["nothing"]),
        ("/admin/customers?q=%25", vec![]),
        ("/admin/customers?after=rubbish", vec!["broken", "waiting", "nothing"]),
    ] {
        admin.open(address).await;
        assert_eq!((admin.status, names(&admin)), (200, expected), "{address}");
    }
}

#[tokio::test]
async fn an_integration_is_started_from_a_customers_page_and_shows_its_slots() {
    let (product, _provider, mut admin) = cast().await;
    let id = product.customer("acme").await;
    admin.open(&format!("/admin/customers/{id}")).await.fill("Start another integration", "alerts").press("Start it").await;
    assert!(admin.html.contains("Alerts is started") && admin.html.contains("Not turned on yet"), "{}", admin.html);
    let instances = product.ok("GET", "/instances?customer=external:acme", None).await;
    let instance = instances["items"][0]["id"].as_str().unwrap().to_owned();
    assert!(admin.html.contains(&format!("/admin/instances/{instance}/connections/desk")), "{}", admin.html);
    admin.set("integration", &["none"]).press("Start it").await;
    assert_eq!(admin.status, 404);
    product.link("acme", "alerts").await;
    admin.open(&format!("/admin/customers/{id}")).await;
    assert!(admin.html.contains("Link sent"), "{}", admin.html);
}

#[tokio::test]
async fn the_matrix_opens_with_what_needs_attention_and_its_file_holds_what_is_filtered() {
    let (product, _provider, mut admin) = cast().await;
    admin.open("/admin/integrations/alerts/matrix").await;
    assert!(admin.html.contains("No customer has begun"), "{}", admin.html);
    for name in ["=zebra", "beta"] {
        product.ok("POST", "/customers", Some(json!({"external_id": name, "name": name}))).await;
    }
    broken(&product, "=zebra").await;
    instance(&product, "beta").await;
    admin.open("/admin/integrations/alerts/matrix").await;
    assert!(
        admin.html.contains("Needs attention 1") && admin.html.contains("All 2") && admin.html.contains("Not working"),
        "{}",
        admin.html
    );
    assert!(admin.html.contains(">=zebra</a>") && !admin.html.contains(">beta</a>"), "{}", admin.html);
    let cell = admin.page();
    let named = cell
        .select(&scraper::Selector::parse("td a[aria-label]").unwrap())
        .any(|a| a.value().attr("aria-label").unwrap().starts_with("Tasks of =zebra: Not working"));
    assert!(named, "each cell says for itself where it stands: {}", admin.html);
    admin.open("/admin/integrations/alerts/matrix?show=waiting&q=bet").await;
    assert!(admin.html.contains(">beta</a>") && !admin.html.contains(">=zebra</a>"));

    admin.open("/admin/integrations/alerts/matrix/export?show=attention").await;
    assert_eq!(admin.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<&str> = admin.html.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("Desk: status") && lines[1].starts_with("'=zebra,'=zebra,,Not connected") && lines[1].contains("Not working"),
        "{lines:?}"
    );
    admin.open("/admin/integrations/alerts/matrix/export?show=all").await;
    assert_eq!(admin.html.lines().count(), 3);
    assert_eq!(admin.open("/admin/integrations/none/matrix").await.status, 404);
}

#[tokio::test]
async fn one_field_finds_customers_integrations_accounts_and_people() {
    let (product, _provider, mut admin) = cast().await;
    product.ok("POST", "/customers", Some(json!({"external_id": "c-1", "name": "Blue Fjord"}))).await;
    let id = instance(&product, "c-1").await;
    let user = json!({"name": "Priya", "email": "priya@fjord.example"});
    product.ok("POST", "/links", Some(json!({"customer": "external:c-1", "instance": id, "user": user, "expires_in_seconds": 60}))).await;
    for (search, expected) in
        [("fjord", "Blue Fjord"), ("ALER", "Alerts"), ("priya@", "priya@fjord.example"), (id.as_str(), "Integrations of customers")]
    {
        admin.open("/admin/search").await;
        let address = format!("/admin/search?q={search}");
        admin.open(&address).await;
        assert!(admin.html.contains(expected), "{search}: {}", admin.html);
    }
    admin.open("/admin/search?q=nobody").await;
    assert!(admin.html.contains("Nothing was found"), "{}", admin.html);
}

#[tokio::test]
async fn the_first_page_teaches_and_then_names_what_waits() {
    let (product, _provider, mut admin) = cast().await;
    admin.open("/admin").await;
    assert!(admin.html.contains("Three steps") && !admin.html.contains("jackfield apply") && admin.html.contains("Done"), "{}", admin.html);
    product.customer("acme").await;
    broken(&product, "acme").await;
    let mut person = Browser::new(&product.base);
    person.open(&product.link("acme", "alerts").await).await;
    admin.open("/admin").await;
    for text in ["1 connection needs attention", "1 integration was begun", "1 link was opened", "Tasks of acme"] {
        assert!(admin.html.contains(text), "{text}: {}", admin.html);
    }
}

#[tokio::test]
async fn who_only_looks_is_offered_no_change_and_allowed_none() {
    let (product, _provider, _admin) = cast().await;
    let id = product.customer("acme").await;
    for role in [Role::Viewer, Role::Support] {
        let mut person = org_user(&product, role).await;
        person.open(&format!("/admin/customers/{id}")).await;
        assert!(person.status == 200 && !person.html.contains("Rename") && !person.html.contains("Start it"), "{}", person.html);
        person.open("/admin/customers").await;
        assert!(!person.html.contains("Add a customer"), "{}", person.html);
        for part in ["name", "deletion"] {
            assert_eq!(person.open(&format!("/admin/customers/{id}/{part}")).await.status, 403);
        }
        assert_eq!(person.open("/admin/customers/import").await.status, 403);
    }
}

#[tokio::test]
async fn what_is_no_customer_is_the_same_404_whatever_it_looks_like() {
    let (product, _provider, mut admin) = cast().await;
    let id = product.customer("acme").await;
    let other = format!("{}{}", &id[..id.len() - 1], if id.ends_with('0') { "1" } else { "0" });
    for nobody in [other.as_str(), "none", "external:acme"] {
        for part in ["", "/name", "/deletion"] {
            assert_eq!(admin.open(&format!("/admin/customers/{nobody}{part}")).await.status, 404, "{nobody}{part}");
        }
    }
    let _: Value = product.ok("GET", "/customers/external:acme", None).await;
}
