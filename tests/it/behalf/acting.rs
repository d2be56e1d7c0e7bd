use std::sync::atomic::Ordering;

use jackfield::domain::user::Role;
use serde_json::json;

use super::{Story, consent, org_user};

const REASON: &str = "Asked for on the phone by Priya";

async fn acting(integration: &str) -> Story {
    let mut story = Story::of(integration).await;
    story.admin.open(&format!("/admin/instances/{}", story.instance)).await.follow("Act for acme").await;
    story.admin.fill("Why", REASON).press("Begin").await;
    assert_eq!(story.admin.status, 200, "{}", story.admin.html);
    story
}

#[tokio::test]
async fn an_org_user_uses_the_wizard_under_a_bar_and_the_customer_reads_why() {
    let mut story = acting("nightshift").await;
    let admin = &mut story.admin;
    assert!(admin.url.contains("/wizard/") && admin.html.contains("You are acting for acme as admin@acme.example"), "{}", admin.html);
    assert!(admin.html.contains("15 minutes left"));
    admin.fill("Host", "h.example").fill("Key", "k").press("Save and continue").await;
    assert!(admin.html.contains("You are acting for acme"), "on every page: {}", admin.html);
    admin.press("Turn on Night shift").await;
    assert!(admin.html.contains("You are acting for acme"));
    for action in ["connection.saved", "instance.deployed"] {
        let actor = story.actors(action).await[0].clone();
        assert_eq!((&actor["kind"], &actor["reason"], &actor["role"]), (&json!("acting"), &json!(REASON), &json!("admin")), "{action}");
        assert!(actor["id"].is_string() && actor["customer_id"].is_string());
    }
    let mut person = story.customer().await;
    person.open(&format!("/wizard/{}/connections/keyed", story.instance)).await;
    assert!(person.html.contains("Changed by Acme") && person.html.contains(REASON), "{}", person.html);
    assert!(!person.html.contains("You are acting"));
}

#[tokio::test]
async fn it_ends_when_it_is_ended() {
    let mut story = acting("nightshift").await;
    let mut other_tab = story.admin.same_cookies();
    other_tab.open(&format!("/wizard/{}/pages/keys", story.instance)).await;
    story.admin.press("End").await;
    assert!(story.admin.html.contains("You no longer act for acme."), "{}", story.admin.html);
    other_tab.fill("Host", "h.example").fill("Key", "k").press("Save and continue").await;
    assert_eq!(other_tab.status, 401);
    assert_eq!(story.connection("keyed").await["status"], "not_connected");
    assert_eq!((story.actors("acting.begun").await.len(), story.actors("acting.ended").await.len()), (1, 1));
}

#[tokio::test]
async fn it_ends_by_itself_on_the_server() {
    let mut story = acting("nightshift").await;
    story.product.ahead_seconds.fetch_add(901, Ordering::Relaxed);
    story.admin.fill("Host", "h.example").fill("Key", "k").press("Save and continue").await;
    assert!(story.admin.url.contains("/admin/instances/") && story.admin.html.contains("Your 15 minutes are over"), "{}", story.admin.html);
    assert_eq!(story.connection("keyed").await["status"], "not_connected");
    assert_eq!(story.admin.open(&format!("/wizard/{}", story.instance)).await.status, 401);
}

#[tokio::test]
async fn a_sign_in_while_acting_names_both() {
    let mut story = acting("alerts").await;
    consent(&mut story.admin, &story.provider, "Connect Desk").await;
    assert!(story.admin.url.contains("/wizard/"), "{}", story.admin.url);
    assert_eq!(story.actors("attempt.completed").await[0]["kind"], "acting");
}

#[tokio::test]
async fn without_a_reason_or_the_role_nobody_acts_for_anybody() {
    let mut story = Story::of("nightshift").await;
    let path = format!("/admin/instances/{}/acting", story.instance);
    story.admin.open(&path).await.fill("Why", "  ").press("Begin").await;
    assert_eq!(story.admin.status, 422);
    assert!(story.admin.html.contains("Enter why you act for acme"));
    story.admin.open(&path).await.fill("Why", &"x".repeat(201)).press("Begin").await;
    assert_eq!(story.admin.status, 422);
    assert_eq!(story.admin.open(&format!("/wizard/{}", story.instance)).await.status, 401);
    for role in [Role::Viewer, Role::Support] {
        assert_eq!(org_user(&story.product, role).await.open(&path).await.status, 403);
    }
}

#[tokio::test]
async fn it_opens_no_other_instance() {
    let mut story = acting("nightshift").await;
    let body = json!({"customer": "external:acme", "integration": "alerts"});
    let other = story.product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
    assert_eq!(story.admin.open(&format!("/wizard/{other}")).await.status, 401);
}

#[tokio::test]
async fn the_bar_stands_on_error_pages_too() {
    let mut story = acting("nightshift").await;
    for page in ["pages/none", "connections/none"] {
        story.admin.open(&format!("/wizard/{}/{page}", story.instance)).await;
        assert_eq!(story.admin.status, 404, "{page}");
        assert!(story.admin.html.contains("You are acting for acme as admin@acme.example"), "{page}: {}", story.admin.html);
    }
    story.admin.press("End").await;
    assert!(story.admin.html.contains("You no longer act for acme."), "{}", story.admin.html);
    assert_eq!(story.admin.open("/nothing").await.status, 404);
    assert!(!story.admin.html.contains("You are acting"));
}
