use serde_json::json;

use super::{
    Story,
    robots::{Robots, ecdsa_key, ed25519_key},
};

const BEARER: &str = r#"grant: jwt_bearer, assertion: {issuer: "{{client_id}}", subject: "{{subject}}", audience: "{{token_url}}", algorithm: ES256, key: "{{private_key}}", key_id: "{{key_id}}", claims: {scope: "{{scopes}}"}}"#;
const PROOF: &str = "grant: client_credentials, client_auth: private_key_jwt, algorithm: ES256";

async fn begin(auth: &str) -> (Robots, Story) {
    let robots = Robots::start().await;
    let story = Story::begin(&robots.manifests(auth)).await;
    (robots, story)
}

async fn save(story: &mut Story, private_key: &str) {
    story.person.fill("Robot", "robot@project.example").fill("Private key", private_key).press("Save and continue").await;
}

#[tokio::test]
async fn a_key_out_of_a_json_file_gets_tokens_one_after_the_other() {
    for auth in [BEARER, PROOF] {
        let (robots, mut story) = begin(auth).await;
        let pasted = robots.private_key.replace('\n', "\\n");
        save(&mut story, &pasted).await;
        assert!(story.person.title().contains("Check your answers"), "{}", story.person.html);
        let (status, read) = story.credential().await;
        assert_eq!((status, &read["token"]["access_token"]), (200, &json!("robot-token-1")), "{read}");
        assert_eq!(read["inputs"]["private_key"], robots.private_key, "with its line breaks");
        let known = robots.now().accepted[0].clone();
        assert_eq!(known["claims"]["iss"], "robot@project.example");
        assert!(known["header"].get("kid").is_none(), "{known}");
        if auth == BEARER {
            assert_eq!((&known["claims"]["scope"], known["claims"].get("sub")), (&json!("drive mail"), None));
        } else {
            assert_eq!(known["claims"]["sub"], "robot@project.example");
        }
        story.product.ahead_seconds.store(3601, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(story.credential().await.1["token"]["access_token"], "robot-token-2", "a new assertion for a new token");
    }
}

#[tokio::test]
async fn what_is_optional_is_said_once_it_is_there() {
    let (robots, mut story) = begin(BEARER).await;
    story.person.fill("Key ID", "k-7").fill("Acts for", "ann@acme.example");
    let key = robots.private_key.clone();
    save(&mut story, &key).await;
    let known = robots.now().accepted[0].clone();
    assert_eq!((&known["claims"]["sub"], &known["header"]["kid"]), (&json!("ann@acme.example"), &json!("k-7")));
}

#[tokio::test]
async fn a_wrong_key_is_told_from_no_key() {
    for (key, words, asked) in [
        ("secret".to_owned(), "Copy all of Private key", 0),
        ("-----BEGIN PRIVATE KEY-----\nMC4CAQ?\n-----END PRIVATE KEY-----".to_owned(), "Copy all of Private key", 0),
        (ed25519_key(), "That key cannot be used", 0),
        (ecdsa_key().0, "Robots did not accept this", 1),
    ] {
        let (robots, mut story) = begin(BEARER).await;
        save(&mut story, &key).await;
        assert_eq!(story.person.status, 422, "{words}: {}", story.person.html);
        assert!(story.person.html.contains(words), "{words}: {}", story.person.html);
        assert_eq!(robots.now().asked, asked, "{words}");
        assert_eq!(story.slot().await["status"], "not_connected");
    }
}

#[tokio::test]
async fn a_key_that_turns_out_wrong_later_is_named_in_the_answer() {
    for (key, reason) in [(ed25519_key(), "auth.bad_key"), (ecdsa_key().0, "auth.rejected")] {
        let (robots, story) = begin(BEARER).await;
        let inputs = json!({"client_id": "robot@project.example", "private_key": key});
        story.product.ok("PUT", &story.slot, Some(json!({"inputs": inputs}))).await;
        let (status, problem) = story.credential().await;
        assert_eq!(problem["code"], "provider_unavailable", "{problem}");
        assert_eq!(status, 503);
        assert!(problem["detail"].as_str().unwrap().contains(reason), "{problem}");
        let checked = story.check().await;
        assert_eq!((&checked["ok"], &checked["code"]), (&json!(false), &json!(reason)), "{checked}");
        let inputs = json!({"private_key": robots.private_key});
        story.product.ok("PUT", &format!("{}?check=true", story.slot), Some(json!({"inputs": inputs}))).await;
        assert_eq!(story.credential().await.0, 200, "the right key mends it");
    }
}
