use jackfield::{
    domain::{access::Actor, user::Role},
    flows::apply::{Applied, Options, apply},
    manifest::{Lookup, Source},
};
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

/// With a preset of the same app, made in the console.
async fn made_in_console() -> Story {
    let mut story = Story::of("alerts").await;
    story.admin.open("/admin/integrations").await.follow("Apps and presets").await.follow("Make a preset").await;
    let types = story.admin.html.clone();
    assert!(types.contains("Desk: OAuth 2.0") && types.contains("Tasks: API key"), "{types}");
    story.admin.open("/admin/presets/new?type=desk.oauth2").await;
    story.admin.set("key", &["our-desk"]).set("input:preset:client_id", &["desk-client"]);
    story.admin.set("input:preset:client_secret", &["zz-first-secret"]).press("Make the preset").await;
    assert!(story.admin.url.ends_with("/admin/presets/our-desk"), "{} {}", story.admin.url, story.admin.html);
    let slot = PRESET.split("---").nth(1).unwrap();
    let (status, said) = story.product.apply(slot).await;
    assert_eq!(status, 200, "{said}");
    story
}

#[tokio::test]
async fn what_is_set_is_never_shown_and_a_blank_field_keeps_it() {
    let mut story = made_in_console().await;
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

#[tokio::test]
async fn a_preset_of_the_console_is_sealed_has_a_key_of_its_own_and_keeps_what_was_typed() {
    let mut story = made_in_console().await;
    assert!(story.admin.html.contains("The preset is made") || story.admin.open("/admin/presets/our-desk").await.status == 200);
    consent_with(&mut story).await;
    assert!(story.admin.html.contains("It works: signed in as ann@desk.example."), "{}", story.admin.html);
    for (place, bytes) in crate::support::database::contents(&story.product.database_url).await {
        assert!(!String::from_utf8_lossy(&bytes).contains("zz-first-secret"), "{place}");
    }
    story.admin.open("/admin/presets/new?type=desk.oauth2").await;
    assert!(story.admin.html.contains("/oauth/callback"), "the address to register: {}", story.admin.html);
    for (key, said) in [("our-desk", "There is a preset with this key"), ("new", "Enter a key"), ("", "Enter a key")] {
        story.admin.open("/admin/presets/new?type=desk.oauth2").await;
        story.admin.set("key", &[key]).set("input:preset:client_id", &["typed-once"]).set("input:preset:client_secret", &["zz-typed"]);
        story.admin.press("Make the preset").await;
        assert_eq!(story.admin.status, 422, "{key}");
        let page = &story.admin.html;
        assert!(page.contains(said) && page.contains("typed-once") && !page.contains("zz-typed"), "{key}: {page}");
    }
    assert_eq!(story.admin.open("/admin/presets/new?type=desk.none").await.status, 404);
    let mut support = org_user(&story.product, Role::Support).await;
    assert_eq!(support.open("/admin/presets/new").await.status, 403);
}

#[tokio::test]
async fn what_a_manifest_declares_is_changed_there_and_what_was_made_here_no_manifest_takes_away() {
    let mut story = story().await;
    let mut tab = made_in(&mut story, "spare").await;
    story.admin.open("/admin/presets/our-desk").await;
    assert!(story.admin.html.contains("A manifest declares this preset"), "{}", story.admin.html);
    assert!(!story.admin.buttons().contains(&"Save".to_owned()), "{:?}", story.admin.buttons());
    assert!(story.admin.buttons().contains(&"Try this app now".to_owned()));
    // Sent all the same, as by a page that was open before.
    tab.open("/admin/presets/spare").await;
    let (_, pairs) = tab.set("input:preset:client_id", &["other-client"]).form_of("Save");
    tab.once("POST", "/admin/presets/our-desk", Some(&pairs)).await;
    consent_with(&mut story).await;
    assert_eq!(story.provider.now().asked.last().unwrap()["client_id"], "desk-client");
    let source = Source { name: "all.yaml".into(), text: PRESET.split("---").nth(1).unwrap().into() };
    let options = Options { dry_run: true, prune: true, ..Options::default() };
    let pruned = apply(&story.product.context, &Actor::System, &[source], &Nothing, options).await.ok().unwrap();
    let changes = match pruned {
        Applied::Changes(changes) => changes,
        Applied::Refused(errors) => panic!("{}", errors[0]),
    };
    let withdrawn: Vec<_> = changes.iter().filter(|change| change.kind == "preset").map(|change| change.key.as_str()).collect();
    assert_eq!(withdrawn, ["our-desk"]);
    // A manifest that declares its key owns it from then on, whatever it says.
    tab.open("/admin/presets").await;
    assert!(tab.html.contains("Made here.") && tab.html.contains("Declared in a manifest."), "{}", tab.html);
    let (status, said) = story.product.apply("{kind: preset, key: spare, type: desk.oauth2, inputs: {client_id: {value: x}}}").await;
    assert_eq!((status, &said["changes"][0]["action"]), (200, &json!("update")), "{said}");
    tab.open("/admin/presets/spare").await;
    assert!(tab.html.contains("A manifest declares this preset"), "{}", tab.html);
}

struct Nothing;

impl Lookup for Nothing {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn file(&self, _: &str) -> Result<String, String> {
        Err("no files".into())
    }
}

async fn made_in(story: &mut Story, key: &str) -> crate::support::Browser {
    let mut tab = story.admin.same_cookies();
    tab.open("/admin/presets/new?type=desk.oauth2").await.set("key", &[key]).set("input:preset:client_id", &["x"]);
    tab.press("Make the preset").await;
    assert_eq!(tab.status, 200, "{}", tab.html);
    tab
}
