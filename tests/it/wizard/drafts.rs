use serde_json::json;

use super::{HOST, KEY, SLOT, again, at_the_wizard, instance, manifests, path};

fn two_pages() -> String {
    let yaml = manifests(&format!("{HOST}, {KEY}"), &format!("{SLOT}, {{variable: team, label: Team}}"));
    format!("{yaml}  - {{key: more, title: More, elements: [{{variable: colour, label: Colour}}]}}\n")
}

#[tokio::test]
async fn save_and_exit_keeps_everything_and_another_link_resumes_it() {
    let (product, mut person) = at_the_wizard(&two_pages()).await;
    person.fill("Host", "h.example").fill("Key", "s3cret").fill("Team", "Blue").press("Save and exit").await;
    assert!(person.title().contains("Your answers are saved"), "{}", person.title());
    let mut later = again(&product).await;
    assert!(later.html.contains("h.example") && later.html.contains("Blue"), "{}", later.html);
    assert!(later.html.contains("Saved. Leave blank to keep it.") && !later.html.contains("s3cret"));
    later.press("Save and continue").await;
    assert!(later.title().contains("More"), "{}", later.html);
    let credential = product.ok("GET", &format!("{}/connections/tasks/credentials", path(&product).await), None).await;
    assert_eq!(credential["inputs"], json!({"host": "h.example", "key": "s3cret"}));
    let all = product.ok("GET", "/instances?customer=external:acme", None).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 1, "the same draft, not another one");
}

#[tokio::test]
async fn a_refused_page_keeps_what_was_good_and_never_shows_a_secret() {
    let (product, mut person) = at_the_wizard(&two_pages()).await;
    person.fill("Key", "s3cret").fill("Team", "Blue").press("Save and continue").await;
    assert_eq!(person.status, 422);
    assert!(!person.html.contains("s3cret") && person.html.contains("Blue") && person.html.contains("Saved. Leave blank"));
    let mut later = again(&product).await;
    assert!(later.html.contains("Blue"), "a good answer outlives a refused page: {}", later.html);
    later.fill("Host", "h.example").press("Save and continue").await;
    let credential = product.ok("GET", &format!("{}/connections/tasks/credentials", path(&product).await), None).await;
    assert_eq!(credential["inputs"]["key"], "s3cret");
}

#[tokio::test]
async fn back_loses_nothing_and_a_blank_secret_keeps_the_saved_one() {
    let (product, mut person) = at_the_wizard(&two_pages()).await;
    person.fill("Host", "h.example").fill("Key", "s3cret").fill("Team", "Blue").press("Save and continue").await;
    person.fill("Colour", "Red").press("Check your answers").await;
    person.follow("Back").await;
    assert!(person.html.contains("value=\"Red\""));
    person.follow("Back").await;
    assert!(person.html.contains("value=\"h.example\"") && person.html.contains("value=\"Blue\""));
    person.fill("Host", "other.example").press("Save and continue").await;
    assert!(person.title().contains("Check your answers"), "what was complete goes back to the review: {}", person.title());
    let credential = product.ok("GET", &format!("{}/connections/tasks/credentials", path(&product).await), None).await;
    assert_eq!(credential["inputs"], json!({"host": "other.example", "key": "s3cret"}));
}

#[tokio::test]
async fn later_pages_wait_for_earlier_ones_and_turning_on_says_what_is_missing() {
    let (product, mut person) = at_the_wizard(&two_pages()).await;
    let first = person.url.clone();
    let home = first.strip_suffix("/pages/connections").unwrap().to_owned();
    let form = person.form_of("Save and continue").1;
    person.once("GET", &format!("{home}/pages/more"), None).await;
    assert_eq!((person.status, person.headers["location"].to_str().unwrap()), (303, first.strip_prefix(&product.base).unwrap()));
    person.once("POST", &format!("{home}/pages/more"), Some(&form)).await;
    assert_eq!(person.status, 303);
    person.once("POST", &format!("{home}/deployment"), Some(&form)).await;
    assert_eq!(person.status, 422);
    assert!(person.html.contains("Connect Tasks") && person.html.contains("Fill in Colour"), "{}", person.html);
    assert_eq!(instance(&product).await["status"], "draft");
    person.open(&format!("{home}/pages/nothing")).await;
    assert_eq!(person.status, 404);
}

#[tokio::test]
async fn an_optional_slot_may_stay_empty_but_not_half_filled() {
    let elements = "{connection: tasks, type: tasks.login, required: false}, {variable: team, label: Team}";
    let (product, mut person) = at_the_wizard(&manifests(&format!("{HOST}, {KEY}"), elements)).await;
    person.fill("Team", "Blue").fill("Host", "h.example").press("Save and continue").await;
    assert_eq!(person.status, 422);
    assert!(person.html.contains("Enter Key"));
    let mut other = again(&product).await;
    other.fill("Host", "").fill("Team", "Blue").press("Save and continue").await;
    assert!(other.title().contains("Check your answers"), "{}", other.html);
    other.press("Turn on Sync").await;
    assert_eq!(instance(&product).await["status"], "active");
}

#[tokio::test]
async fn a_link_ends_with_410_an_unknown_one_is_404() {
    let (product, mut person) = at_the_wizard(&two_pages()).await;
    let link = product.link("acme", "sync").await;
    product.ahead_seconds.store(3601, std::sync::atomic::Ordering::Relaxed);
    person.open(&link).await;
    assert_eq!(person.status, 410);
    assert!(person.html.contains("This link has ended"));
    person.open("/links/nothing-like-a-token").await;
    assert_eq!(person.status, 404);
}
