use serde_json::json;

use super::{HOST, KEY, SLOT, again, at_the_wizard, instance, manifests, path};
use crate::support::{Browser, Product};

fn one_page(team: &str) -> String {
    manifests(&format!("{HOST}, {KEY}"), &format!("{SLOT}, {{variable: team, label: {team}}}"))
}

async fn turned_on() -> (Product, Browser) {
    let (product, mut person) = at_the_wizard(&one_page("Team")).await;
    person.fill("Host", "h.example").fill("Key", "s3cret").fill("Team", "Blue").press("Save and continue").await;
    person.press("Turn on Sync").await;
    assert!(person.title().contains("Sync is on"), "{}", person.title());
    (product, person)
}

/// A link to the instance itself, in a browser of its own.
async fn reopened(product: &Product) -> Browser {
    let id = instance(product).await["id"].clone();
    let body = json!({"customer": "external:acme", "instance": id, "expires_in_seconds": 600});
    let link = product.ok("POST", "/links", Some(body)).await;
    let mut person = Browser::new(&product.base);
    person.open(link["url"].as_str().unwrap()).await;
    person
}

#[tokio::test]
async fn what_is_live_opens_on_the_review_and_changes_only_when_it_is_saved() {
    let (product, _) = turned_on().await;
    let mut person = reopened(&product).await;
    assert!(person.title().contains("Check your answers") && person.html.contains("Blue"), "{}", person.title());
    person.follow("Change").await;
    person.fill("Team", "Green").press("Save and continue").await;
    assert!(person.title().contains("Check your answers") && person.html.contains("Green"));
    assert_eq!(instance(&product).await["deployed_variables"], json!({"team": "Blue"}), "not yet");
    person.press("Save changes").await;
    assert!(person.title().contains("Your changes are saved"), "{}", person.title());
    assert_eq!(instance(&product).await["deployed_variables"], json!({"team": "Green"}));
}

#[tokio::test]
async fn drafts_follow_a_newer_version_and_what_is_on_keeps_its_own() {
    let (product, _) = turned_on().await;
    let mut draft = again(&product).await;
    assert!(draft.name_of("Team").is_some());
    assert_eq!(product.apply(&one_page("Squad")).await.0, 200);
    draft = again(&product).await;
    assert!(draft.name_of("Squad").is_some() && draft.name_of("Team").is_none(), "{}", draft.html);
    let mut live = reopened(&product).await;
    assert!(live.html.contains("Team") && !live.html.contains("Squad"));
    live.follow("Change").await;
    assert!(live.name_of("Team").is_some());
}

#[tokio::test]
async fn a_disconnect_says_what_stops_and_keeps_the_id() {
    let (product, _) = turned_on().await;
    let slot = format!("{}/connections/tasks", path(&product).await);
    let before = product.ok("GET", &slot, None).await;
    let mut person = reopened(&product).await;
    person.follow("Change").await;
    person.follow("Disconnect Tasks").await;
    assert!(person.html.contains("Sync, which is turned on, stops running until you connect again"), "{}", person.html);
    person.press("Disconnect Tasks").await;
    assert!(person.title().contains("Tasks is disconnected"), "{}", person.html);
    person.follow("Back to the step").await;
    let after = product.ok("GET", &slot, None).await;
    assert_eq!(after["connection_id"], before["connection_id"]);
    assert_eq!((&after["status"], &after["inputs"]), (&json!("not_connected"), &json!({})));
    assert_eq!(product.api("GET", &format!("{slot}/credentials"), None).await.0, 409);
    person.fill("Host", "h2.example").fill("Key", "n3w").press("Save and continue").await;
    let again = product.ok("GET", &slot, None).await;
    assert_eq!((&again["connection_id"], &again["status"]), (&before["connection_id"], &json!("connected")));
}
