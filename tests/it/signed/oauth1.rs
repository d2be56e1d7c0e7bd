use serde_json::json;
use wiremock::ResponseTemplate;

use super::{
    Story,
    photos::{CLIENT_SECRET, Photos, TOKEN_SECRET},
};
use crate::support::{Browser, database};

async fn begin(signature_method: &str) -> (Photos, Story) {
    let photos = Photos::start().await;
    let story = Story::begin(&photos.manifests(signature_method)).await;
    (photos, story)
}

/// Presses Connect; where the browser is sent.
async fn leave(story: &mut Story) -> String {
    let (action, pairs) = story.person.form_of("Connect Photos");
    story.person.once("POST", &action, Some(&pairs)).await;
    assert_eq!(story.person.status, 303, "{}", story.person.html);
    story.person.headers["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_whole_way_ends_with_a_token_that_signs() {
    for signature_method in ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"] {
        let (photos, mut story) = begin(signature_method).await;
        let step = story.person.url.clone();
        let url = leave(&mut story).await;
        let back = photos.allow(&url);
        assert!(back.starts_with(&format!("{}/oauth/callback?state=", story.product.base)), "{back}");
        story.person.open(&back).await;
        assert_eq!(photos.now().refused, [""; 0], "{signature_method}");
        assert_eq!((story.person.url.as_str(), story.person.status), (step.as_str(), 200));
        assert!(story.person.html.contains("Photos is connected") && story.person.html.contains("jane"), "{}", story.person.html);
        let (status, read) = story.credential().await;
        assert_eq!((status, &read["token"]["access_token"]), (200, &json!("nnch734d00sl2jdk")), "{read}");
        assert_eq!((&read["token"]["token_secret"], &read["token"]["token_type"]), (&json!(TOKEN_SECRET), &json!("OAuth1")));
        assert_eq!((&read["token"]["expires_at"], &read["inputs"]["client_secret"]), (&json!(null), &json!(CLIENT_SECRET)));
        assert_eq!((&read["context"], &read["account"]), (&json!({"user_id": "42"}), &json!("jane")));
        assert_eq!(story.check().await["ok"], true);
        assert_eq!(photos.now().refused, [""; 0]);
        assert_eq!(photos.now().asked, ["/initiate", "/token", "/me", "/me"]);
    }
}

#[tokio::test]
async fn nothing_that_signs_stands_in_the_clear() {
    let (photos, mut story) = begin("HMAC-SHA1").await;
    let url = leave(&mut story).await;
    let state = photos.back_with("").split("state=").nth(1).unwrap().trim_end_matches('&').to_owned();
    assert!(state.len() >= 43, "256 bits: {state}");
    let secrets = ["hdhd0244k9j7ao03", "pfkkdhi9sl3r4s00", "nnch734d00sl2jdk", "kd94hf93k423kf44", &state];
    for step in ["there", "back"] {
        if step == "back" {
            story.person.open(&photos.allow(&url)).await;
            assert_eq!(story.slot().await["status"], "connected");
        }
        for (place, contents) in database::contents(&story.product.database_url).await {
            let contents = String::from_utf8_lossy(&contents).into_owned();
            assert!(secrets.iter().all(|secret| !contents.contains(secret)), "{step}: a secret in {place}");
        }
        let shown = story.slot().await.to_string();
        assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{step}: {shown}");
    }
}

#[tokio::test]
async fn its_token_never_ends_and_nobody_is_asked_to_renew_or_revoke_it() {
    let (photos, mut story) = begin("HMAC-SHA1").await;
    let url = leave(&mut story).await;
    story.person.open(&photos.allow(&url)).await;
    let asked = photos.now().asked.len();
    assert_eq!(story.product.api("POST", &format!("{}/refreshes", story.slot), None).await.0, 200);
    story.product.ahead_seconds.store(400 * 86_400, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(story.credential().await.0, 200);
    let ended = story.product.ok("DELETE", &format!("{}/authorization", story.slot), None).await;
    assert_eq!(ended["revocation"]["outcome"], "not_supported", "{ended}");
    assert_eq!(photos.now().asked.len(), asked, "nobody was asked");
    assert_eq!(story.credential().await.1["code"], "not_connected");
}

#[tokio::test]
async fn a_no_at_the_provider_has_its_page_and_saves_nothing() {
    for (query, status, code) in [
        ("denied=hh5s93j4hdidpola", 200, "auth.consent_denied"),
        ("oauth_token=hh5s93j4hdidpola", 200, "auth.consent_denied"),
        ("oauth_token=other&oauth_verifier=hfdp7dh39dks9884", 502, "provider.unexpected"),
        ("oauth_token=hh5s93j4hdidpola&oauth_verifier=wrong", 422, "auth.consent_expired"),
    ] {
        let (photos, mut story) = begin("HMAC-SHA1").await;
        leave(&mut story).await;
        story.person.open(&photos.back_with(query)).await;
        assert_eq!(story.person.status, status, "{query}: {}", story.person.html);
        assert!(story.person.html.contains(code), "{query}: {}", story.person.html);
        assert_eq!(story.slot().await["status"], "not_connected");
        // The page's own way on works.
        let (action, pairs) = story.person.form_of("Try again");
        story.person.once("POST", &action, Some(&pairs)).await;
        assert_eq!((story.person.status, photos.now().asked.last().map(String::as_str)), (303, Some("/initiate")), "{query}");
    }
}

#[tokio::test]
async fn a_provider_that_hands_out_no_temporary_credentials_has_its_page() {
    for (answer, title, code) in [
        (ResponseTemplate::new(401), "put right", "configuration"),
        (ResponseTemplate::new(503), "has a problem", "provider.down"),
        (ResponseTemplate::new(200).set_body_string("oauth_token=a&oauth_token_secret=b"), "has a problem", "provider.unexpected"),
    ] {
        let (photos, mut story) = begin("HMAC-SHA1").await;
        photos.now().initiate_answer = Some(answer);
        story.person.press("Connect Photos").await;
        assert_eq!(story.person.status, 502, "{}", story.person.html);
        assert!(story.person.title().contains(title) && story.person.html.contains(code), "{}", story.person.html);
        let events = story.product.ok("GET", "/audit-events?limit=1", None).await;
        assert_eq!((&events["items"][0]["action"], &events["items"][0]["detail"]["reason"]), (&json!("attempt.failed"), &json!(code)));
    }
}

#[tokio::test]
async fn another_browser_is_refused_and_a_second_callback_changes_nothing() {
    let (photos, mut story) = begin("HMAC-SHA1").await;
    let url = leave(&mut story).await;
    let back = photos.allow(&url);
    assert_eq!(Browser::new(&story.product.base).open(&back).await.status, 403);
    assert_eq!(story.person.open(&back).await.status, 200);
    let asked = photos.now().asked.len();
    story.person.once("GET", &back, None).await;
    assert_eq!((story.person.status, photos.now().asked.len()), (303, asked));
}

#[tokio::test]
async fn a_token_from_elsewhere_is_taken_over_with_its_secret() {
    let (photos, story) = begin("HMAC-SHA1").await;
    let token = json!({"access_token": "nnch734d00sl2jdk", "token_secret": TOKEN_SECRET, "token_type": "OAuth1"});
    let saved = story.product.ok("PUT", &format!("{}?check=true", story.slot), Some(json!({"token": token}))).await;
    assert_eq!((&saved["status"], &saved["account"]), (&json!("connected"), &json!("jane")), "{:?}", photos.now().refused);
    assert_eq!(story.credential().await.1["token"]["token_secret"], TOKEN_SECRET);
}
