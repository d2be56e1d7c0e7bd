use jackfield::domain::user::Role;
use serde_json::json;

use super::{Story, consent, org_user};

const PRESET: &str = r#"
kind: preset
key: our-desk
type: desk.oauth2
inputs: {client_id: {value: "desk-client"}, client_secret: {value: "zz-first-secret"}}
---
kind: integration
key: with-preset
name: With a preset
pages: [{key: p, title: Connect, elements: [{connection: desk, type: desk.oauth2, preset: our-desk}]}]
"#;

async fn story() -> Story {
    let story = Story::of("alerts").await;
    let (status, said) = story.product.apply(PRESET).await;
    assert_eq!(status, 200, "{said}");
    story
}

#[tokio::test]
async fn what_is_set_is_never_shown_and_a_blank_field_keeps_it() {
    let mut story = story().await;
    story.admin.open("/admin/presets").await;
    let page = &story.admin.html;
    assert!(page.contains("/oauth/callback") && page.contains("2 values are set.") && page.contains("With a preset"), "{page}");
    story.admin.follow("Desk: OAuth 2.0").await;
    assert!(!story.admin.html.contains("zz-first-secret") && !story.admin.html.contains("desk-client"), "{}", story.admin.html);
    story.admin.set("input:preset:client_secret", &["zz-second-secret"]).press("Save").await;
    assert!(story.admin.html.contains("Saved.") && !story.admin.html.contains("zz-second"), "{}", story.admin.html);
    consent_with(&mut story).await;
    let asked = story.provider.now().asked.last().unwrap().clone();
    assert_eq!((asked["client_secret"].as_str(), asked["client_id"].as_str()), ("zz-second-secret", "desk-client"));
    story.admin.set("input:preset:nothing", &["x"]).press("Save").await;
    assert_eq!(story.admin.status, 422);
}

async fn consent_with(story: &mut Story) {
    consent(&mut story.admin, &story.provider, "Try this app now").await;
}

#[tokio::test]
async fn an_app_is_tried_with_a_consent_that_is_given_back() {
    let mut story = story().await;
    story.admin.open("/admin/presets/our-desk").await;
    consent_with(&mut story).await;
    assert!(story.admin.html.contains("It works: signed in as ann@desk.example. The access was given back."), "{}", story.admin.html);
    assert_eq!(story.provider.now().revoked.len(), 2);
    let events = story.product.ok("GET", "/audit-events?limit=50", None).await;
    let tried: Vec<_> = events["items"].as_array().unwrap().iter().filter(|event| event["action"] == "preset.tried").collect();
    assert_eq!((tried.len(), &tried[0]["actor"]["kind"]), (1, &json!("org_user")));
    assert!(!events.to_string().contains("access-1"));
}

#[tokio::test]
async fn an_app_that_does_not_work_says_why_on_its_own_page() {
    let mut story = story().await;
    let refusal = wiremock::ResponseTemplate::new(401).set_body_json(json!({"error": "invalid_client"}));
    story.provider.now().token_answer = Some(refusal);
    story.admin.open("/admin/presets/our-desk").await;
    consent_with(&mut story).await;
    assert!(story.admin.url.ends_with("/admin/presets/our-desk"), "{}", story.admin.url);
    assert!(story.admin.html.contains("A setting of this connection is missing or does not fit"), "{}", story.admin.html);
}

#[tokio::test]
async fn only_who_may_change_it_opens_it() {
    let story = story().await;
    let mut support = org_user(&story.product, Role::Support).await;
    assert_eq!(support.open("/admin/presets").await.status, 200);
    assert_eq!(support.open("/admin/presets/our-desk").await.status, 403);
    let mut admin = story.admin.same_cookies();
    assert_eq!(admin.open("/admin/presets/none").await.status, 404);
}
