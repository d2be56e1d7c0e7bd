use serde_json::json;

use super::{Story, consent};
use crate::support::Browser;

async fn connected(locked: bool) -> Story {
    let mut story = Story::of("alerts").await;
    story.admin.open(&story.path("desk", "")).await;
    if !locked {
        story.admin.set("locked", &[]);
    }
    let mut admin = story.admin.same_cookies();
    std::mem::swap(&mut admin, &mut story.admin);
    consent(&mut admin, &story.provider, "Connect Desk").await;
    story.admin = admin;
    story
}

#[tokio::test]
async fn an_admin_signs_in_for_the_customer_who_then_sees_that_it_is_managed() {
    let mut story = connected(true).await;
    assert!(story.admin.url.ends_with("/connections/desk") && story.admin.html.contains("Desk is connected."), "{}", story.admin.html);
    let desk = story.connection("desk").await;
    assert_eq!((&desk["status"], &desk["account"]), (&json!("connected"), &json!("ann@desk.example")));
    for action in ["attempt.started", "attempt.completed"] {
        let actors = story.actors(action).await;
        assert_eq!((actors.len(), &actors[0]["kind"]), (1, &json!("org_user")), "{action}");
    }
    // The team is still the customer's to enter, so not all of it is managed.
    story.fill_in("desk", &[("Team", "zz-team")], "Save").await;
    let mut person = story.customer().await;
    assert!(person.html.contains("Managed by Acme"), "{}", person.html);
    assert!(!person.html.contains("Reconnect Desk") && !person.html.contains("ann@desk.example"));
    let csrf = person.form_of("Save and continue").1.into_iter().filter(|(name, _)| name == "csrf").collect::<Vec<_>>();
    for way in ["authorizations", "retries"] {
        let path = format!("/wizard/{}/connections/desk/{way}", story.instance);
        assert_eq!(person.once("POST", &path, Some(&csrf)).await.status, 404, "{way}");
    }
    assert_eq!(story.credentials("desk").await["token"]["token_type"], "Bearer");
}

#[tokio::test]
async fn what_is_signed_in_to_but_not_locked_the_customer_may_reconnect() {
    let story = connected(false).await;
    let mut person = story.customer().await;
    assert!(person.html.contains("Connected as ann@desk.example"), "{}", person.html);
    consent(&mut person, &story.provider, "Reconnect Desk").await;
    let actors = story.actors("attempt.completed").await;
    assert_eq!((&actors[0]["kind"], &actors[1]["kind"]), (&json!("customer_user"), &json!("org_user")));
}

#[tokio::test]
async fn a_renewed_token_is_still_whose_it_was() {
    let mut story = connected(true).await;
    story.fill_in("desk", &[("Team", "zz-team")], "Save").await;
    story.admin.press("Renew access now").await;
    assert!(story.admin.html.contains("was renewed just now"), "{}", story.admin.html);
    assert!(story.customer().await.html.contains("Managed by Acme"));
}

#[tokio::test]
async fn another_browser_cannot_finish_what_an_admin_began() {
    let mut story = Story::of("alerts").await;
    story.admin.open(&story.path("desk", "")).await;
    let (action, pairs) = story.admin.form_of("Connect Desk");
    story.admin.once("POST", &action, Some(&pairs)).await;
    let back = story.provider.allow(story.admin.headers["location"].to_str().unwrap());
    let mut person = story.customer().await;
    person.open(&back).await;
    assert_eq!(person.status, 403);
    assert_eq!(story.connection("desk").await["status"], "not_connected");
}

#[tokio::test]
async fn another_account_is_asked_about_in_the_console() {
    let story = connected(true).await;
    story.provider.now().account = "eve@desk.example".into();
    let mut admin = story.admin.same_cookies();
    admin.open(&story.path("desk", "")).await;
    consent(&mut admin, &story.provider, "Reconnect Desk").await;
    assert!(admin.url.contains("/admin/") && admin.title().contains("You signed in as eve@desk.example"), "{}", admin.html);
    admin.press("Use eve@desk.example instead").await;
    assert_eq!(story.connection("desk").await["account"], "eve@desk.example");
    assert!(admin.url.ends_with("/connections/desk"));
}

#[tokio::test]
async fn a_broken_connection_is_repaired_by_a_reconnect_link() {
    let mut story = connected(false).await;
    story.provider.now().knows_refresh_token("none");
    story.admin.open(&story.path("desk", "")).await.press("Renew access now").await;
    assert!(story.admin.html.contains("Only a new sign-in brings it back"), "{}", story.admin.html);
    assert!(story.admin.html.contains("refused to renew the access"), "the admin's sentence");
    story.admin.press("Send a reconnect link").await;
    let page = story.admin.html.clone();
    assert!(page.contains("needs reconnecting") && page.contains("it is not shown again"), "{page}");
    let url = regex::Regex::new(r"http://[^\s<]+/links/[A-Za-z0-9_-]+").unwrap().find(&page).unwrap().as_str().to_owned();
    let before = story.connection("desk").await["connection_id"].clone();
    let mut person = Browser::new(&story.product.base);
    person.open(&url).await;
    consent(&mut person, &story.provider, "Reconnect Desk").await;
    let desk = story.connection("desk").await;
    assert_eq!((&desk["status"], &desk["connection_id"]), (&json!("connected"), &before));
}

#[tokio::test]
async fn before_a_disconnect_what_stops_is_listed_and_what_was_filled_in_stays() {
    let mut story = connected(true).await;
    story.fill_in("desk", &[("Team", "zz-team")], "Save").await;
    story.admin.follow("Disconnect Desk").await;
    assert!(story.admin.html.contains("Alerts, which is not turned on"), "{}", story.admin.html);
    story.admin.press("Disconnect Desk").await;
    assert!(story.admin.html.contains("Desk is disconnected."), "{}", story.admin.html);
    let desk = story.connection("desk").await;
    assert_eq!((&desk["status"], &desk["inputs"]["team"]["value"]), (&json!("not_connected"), &json!("zz-team")));
    assert_eq!(story.provider.now().revoked.len(), 2);
}

#[tokio::test]
async fn a_slots_test_credentials_are_signed_in_for_from_the_integrations_page() {
    let mut story = Story::of("alerts").await;
    story.admin.open("/admin/integrations/alerts/tests/desk").await;
    consent(&mut story.admin, &story.provider, "Connect Desk").await;
    assert!(story.admin.url.ends_with("/admin/integrations/alerts/tests/desk"), "{} {}", story.admin.url, story.admin.html);
    assert!(story.admin.html.contains("ann@desk.example"), "{}", story.admin.html);
    let read = story.product.ok("GET", "/integrations/alerts/test/connections/desk/credentials", None).await;
    assert!(read["token"]["access_token"].is_string(), "{read}");
    assert_eq!(story.connection("desk").await["status"], "not_connected", "no instance has it");
    story.admin.open("/admin/integrations/alerts").await;
    assert!(story.admin.html.contains("ann@desk.example"), "{}", story.admin.html);
}
