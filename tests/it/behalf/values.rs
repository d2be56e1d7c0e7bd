use serde_json::json;

use super::Story;

const OPEN_HOST: (&str, &str) = ("who.input:keyed:host", "open");

#[tokio::test]
async fn filled_in_in_part_the_customer_is_asked_for_the_rest_alone() {
    let mut story = Story::of("nightshift").await;
    story.fill_in("keyed", &[("Key", "zz-secret")], "Save without a check").await;
    assert!(story.admin.html.contains("Saved."), "{}", story.admin.html);
    let mut person = story.customer().await;
    assert_eq!(person.name_of("Key"), None);
    person.fill("Host", "h.example").press("Save and continue").await;
    assert!(person.title().contains("Check your answers"), "{}", person.html);
    let connection = story.connection("keyed").await;
    assert_eq!((&connection["status"], &connection["account"]), (&json!("connected"), &json!("ann@desk.example")));
    assert_eq!(connection["locked"], json!(["key"]));
    let credentials = story.credentials("keyed").await;
    assert_eq!((&credentials["inputs"]["host"], &credentials["inputs"]["key"]), (&json!("h.example"), &json!("zz-secret")));
}

#[tokio::test]
async fn filled_in_in_full_and_locked_the_customer_sees_that_it_is_managed_and_nothing_else() {
    let mut story = Story::of("nightshift").await;
    story.fill_in("keyed", &[("Host", "zz-host.example"), ("Key", "zz-secret"), ("Region", "zz-region")], "Check and save").await;
    assert!(story.admin.html.contains("Keyed accepted it. Saved."), "{}", story.admin.html);
    let mut person = story.customer().await;
    assert!(person.title().contains("Check your answers"), "nothing is left to do: {}", person.html);
    assert!(person.html.contains("Managed by Acme") && !person.html.contains("ann@desk.example"), "nor whose it is: {}", person.html);
    person.open(&format!("/wizard/{}/pages/keys", story.instance)).await;
    assert!(person.title().contains("Check your answers"), "it is no step: {}", person.html);
    assert!(person.html.contains("Acme looks after these. There was no step for them."), "{}", person.html);
    for kept in ["zz-host", "zz-secret", "zz-region", "Disconnect", "Reconnect"] {
        assert!(!person.html.contains(kept), "{kept}");
    }
    person.open(&format!("/wizard/{}/connections/keyed", story.instance)).await;
    assert_eq!(person.status, 404);
}

#[tokio::test]
async fn what_is_offered_the_customer_sees_and_may_change() {
    let mut story = Story::of("nightshift").await;
    story.fill_in("keyed", &[("Host", "offered.example"), OPEN_HOST, ("Key", "zz-secret")], "Check and save").await;
    assert_eq!(story.connection("keyed").await["locked"], json!(["key"]));
    let mut person = story.customer().await;
    person.open(&format!("/wizard/{}/pages/keys", story.instance)).await;
    assert!(person.html.contains("offered.example") && person.name_of("Key").is_none(), "{}", person.html);
    person.fill("Host", "theirs.example").press("Save and continue").await;
    assert_eq!(story.credentials("keyed").await["inputs"]["host"], "theirs.example");
    // Looked at and saved again by the organization, it stays theirs.
    story.fill_in("keyed", &[], "Save without a check").await;
    assert_eq!(story.connection("keyed").await["locked"], json!(["key"]));
}

#[tokio::test]
async fn a_locked_field_that_is_posted_anyway_changes_nothing() {
    let mut story = Story::of("nightshift").await;
    story.fill_in("keyed", &[("Key", "zz-secret")], "Save without a check").await;
    let mut person = story.customer().await;
    person.fill("Host", "h.example").set("input:keyed:key", &["mine"]).press("Save and continue").await;
    assert_eq!(person.status, 422);
    let connection = story.connection("keyed").await;
    assert_eq!((&connection["status"], connection["inputs"].get("host")), (&json!("not_connected"), None));
    person.fill("Host", "h.example").press("Save and continue").await;
    assert_eq!(story.credentials("keyed").await["inputs"]["key"], "zz-secret");
}

#[tokio::test]
async fn a_secret_is_never_shown_again_and_a_blank_one_keeps_it() {
    let mut story = Story::of("nightshift").await;
    story.fill_in("keyed", &[("Host", "h.example"), ("Key", "zz-secret")], "Check and save").await;
    story.admin.open(&story.path("keyed", "/values")).await;
    assert!(!story.admin.html.contains("zz-secret") && story.admin.html.contains("h.example"));
    assert!(story.admin.html.contains("Leave blank to keep it"));
    story.fill_in("keyed", &[("Host", "other.example")], "Check and save").await;
    let inputs = story.credentials("keyed").await["inputs"].clone();
    assert_eq!((&inputs["host"], &inputs["key"]), (&json!("other.example"), &json!("zz-secret")));
    story.fill_in("keyed", &[("who.input:keyed:key", "left")], "Save without a check").await;
    assert_eq!(story.connection("keyed").await["missing"], json!(["key"]), "what is taken out is left for the customer");
    assert!(story.customer().await.name_of("Key").is_some());
}

#[tokio::test]
async fn what_the_service_refuses_is_not_saved_and_what_was_typed_is_still_there() {
    let mut story = Story::of("nightshift").await;
    story.provider.now().refuses.insert("zz-wrong".into());
    story.fill_in("keyed", &[("Host", "h.example"), ("Key", "zz-wrong")], "Check and save").await;
    assert_eq!(story.admin.status, 422);
    let page = &story.admin.html;
    assert!(page.contains("Keyed did not accept this") && page.contains("h.example") && !page.contains("zz-wrong"), "{page}");
    assert!(story.admin.title().starts_with("Error:"));
    let connection = story.connection("keyed").await;
    assert_eq!((&connection["status"], &connection["inputs"]), (&json!("not_connected"), &json!({})));
    story.fill_in("keyed", &[("Host", "h.example"), ("Key", "zz-wrong")], "Save without a check").await;
    assert_eq!(story.connection("keyed").await["status"], "connected");
}

#[tokio::test]
async fn a_field_that_the_form_does_not_have_changes_nothing() {
    let mut story = Story::of("nightshift").await;
    for foreign in ["input:keyed:unknown", "input:other:key", "variable:other"] {
        story.fill_in("keyed", &[("Host", "h.example"), (foreign, "x")], "Save without a check").await;
        assert_eq!(story.admin.status, 422, "{foreign}: {}", story.admin.html);
        assert_eq!(story.connection("keyed").await["inputs"], json!({}));
    }
}

#[tokio::test]
async fn who_comes_second_is_told_and_overwrites_nothing_unseen() {
    let mut story = Story::of("nightshift").await;
    let mut other = story.admin.same_cookies();
    other.open(&story.path("keyed", "/values")).await;
    story.fill_in("keyed", &[("Host", "first.example")], "Save without a check").await;
    other.fill("Host", "second.example").press("Save without a check").await;
    assert_eq!(other.status, 409, "{}", other.html);
    assert_eq!(story.connection("keyed").await["inputs"]["host"]["value"], "first.example");
    other.press("Save without a check").await;
    assert_eq!(story.connection("keyed").await["inputs"]["host"]["value"], "second.example");
}

#[tokio::test]
async fn a_replaced_secret_is_kept_for_a_day_to_go_back_to() {
    let mut story = Story::of("nightshift").await;
    story.fill_in("keyed", &[("Host", "h.example"), ("Key", "zz-old")], "Check and save").await;
    story.fill_in("keyed", &[("Key", "zz-new")], "Check and save").await;
    assert!(story.admin.html.contains("Key was replaced"), "{}", story.admin.html);
    assert_eq!(story.credentials("keyed").await["inputs"]["key"], "zz-new");
    story.admin.press("Go back to the old one").await;
    assert_eq!(story.credentials("keyed").await["inputs"]["key"], "zz-old");
    assert_eq!(story.actors("connection.restored").await.len(), 1);
    story.admin.press("Go back to the old one").await;
    assert_eq!(story.credentials("keyed").await["inputs"]["key"], "zz-new", "and forth again");
    let (action, pairs) = story.admin.form_of("Go back to the old one");
    story.product.ahead_seconds.fetch_add(86_401, std::sync::atomic::Ordering::Relaxed);
    jackfield::flows::replaced::purge(&story.product.context).await.ok().unwrap();
    story.admin = super::org_user_again(&story.product).await;
    story.admin.open(&story.path("keyed", "")).await;
    assert!(!story.admin.buttons().contains(&"Go back to the old one".to_owned()));
    let pairs: Vec<_> = pairs.into_iter().filter(|(name, _)| name != "csrf").collect();
    let (_, own) = story.admin.form_of("Check now");
    let csrf = own.into_iter().filter(|(name, _)| name == "csrf");
    story.admin.once("POST", &action, Some(&pairs.into_iter().chain(csrf).collect::<Vec<_>>())).await;
    assert_eq!(story.credentials("keyed").await["inputs"]["key"], "zz-new");
}

#[tokio::test]
async fn the_api_says_what_is_locked() {
    let story = Story::of("nightshift").await;
    let slot = format!("/instances/{}/connections/keyed", story.instance);
    let body = json!({"inputs": {"host": "h.example", "key": "zz-secret"}, "locked": ["key"]});
    assert_eq!(story.product.ok("PUT", &slot, Some(body)).await["locked"], json!(["key"]));
    let mut person = story.customer().await;
    person.open(&format!("/wizard/{}/pages/keys", story.instance)).await;
    assert!(person.name_of("Host").is_some() && person.name_of("Key").is_none());
    let all = story.product.ok("PUT", &slot, Some(json!({"locked": ["host", "key"]}))).await;
    assert_eq!((&all["locked"], &all["status"]), (&json!(["host", "key"]), &json!("connected")));
    let none = story.product.ok("PUT", &slot, Some(json!({"locked": []}))).await;
    assert_eq!(none.get("locked"), None);
    let (status, said) = story.product.api("PUT", &slot, Some(json!({"locked": ["region"]}))).await;
    assert_eq!(status, 422, "only a value can be locked: {said}");
    assert_eq!(story.product.ok("PUT", &slot, Some(json!({"inputs": {"key": "zz-other"}}))).await["locked"], json!(["key"]));
}
