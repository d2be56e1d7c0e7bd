//! What the organization activates: for each customer, and one for all.

use futures_util::future::join_all;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_global_value_is_changed_once_and_every_customer_reads_it() {
    let story = Story::new().await;
    let mut instances = Vec::new();
    for at in 0..12 {
        let customer = format!("c{at}");
        story.product.customer(&customer).await;
        let instance = story.instance(&customer, "files").await;
        let before = story.get(&format!("/instances/{instance}/connections/drop")).await;
        assert_eq!((&before["status"], &before["activation"]), (&json!("not_connected"), &json!("organization_customer")));
        let values = json!({"inputs": {"user": format!("u{at}"), "password": format!("p{at}")}});
        let path = format!("/reusable-connections/drop-off/customers/external:{customer}");
        assert_eq!(story.product.ok("PUT", &path, Some(values)).await["status"], "connected");
        instances.push(instance);
    }
    let hosts = async || join_all(instances.iter().map(|instance| story.read(instance, "drop"))).await;
    for (at, read) in hosts().await.iter().enumerate() {
        let inputs = &read["inputs"];
        let expected = json!({"host": "files.acme.example", "user": format!("u{at}"), "password": format!("p{at}")});
        assert_eq!(*inputs, expected);
    }
    let definition = story.get("/reusable-connections/drop-off").await;
    assert_eq!((&definition["used_in"], &definition["inputs"][0]["scope"]), (&json!(12), &json!("global")));
    let host = json!({"inputs": {"host": "new.acme.example"}});
    story.product.ok("PUT", "/reusable-connections/drop-off/organization", Some(host)).await;
    assert!(hosts().await.iter().all(|read| read["inputs"]["host"] == "new.acme.example"));
    let definition = story.get("/reusable-connections/drop-off").await;
    assert_eq!(definition["inputs"][0]["value"], "new.acme.example");
}

#[tokio::test]
async fn a_value_of_one_customer_is_never_another_ones() {
    let story = Story::new().await;
    let path = |customer: &str| format!("/reusable-connections/drop-off/customers/external:{customer}");
    let values = json!({"inputs": {"user": "acme", "password": "secret-of-acme"}});
    let first = story.product.ok("PUT", &path("acme"), Some(values)).await;
    assert!(!story.get(&path("acme")).await.to_string().contains("secret-of-acme"));
    assert_eq!(story.get(&path("beta")).await["inputs"]["user"], json!(null));
    assert_eq!(story.refused("GET", &path("nobody"), None).await.0, 404);
    let (status, headers, _) = story.product.api_with_headers("GET", &path("acme"), None).await;
    assert_eq!((status, headers.contains_key("etag")), (200, true));
    let instance = story.instance("acme", "files").await;
    let of_slot = story.get(&format!("/instances/{instance}/connections/drop")).await;
    assert_eq!(of_slot["id"], first["id"], "values that were there before the instance");
    let again = json!({"inputs": {"user": "acme-2"}});
    assert_eq!(story.product.ok("PUT", &path("acme"), Some(again)).await["id"], first["id"]);
    assert_eq!(story.read(&instance, "drop").await["inputs"]["password"], "secret-of-acme", "what is not named stays");
    let host = json!({"inputs": {"host": "mine.example"}});
    assert_eq!(story.refused("PUT", &path("acme"), Some(host)).await, (422, "fields_refused".into()));
}

#[tokio::test]
async fn the_organizations_connection_is_not_changed_through_one_customers_slot() {
    let story = Story::new().await;
    let instance = story.instance("acme", "mails").await;
    let body = json!({"inputs": {"client_id": "mine"}});
    let refused = story.refused("PUT", &format!("/instances/{instance}/connections/mail"), Some(body)).await;
    assert_eq!(refused, (422, "shared_connection".into()));
    let body = json!({"reusable_connection": "mailer", "inputs": {}});
    let refused = story.refused("POST", "/customers/external:acme/connections", Some(body)).await;
    assert_eq!(refused, (422, "one_for_all".into()));
}

#[tokio::test]
async fn an_instance_whose_connections_are_all_managed_is_turned_on_at_once() {
    let story = Story::new().await;
    let instance = story.instance("acme", "files").await;
    let deployments = format!("/instances/{instance}/deployments");
    assert_eq!(story.refused("POST", &deployments, None).await.0, 422);
    let values = json!({"inputs": {"user": "u", "password": "p"}});
    story.product.ok("PUT", "/reusable-connections/drop-off/customers/external:acme", Some(values)).await;
    assert_eq!(story.product.ok("POST", &deployments, None).await["status"], "active");
}

/// Where a link leads.
async fn opened(story: &Story, integration: &str) -> Browser {
    let mut person = Browser::new(&story.product.base);
    person.open(&story.product.link("acme", integration).await).await;
    person
}

fn two_pages(first: &str) -> String {
    format!(
        "kind: integration\nkey: two\nname: Two\npages:\n  - {{key: accounts, title: Accounts, elements: [{first}]}}\n  \
         - {{key: settings, title: Settings, elements: [{{variable: team, label: Team}}]}}\n"
    )
}

#[tokio::test]
async fn a_page_on_which_all_is_managed_is_no_step_and_the_review_says_so() {
    let story = Story::new().await;
    story.apply(&two_pages("{connection: drop, reusable: drop-off}")).await;
    let mut person = opened(&story, "two").await;
    assert!(person.html.contains("Step 1 of 3") && person.html.contains("There is a problem with this connection"), "{}", person.html);
    let values = json!({"inputs": {"user": "u", "password": "p"}});
    story.product.ok("PUT", "/reusable-connections/drop-off/customers/external:acme", Some(values)).await;
    let mut person = {
        person.open(&story.product.link("acme", "two").await).await;
        person
    };
    assert!(person.html.contains("Step 1 of 2") && person.name_of("Team").is_some(), "{}", person.html);
    assert!(!person.html.contains("class=\"back\""), "there is no step before");
    let here = person.url.clone();
    person.open(&here.replace("/settings", "/accounts")).await;
    assert!(person.url.ends_with("/settings"), "{}", person.url);
    person.fill("Team", "Blue").press("Check your answers").await;
    for said in ["Step 2 of 2", "Acme looks after these. There was no step for them.", "Managed by Acme"] {
        assert!(person.html.contains(said), "{said}: {}", person.html);
    }
    person.press("Turn on Two").await;
    assert!(person.title().contains("Two is on"), "{}", person.title());
}

#[tokio::test]
async fn a_definition_may_have_customers_see_nothing_of_it_while_it_works() {
    let story = Story::new().await;
    let unseen = include_str!("reusable.yaml")
        .replace("activation: organization_customer\n", "activation: organization_customer\ncustomers_see: nothing\n");
    story.apply(&unseen).await;
    story.apply(&two_pages("{connection: drop, reusable: drop-off}, {connection: erp, reusable: acme-erp}")).await;
    let person = opened(&story, "two").await;
    assert!(person.html.contains("There is a problem with this connection"), "what is broken is said: {}", person.html);
    let values = json!({"inputs": {"user": "u", "password": "p"}});
    story.product.ok("PUT", "/reusable-connections/drop-off/customers/external:acme", Some(values)).await;
    let mut person = opened(&story, "two").await;
    assert!(!person.html.contains("Managed by") && !person.html.contains("Sftp"), "{}", person.html);
    person.fill("API key", "k-1").press("Save and continue").await;
    person.fill("Team", "Blue").press("Check your answers").await;
    assert!(!person.html.contains("Managed by") && !person.html.contains("Sftp"), "{}", person.html);
    person.press("Turn on Two").await;
    let (status, said) = story
        .product
        .apply(
            &include_str!("reusable.yaml")
                .replace("activation: customer\n", "activation: customer\ncustomers_see: nothing\n")
                .replace("PROVIDER", &story.provider.uri()),
        )
        .await;
    assert_eq!(status, 422);
    assert!(said["errors"][0]["message"].as_str().unwrap().contains("customers connect this one themselves"), "{said}");
}
