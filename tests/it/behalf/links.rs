use jackfield::domain::user::Role;
use serde_json::json;

use super::{Story, consent, org_user};
use crate::support::Browser;

/// The address on a page that shows it this once.
fn address(page: &Browser) -> String {
    regex::Regex::new(r"http://[^\s<]+/links/[A-Za-z0-9_-]+").unwrap().find(&page.html).unwrap().as_str().to_owned()
}

async fn index(story: &Story, browser: &mut Browser) {
    let customer = story.product.ok("GET", "/customers/external:acme", None).await["id"].as_str().unwrap().to_owned();
    browser.open(&format!("/admin/customers/{customer}/links")).await;
    assert_eq!(browser.status, 200, "{}", browser.html);
}

#[tokio::test]
async fn a_link_is_made_with_a_message_to_copy_and_seen_opened_and_finished() {
    let story = Story::of("nightshift").await;
    let mut support = org_user(&story.product, Role::Support).await;
    index(&story, &mut support).await;
    support.set("target", &[&format!("instance:{}", story.instance)]).fill("Name of the person", "Priya");
    support.fill("E-mail address", "priya@acme.example").press("Make the link").await;
    let page = support.html.clone();
    assert!(page.contains("Hello Priya,") && page.contains("Connect Night shift"), "{page}");
    let url = address(&support);
    index(&story, &mut support).await;
    assert!(support.html.contains("Not opened yet") && support.html.contains("Priya, priya@acme.example"), "{}", support.html);
    assert!(!support.html.contains(url.rsplit('/').next().unwrap()), "the address is shown once");
    let mut person = Browser::new(&story.product.base);
    person.open(&url).await;
    index(&story, &mut support).await;
    assert!(support.html.contains("Opened just now"), "{}", support.html);
    person.fill("Host", "h.example").fill("Key", "k").press("Save and continue").await.press("Turn on Night shift").await;
    index(&story, &mut support).await;
    assert!(support.html.contains("Finished just now"), "{}", support.html);
}

#[tokio::test]
async fn a_link_for_one_connection_is_finished_when_it_is_connected() {
    let mut story = Story::of("alerts").await;
    story.admin.open(&story.path("desk", "")).await.press("Send a link to connect it").await;
    let mut person = Browser::new(&story.product.base);
    person.open(&address(&story.admin)).await;
    consent(&mut person, &story.provider, "Connect Desk").await;
    let mut admin = story.admin.same_cookies();
    index(&story, &mut admin).await;
    assert!(admin.html.contains("Desk of Alerts") && admin.html.contains("Finished just now"), "{}", admin.html);
}

#[tokio::test]
async fn another_link_takes_the_place_of_one_and_one_taken_back_opens_nothing() {
    let mut story = Story::of("nightshift").await;
    story.admin.open(&story.path("keyed", "")).await.press("Send a link to connect it").await;
    let first = address(&story.admin);
    let mut admin = story.admin.same_cookies();
    index(&story, &mut admin).await;
    let renew = admin.buttons().into_iter().find(|button| button.starts_with("Make a new one")).unwrap();
    admin.press(&renew).await;
    let second = address(&admin);
    let mut person = Browser::new(&story.product.base);
    assert_eq!(person.open(&first).await.status, 410);
    assert_eq!(person.open(&second).await.status, 200);
    index(&story, &mut admin).await;
    let revoke = admin.buttons().into_iter().find(|button| button.starts_with("Take it back")).unwrap();
    admin.press(&revoke).await;
    assert_eq!(Browser::new(&story.product.base).open(&second).await.status, 410);
}

#[tokio::test]
async fn who_opens_an_ended_link_can_ask_for_a_new_one() {
    let mut story = Story::of("nightshift").await;
    story.admin.open(&story.path("keyed", "")).await.press("Send a link to connect it").await;
    let url = address(&story.admin);
    story.product.ahead_seconds.fetch_add(8 * 86_400, std::sync::atomic::Ordering::Relaxed);
    let mut person = Browser::new(&story.product.base);
    assert_eq!(person.open(&url).await.status, 410);
    person.press("Send me a new link").await;
    assert!(person.html.contains("Acme knows that you need a new link"), "{}", person.html);
    person.open(&url).await.press("Send me a new link").await;
    assert_eq!(person.status, 200);
    let events = story.product.ok("GET", "/audit-events?customer=external:acme&limit=200", None).await;
    let asked = events["items"].as_array().unwrap().iter().filter(|event| event["action"] == "link.requested").count();
    assert_eq!(asked, 1, "once an hour");
    let mut admin = super::org_user_again(&story.product).await;
    index(&story, &mut admin).await;
    assert!(admin.html.contains("Asked for a new one just now"), "{}", admin.html);
    let mut stranger = Browser::new(&story.product.base);
    assert_eq!(stranger.open("/links/none").await.status, 404);
    assert!(!stranger.buttons().contains(&"Send me a new link".to_owned()));
}

#[tokio::test]
async fn half_a_person_and_no_target_are_said_at_their_fields() {
    let story = Story::of("nightshift").await;
    let mut admin = story.admin.same_cookies();
    index(&story, &mut admin).await;
    admin.fill("Name of the person", "Priya").press("Make the link").await;
    assert_eq!(admin.status, 422);
    assert!(admin.html.contains("Choose what the link opens") && admin.html.contains("or neither") && admin.html.contains("Priya"));
    index(&story, &mut admin).await;
    admin.set("target", &["instance:0192f7c1-7a00-7000-8000-000000000000"]).press("Make the link").await;
    assert_eq!(admin.status, 422);
    let links = story.product.ok("GET", "/audit-events?customer=external:acme&limit=200", None).await;
    assert!(links["items"].as_array().unwrap().iter().all(|event| event["action"] != json!("link.created")));
}
