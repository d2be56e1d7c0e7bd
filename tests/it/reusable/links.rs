//! A link to a reusable connection: whoever opens it makes one saved connection, and no more.

use std::sync::atomic::Ordering;

use jackfield::domain::user::Role;
use serde_json::json;

use super::*;
use crate::support::Browser;

const TEAMS: &str = "
kind: connector
key: crm
name: Crm
connection_types:
  - key: oauth2
    name: OAuth 2.0
    auth: {kind: oauth2, grant: authorization_code}
    inputs:
      - {key: team, label: Team, type: string}
      - {key: authorize_url, template: \"https://{{team}}.crm.example/authorize\"}
      - {key: token_url, default: \"PROVIDER/token\", visibility: organization}
      - {key: client_id, default: \"crm\", visibility: organization}
      - {key: client_secret, type: password, visibility: organization}
---
kind: reusable_connection
key: own-crm
name: Own crm
type: crm.oauth2
activation: customer
inputs: {client_secret: {value: \"crm-client-secret\", scope: global}}
";

async fn link(story: &Story, definition: &str, seconds: i64) -> String {
    let body = json!({"customer": "external:acme", "reusable_connection": definition, "expires_in_seconds": seconds});
    story.product.ok("POST", "/links", Some(body)).await["url"].as_str().unwrap().to_owned()
}

async fn open(story: &Story, url: &str) -> Browser {
    let mut person = Browser::new(&story.product.base);
    person.open(url).await;
    assert_eq!(person.status, 200, "{}", person.html);
    person
}

/// Names and statuses of what the customer has saved.
async fn listed(story: &Story) -> Vec<(String, String)> {
    let listed = story.get("/customers/external:acme/connections").await;
    let text = |one: &Value, member: &str| one[member].as_str().unwrap().to_owned();
    listed["items"].as_array().unwrap().iter().map(|one| (text(one, "name"), text(one, "status"))).collect()
}

/// Presses a button that leaves for the provider; where it leads.
async fn leave(person: &mut Browser, button: &str) -> String {
    let (action, pairs) = person.form_of(button);
    person.once("POST", &action, Some(&pairs)).await;
    assert_eq!(person.status, 303, "{}", person.html);
    person.headers["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_opens_it_saves_one_connection_which_the_service_accepted() {
    let story = Story::new().await;
    let url = link(&story, "acme-erp", 3600).await;
    let mut person = open(&story, &url).await;
    assert!(person.title().contains("Connect Acme ERP"), "{}", person.title());
    person.press("Connect Erp").await;
    assert_eq!(person.status, 422);
    assert!(person.title().starts_with("Error"), "{}", person.title());
    story.provider.now().api_answer = Some(wiremock::ResponseTemplate::new(401));
    person.fill("API key", "k-wrong").press("Connect Erp").await;
    assert_eq!(person.status, 422);
    assert!(person.html.contains("It is not connected yet"), "{}", person.html);
    assert!(!person.html.contains("k-wrong"));
    story.provider.now().api_answer = None;
    assert_eq!(listed(&story).await, [], "what is not connected is not among what can be chosen");
    open(&story, &url).await;

    person.fill("API key", "k-1").press("Connect Erp").await;
    assert!(person.url.ends_with("/done"), "{}", person.url);
    for said in ["Acme ERP is connected", "ann@desk.example", "You can close this tab"] {
        assert!(person.html.contains(said), "{said}: {}", person.html);
    }
    assert_eq!(listed(&story).await, [("Acme ERP".to_owned(), "connected".to_owned())]);
    let again = open(&story, &url).await;
    assert!(again.html.contains("Save changes") && again.url.contains("/connections/"), "{}", again.html);
    assert_eq!(listed(&story).await.len(), 1, "opened again, it is still the same one");
}

#[tokio::test]
async fn signing_in_ends_there_too_and_a_no_leaves_nothing_behind() {
    let story = Story::new().await;
    let mut person = open(&story, &link(&story, "own-desk", 3600).await).await;
    let url = leave(&mut person, "Connect Desk").await;
    let no = story.provider.deny(&url, "access_denied", "");
    person.open(&no).await;
    assert_eq!(listed(&story).await, []);
    let url = leave(&mut person, "Try again").await;
    let back = story.provider.allow(&url);
    person.open(&back).await;
    assert!(person.url.ends_with("/done") && person.html.contains("Own desk is connected"), "{}", person.html);
    assert_eq!(listed(&story).await, [("Own desk".to_owned(), "connected".to_owned())]);
}

#[tokio::test]
async fn what_is_typed_beside_connect_goes_along() {
    let story = Story::new().await;
    story.apply(TEAMS).await;
    let mut person = open(&story, &link(&story, "own-crm", 3600).await).await;
    person.press("Connect Crm").await;
    assert_eq!(person.status, 422, "{}", person.html);
    person.fill("Team", "north");
    let url = leave(&mut person, "Connect Crm").await;
    assert!(url.starts_with("https://north.crm.example/authorize?"), "{url}");
    let back = story.provider.allow(&url);
    person.open(&back).await;
    assert!(person.url.ends_with("/done"), "{}", person.html);
    let id = story.get("/customers/external:acme/connections").await["items"][0]["id"].as_str().unwrap().to_owned();
    let read = story.get(&format!("/connections/{id}/credentials")).await;
    assert_eq!(read["inputs"]["team"], "north");
    assert!(read["token"]["access_token"].is_string(), "{read}");
}

#[tokio::test]
async fn a_connection_that_nobody_finished_takes_no_name_from_the_next() {
    let story = Story::new().await;
    open(&story, &link(&story, "acme-erp", 60).await).await;
    story.product.ahead_seconds.fetch_add(60 + 3601, Ordering::Relaxed);
    let url = link(&story, "acme-erp", 600).await;
    open(&story, &url).await.fill("API key", "k-1").press("Connect Erp").await;
    assert_eq!(listed(&story).await, [("Acme ERP".to_owned(), "connected".to_owned())]);
    let url = link(&story, "acme-erp", 600).await;
    open(&story, &url).await.fill("API key", "k-2").press("Connect Erp").await;
    assert_eq!(listed(&story).await[1].0, "Acme ERP 2");
}

#[tokio::test]
async fn there_is_none_to_what_customers_do_not_connect() {
    let story = Story::new().await;
    for definition in ["mailer", "drop-off", "made-up", ""] {
        let body = json!({"customer": "external:acme", "reusable_connection": definition, "expires_in_seconds": 60});
        assert_eq!(story.refused("POST", "/links", Some(body)).await, (422, "unknown_target".into()), "{definition}");
    }
    let both = json!({"customer": "external:acme", "reusable_connection": "acme-erp", "integration": "orders", "expires_in_seconds": 60});
    assert_eq!(story.refused("POST", "/links", Some(both)).await, (422, "one_target".into()));
}

#[tokio::test]
async fn an_org_user_makes_one_and_sees_that_it_was_finished() {
    let story = Story::new().await;
    let mut admin = crate::customers::org_user(&story.product, Role::Support).await;
    let customer = story.get("/customers/external:acme").await["id"].as_str().unwrap().to_owned();
    let links = format!("/admin/customers/{customer}/links");
    admin.open(&links).await.set("target", &["reusable:acme-erp"]).press("Make the link").await;
    let url = regex::Regex::new(r"http://[^\s<]+/links/[A-Za-z0-9_-]+").unwrap().find(&admin.html).unwrap().as_str().to_owned();
    open(&story, &url).await.fill("API key", "k-1").press("Connect Erp").await;
    admin.open(&links).await;
    for said in ["Connect Acme ERP once", "Finished just now"] {
        assert!(admin.html.contains(said), "{said}: {}", admin.html);
    }
    let again = admin.buttons().into_iter().find(|button| button.starts_with("Make a new one")).unwrap();
    admin.press(&again).await;
    let url = regex::Regex::new(r"http://[^\s<]+/links/[A-Za-z0-9_-]+").unwrap().find(&admin.html).unwrap().as_str().to_owned();
    open(&story, &url).await.fill("API key", "k-2").press("Connect Erp").await;
    let names: Vec<_> = listed(&story).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Acme ERP", "Acme ERP 2"], "a new one for what is done makes another connection");
}
