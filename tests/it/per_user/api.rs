//! The runtime's side: who is named gets their own, and a call that names nobody is told so.

use super::*;
use crate::support::Receiver;

#[tokio::test]
async fn each_user_reads_their_own_and_who_has_not_connected_is_told_the_way_on() {
    let story = Story::new().await;
    for (user, key) in [("ann", "k-ann"), ("bob", "k-bob")] {
        let body = json!({"inputs": {"api_key": key}});
        let saved = story.product.ok("PUT", &story.of("notes", user, ""), Some(body)).await;
        assert_eq!((&saved["status"], &saved["owner"]), (&json!("connected"), &json!("user")), "{saved}");
    }
    let bob = story.product.ok("GET", "/customers/external:acme/users/external:bob", None).await;
    for (user, key) in [("external:ann", "k-ann"), ("external:bob", "k-bob"), (bob["id"].as_str().unwrap(), "k-bob")] {
        let read = story.product.ok("GET", &story.slot("notes", &format!("/credentials?user={user}")), None).await;
        assert_eq!((&read["inputs"]["api_key"], &read["key"]), (&json!(key), &json!("notes")));
    }
    story.user("acme", "dan").await;
    let (status, answer) = story.product.api("GET", &story.of("notes", "dan", "/credentials"), None).await;
    assert_eq!((status, &answer["code"]), (409, &json!("not_connected")));
    assert!(answer["detail"].as_str().unwrap().contains("POST /links"), "{answer}");
    let fresh = story.product.ok("GET", &story.of("notes", "dan", ""), None).await;
    assert_eq!((&fresh["status"], &fresh["connection_id"]), (&json!("not_connected"), &Value::Null));
    assert_eq!(story.code("POST", &story.of("notes", "dan", "/checks")).await, (409, "not_connected".into()));
    let told = story.product.api("POST", &story.of("notes", "dan", "/failures"), Some(json!({"message": "401"}))).await;
    assert_eq!(told.0, 409, "{}", told.1);
}

#[tokio::test]
async fn a_call_without_its_user_or_with_one_too_many_says_so() {
    let story = Story::new().await;
    let calls = [
        ("GET", ""),
        ("GET", "/credentials"),
        ("GET", "/checks"),
        ("POST", "/checks"),
        ("POST", "/refreshes"),
        ("DELETE", "/authorization"),
    ];
    for (method, rest) in calls {
        assert_eq!(story.code(method, &story.slot("notes", rest)).await, (422, "user_required".into()), "{method} {rest}");
        assert_eq!(story.code(method, &story.of("tasks", "ann", rest)).await, (422, "user_unexpected".into()), "{method} {rest}");
        for nobody in ["external:cid", "external:nobody", "0190b1a2-0000-7000-8000-000000000000", "what", ""] {
            let path = story.slot("notes", &format!("{rest}?user={nobody}"));
            assert_eq!(story.code(method, &path).await, (404, "not_found".into()), "{method} {path}");
        }
    }
    assert_eq!(story.code("GET", &story.slot("tasks", "/users")).await, (422, "user_unexpected".into()));
    assert_eq!(story.code("GET", &story.slot("nothing", "/users")).await, (404, "not_found".into()));
    let body = Some(json!({"inputs": {"api_key": "k"}}));
    assert_eq!(story.product.api("PUT", &story.slot("notes", ""), body).await.0, 422);
    let listed = story.product.ok("GET", &format!("/instances/{}/connections", story.instance), None).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
}

#[tokio::test]
async fn the_list_of_users_says_how_each_ones_is() {
    let story = Story::new().await;
    story.product.ok("PUT", &story.of("notes", "ann", ""), Some(json!({"inputs": {"api_key": "k"}}))).await;
    story.product.ok("POST", &story.of("notes", "ann", "/failures"), Some(json!({"message": "401"}))).await;
    let listed = story.product.ok("GET", &story.slot("notes", "/users"), None).await;
    let line = |at: usize| (listed["items"][at]["user"]["external_id"].clone(), listed["items"][at]["status"].clone());
    assert_eq!(listed["items"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(line(0), (json!("ann"), json!("not_working")), "{listed}");
    assert_eq!(line(1), (json!("bob"), json!("not_connected")));
}

#[tokio::test]
async fn what_breaks_is_told_with_the_name_of_its_user() {
    let story = Story::new().await;
    let receiver = Receiver::start().await;
    receiver.subscribe(&story.product, json!({"reconnect_links": true})).await;
    story.product.ok("PUT", &story.of("notes", "ann", ""), Some(json!({"inputs": {"api_key": "k"}}))).await;
    story.product.ok("POST", &story.of("notes", "ann", "/failures"), Some(json!({"message": "401"}))).await;
    receiver.wait_for(2).await;
    let messages = receiver.after_a_while().await;
    let broken = messages.iter().find(|message| message.kind() == "connection.check_failed").unwrap().json();
    let data = &broken["data"];
    assert_eq!((&data["user"]["external_id"], &data["user"]["name"], &data["slot"]), (&json!("ann"), &json!("ann"), &json!("notes")));
    // The link is that user's, whoever mails it on.
    let mut browser = Browser::new(&story.product.base);
    browser.open(data["reconnect_url"].as_str().unwrap()).await;
    assert!(browser.url.ends_with("/own") && browser.html.contains("Notes"), "{}", browser.html);
}

#[tokio::test]
async fn users_are_made_once_by_the_hosts_own_id() {
    let story = Story::new().await;
    let users = "/customers/external:acme/users";
    for taken in [json!({"external_id": "ann", "email": "x@acme.test", "name": "X"}), json!({"email": "ann@acme.test", "name": "X"})] {
        assert_eq!(story.product.api("POST", users, Some(taken)).await.0, 409);
    }
    assert_eq!(story.product.api("POST", users, Some(json!({"email": "no", "name": "X"}))).await.1["code"], "bad_email");
    let empty = json!({"external_id": "", "email": "x@acme.test", "name": "X"});
    assert_eq!(story.product.api("POST", users, Some(empty)).await.1["code"], "bad_external_id");
    // The same id for another customer is another user.
    story.user("beta", "ann").await;
    assert_eq!(story.product.ok("GET", users, None).await["items"].as_array().unwrap().len(), 2);
    assert_eq!(story.code("GET", &format!("{users}/external:cid")).await.0, 404);
    let link = |user: Value| json!({"instance": story.instance, "user": user, "expires_in_seconds": 60});
    let (status, answer) = story.product.api("POST", "/links", Some(link(json!({"external_id": "eve"})))).await;
    assert_eq!((status, &answer["code"]), (422, &json!("unknown_user")));
    story.product.ok("POST", "/links", Some(link(json!({"external_id": "eve", "name": "Eve", "email": "eve@acme.test"})))).await;
    let eve = story.product.ok("GET", &format!("{users}/external:eve"), None).await;
    assert_eq!((&eve["email"], &eve["role"]), (&json!("eve@acme.test"), &json!("member")));
    // Somebody who was asked in by address alone is the one whom the host names so later.
    story.product.ok("POST", users, Some(json!({"email": "fay@acme.test", "name": "Fay"}))).await;
    story.product.ok("POST", "/links", Some(link(json!({"external_id": "fay", "name": "Fay", "email": "fay@acme.test"})))).await;
    assert_eq!(story.product.ok("GET", &format!("{users}/external:fay"), None).await["email"], "fay@acme.test");
}

#[tokio::test]
async fn a_manifest_says_where_a_mistake_about_it_stands() {
    let story = Story::new().await;
    let with =
        |slot: &str| format!("kind: integration\nkey: x\nname: X\npages:\n  - key: a\n    title: A\n    elements:\n      - {slot}\n");
    for (slot, words) in [
        ("{connection: desk, type: desk.oauth2, per_user: yes-and-no}", "`per_user` is `true` or `false`"),
        ("{connection: desk, type: desk.oauth2, per_user: true, required: false}", "take `required` away"),
        ("{connection: desk, reusable: nothing, per_user: true}", "cannot be the `reusable` one `nothing`"),
    ] {
        let (status, said) = story.product.apply(&with(slot)).await;
        assert_eq!(status, 422, "{slot}: {said}");
        assert!(said.to_string().contains(words), "{slot}: {said}");
        assert!(said.to_string().contains("\"line\":8"), "{slot}: {said}");
    }
    let shown = story.product.ok("GET", "/integrations/assistant", None).await;
    assert_eq!(shown["pages"][0]["elements"][1]["per_user"], true, "{shown}");
}
