//! What people see of reusable connections: the picker, their own page of them, and the organization's.

use jackfield::{domain::alert::AlertKind, flows::alerts};
use serde_json::json;

use super::*;

async fn visit(story: &Story, target: Value) -> Browser {
    let mut body = json!({"customer": "external:acme", "expires_in_seconds": 3600});
    body.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
    let link = story.product.ok("POST", "/links", Some(body)).await;
    let mut person = Browser::new(&story.product.base);
    person.open(link["url"].as_str().unwrap()).await;
    assert_eq!(person.status, 200, "{}", person.html);
    person
}

async fn connection_of(story: &Story, integration: &str, slot: &str) -> Value {
    let found = story.get(&format!("/instances?customer=external:acme&integration={integration}")).await;
    let id = found["items"][0]["id"].as_str().unwrap().to_owned();
    story.get(&format!("/instances/{id}/connections/{slot}")).await
}

#[tokio::test]
async fn what_was_connected_once_is_offered_the_next_time_and_nothing_is_copied() {
    let story = Story::new().await;
    let mut person = visit(&story, json!({"integration": "orders"})).await;
    assert!(!person.html.contains("Add a new connection"), "there is nothing to choose from yet");
    person.fill("API key", "k-1").press("Save and continue").await;
    let first = connection_of(&story, "orders", "erp").await;
    assert_eq!((&first["status"], &first["owner"]), (&json!("connected"), &json!("customer")));

    let mut person = visit(&story, json!({"integration": "stock"})).await;
    for said in ["Acme ERP", "ann@desk.example", "Used in 1 integration", "Add a new connection"] {
        assert!(person.html.contains(said), "{said}: {}", person.html);
    }
    assert!(!person.html.contains("k-1"));
    person.press("Save and continue").await;
    assert_eq!(connection_of(&story, "stock", "erp").await["id"], first["id"]);

    let id = story.get("/instances?customer=external:acme&integration=stock").await["items"][0]["id"].as_str().unwrap().to_owned();
    person.open(&format!("/wizard/{id}/pages/accounts")).await;
    person.set("pick:erp", &["new"]).fill("API key", "k-2").press("Save and continue").await;
    let second = connection_of(&story, "stock", "erp").await;
    assert_ne!(second["id"], first["id"]);
    assert_eq!(second["name"], "Acme ERP 2");
    assert_eq!(connection_of(&story, "orders", "erp").await["id"], first["id"], "the other integration keeps its own");
}

#[tokio::test]
async fn another_customers_connection_cannot_be_picked() {
    let story = Story::new().await;
    story.saved("acme", "k-1").await;
    let foreign = story.saved("beta", "of-beta").await;
    let mut person = visit(&story, json!({"integration": "orders"})).await;
    person.set("pick:erp", &[foreign["id"].as_str().unwrap()]).press("Save and continue").await;
    assert_eq!(person.status, 422);
    assert_ne!(connection_of(&story, "orders", "erp").await["id"], foreign["id"]);
}

#[tokio::test]
async fn a_person_sees_changes_and_ends_what_they_have_saved() {
    let story = Story::new().await;
    let (orders, stock) = (story.instance("acme", "orders").await, story.instance("acme", "stock").await);
    let saved = story.saved("acme", "k-1").await;
    for instance in [&orders, &stock] {
        story.bind(instance, "erp", &saved["id"]).await;
    }
    let mut person = visit(&story, json!({})).await;
    assert!(person.html.contains("Used in 2 integrations"), "{}", person.html);
    person.follow("Acme ERP").await;
    for said in ["applies to everything that uses it: Orders, Stock", "cannot be deleted while it is used"] {
        assert!(person.html.contains(said), "{said}: {}", person.html);
    }
    person.fill("API key", "k-2").press("Save changes").await;
    assert_eq!(story.read(&orders, "erp").await["inputs"]["api_key"], "k-2");
    person.fill("Name", "Operations").press("Rename").await;
    assert!(person.title().contains("Operations"), "{}", person.html);
    person.follow("Disconnect Erp").await;
    assert!(person.html.contains("Orders") && person.html.contains("Stock"), "{}", person.html);
    person.press("Disconnect Erp").await;
    assert!(person.html.contains("Needs reconnecting"), "{}", person.html);
    let path = format!("/instances/{stock}/connections/erp");
    assert_eq!(story.get(&path).await["status"], "needs_reconnecting");
    person.fill("API key", "k-3").press("Save changes").await;
    assert_eq!((&story.get(&path).await["status"], &story.get(&path).await["id"]), (&json!("connected"), &saved["id"]));
}

#[tokio::test]
async fn a_link_to_one_connection_opens_that_one_alone() {
    let story = Story::new().await;
    let (one, other) = (story.saved("acme", "k-1").await, story.saved("acme", "k-2").await);
    let mut person = visit(&story, json!({"connection": one["id"]})).await;
    assert!(person.title().contains("Acme ERP"), "{}", person.html);
    person.open(&format!("/connections/{}", other["id"].as_str().unwrap())).await;
    assert_eq!(person.status, 404);
    let mut stranger = Browser::new(&story.product.base);
    stranger.open(&story.product.link("beta", "orders").await).await;
    stranger.open(&format!("/connections/{}", one["id"].as_str().unwrap())).await;
    assert_eq!(stranger.status, 404);
}

#[tokio::test]
async fn whoever_cannot_go_on_tells_the_organization_and_keeps_what_they_typed() {
    let story = Story::new().await;
    let receiver = crate::support::Receiver::start().await;
    receiver.subscribe(&story.product, json!({"events": ["help.asked", "alert.opened"]})).await;
    let both = "[{connection: drop, reusable: drop-off}, {connection: erp, reusable: acme-erp}, {variable: team, label: Team}]";
    story.apply(&format!("kind: integration\nkey: both\nname: Both\npages: [{{key: a, title: A, elements: {both}}}]\n")).await;
    let mut person = visit(&story, json!({"integration": "both"})).await;
    assert!(person.html.contains("Managed by Acme") && person.html.contains("There is a problem with this connection"));
    person.fill("API key", "k-typed").fill("Team", "Blue").press("Ask Acme to look at it").await;
    assert!(person.html.contains("Acme has been told"), "{}", person.html);
    let instance = story.get("/instances?customer=external:acme&integration=both").await["items"][0].clone();
    assert_eq!(instance["variables"]["team"], "Blue");
    assert!(person.html.contains("value=\"Blue\"") && !person.html.contains("k-typed"), "{}", person.html);
    let events = story.get("/audit-events?limit=50").await;
    let asked: Vec<_> = events["items"].as_array().unwrap().iter().filter(|event| event["action"] == "help.asked").collect();
    assert_eq!((asked.len(), &asked[0]["detail"]["slot"]), (1, &json!("drop")));
    let mut told: Vec<_> = receiver.wait_for(2).await.iter().map(|message| message.json()).collect();
    told.sort_by_key(|message| message["type"].as_str().unwrap().to_owned());
    assert_eq!((&told[0]["type"], &told[0]["data"]["alert"]["kind"]), (&json!("alert.opened"), &json!("help_asked")));
    assert_eq!((&told[1]["type"], &told[1]["data"]["instance"]), (&json!("help.asked"), &instance["id"]));
    // Who presses twice is one alert; it leads to where it is repaired, and goes when somebody takes it.
    person.press("Ask Acme to look at it").await;
    let context = &story.product.context;
    let open = || async { context.store().read().alerts().list(true, None, 9, context.now()).await.unwrap() };
    assert_eq!(open().await.iter().map(|alert| alert.kind).collect::<Vec<_>>(), [AlertKind::HelpAsked]);
    let mut admin = story.admin().await;
    admin.open("/admin/alerts").await;
    assert!(admin.html.contains("acme asks for help with Both"), "{}", admin.html);
    let take = admin.buttons().into_iter().find(|words| words.starts_with("I take care of it")).unwrap();
    let mut repair = admin.same_cookies();
    repair.open("/admin/alerts").await.follow("acme asks for help with Both").await;
    assert!(repair.status == 200 && repair.html.contains("Drop"), "{} {}", repair.url, repair.html);
    admin.press(&take).await;
    alerts::watch(context).await.ok().unwrap();
    assert!(open().await.is_empty());
}

/// From the meaning of the columns to the end of the file; what the dry run says before.
pub(super) async fn import(admin: &mut Browser, would: &str) {
    admin.press("See what would change").await;
    assert!(admin.html.contains("Nothing has changed yet") && admin.html.contains(would), "{}", admin.html);
    admin.press("Import the rows that are right").await;
    for _ in 0..200 {
        let page = admin.url.clone();
        if admin.open(&page).await.html.contains("The file is imported") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the import does not end: {}", admin.html);
}

#[tokio::test]
async fn the_organization_enters_values_for_one_for_many_and_for_all() {
    let story = Story::new().await;
    let mut admin = story.admin().await;
    let instance = story.instance("acme", "files").await;
    admin.open("/admin/reusable-connections").await;
    for name in ["Acme ERP", "Drop-off", "Mailer"] {
        assert!(admin.html.contains(name), "{name}: {}", admin.html);
    }
    admin.follow("Drop-off").await;
    assert!(admin.html.contains("2 customers here have no values yet"), "{}", admin.html);
    let rows = "external_id,user,password\nacme,u-acme,p-acme\nbeta,u-beta,p-beta\nnobody,u,p\n";
    admin.set("text", &[rows]).press("Look at the file").await;
    import(&mut admin, "0 new, 2 changed, 0 the same, 1 wrong").await;
    assert!(admin.html.contains("external_id: there is no such customer"), "{}", admin.html);
    admin.open("/admin/reusable-connections/drop-off").await.set("text", &[rows]).press("Look at the file").await;
    import(&mut admin, "0 new, 0 changed, 2 the same, 1 wrong").await;
    assert_eq!(story.read(&instance, "drop").await["inputs"]["user"], "u-acme");
    admin.open("/admin/reusable-connections/drop-off/values/organization").await;
    assert!(admin.html.contains("This reaches 1 instance"), "{}", admin.html);
    admin.fill("Host", "new.acme.example").press("Save").await;
    assert_eq!(story.read(&instance, "drop").await["inputs"]["host"], "new.acme.example");

    story.product.ok("POST", &format!("/instances/{instance}/deployments"), None).await;
    admin.open("/admin/reusable-connections/drop-off").await.press("Pause everything that uses it").await;
    assert_eq!(story.get(&format!("/instances/{instance}")).await["status"], "paused");
    admin.press("Turn it all on again").await;
    assert_eq!(story.get(&format!("/instances/{instance}")).await["status"], "active");
}
