use serde_json::json;

use super::{HOST, KEY, SLOT, at_the_wizard, instance, manifests, path};
use crate::support::Browser;

const VARIABLES: &str = "{variable: team, label: Team}, {variable: size, label: Size, type: choice, choices: [{value: s, label: Small}, {value: l, label: Large}], default: s}, {variable: quiet, label: Quiet, type: boolean}";

fn one_page() -> String {
    manifests(KEY, VARIABLES)
}

/// What this browser's form would send now, to be sent after somebody else has saved.
fn stale(person: &Browser, words: &str) -> (String, Vec<(String, String)>) {
    person.form_of(words)
}

fn with(form: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let others = form.iter().filter(|(n, _)| n != name).cloned();
    others.chain([(name.to_owned(), value.to_owned())]).collect()
}

async fn team(product: &crate::support::Product, person: &mut Browser) -> serde_json::Value {
    let home = person.url.split("/pages/").next().unwrap().split("/review").next().unwrap().to_owned();
    person.open(&format!("{home}/review")).await;
    let button = if person.buttons().iter().any(|b| b == "Save changes") { "Save changes" } else { "Turn on Sync" };
    person.press(button).await;
    instance(product).await["variables"].clone()
}

#[tokio::test]
async fn two_answers_to_one_question_are_shown_and_either_can_be_kept() {
    for (choice, kept) in [("yours", "Green"), ("saved", "Blue")] {
        let (product, mut person) = at_the_wizard(&one_page()).await;
        let (action, form) = stale(&person, "Check your answers");
        person.fill("Team", "Blue").fill("Size", "l").press("Check your answers").await;
        let late = with(&form, "variable:team", "Green");
        person.once("POST", &action, Some(&late)).await;
        assert_eq!(person.status, 409, "{}", person.html);
        assert!(person.html.contains("Blue") && person.html.contains("Green"));
        assert!(!person.html.contains("Size"), "nobody here touched that one: {}", person.html);
        person.set("keep.variable:team", &[choice]).press("Save and continue").await;
        assert!(person.title().contains("Check your answers"), "{} {}", person.title(), person.html);
        let variables = team(&product, &mut person).await;
        assert_eq!(variables, json!({"team": kept, "size": "l", "quiet": false}));
    }
}

#[tokio::test]
async fn a_conflict_names_choices_as_people_know_them() {
    let (_product, mut person) = at_the_wizard(&one_page().replace(", default: s", "")).await;
    let (action, form) = stale(&person, "Check your answers");
    person.fill("Team", "Blue").fill("Size", "l").press("Check your answers").await;
    let late = with(&with(&form, "variable:size", "s"), "variable:team", "Blue");
    person.once("POST", &action, Some(&late)).await;
    assert_eq!(person.status, 409);
    assert!(person.html.contains("Small") && person.html.contains("Large"), "{}", person.html);
}

#[tokio::test]
async fn what_a_stale_page_did_not_touch_stays_as_it_was_saved_meanwhile() {
    let (product, mut person) = at_the_wizard(&one_page()).await;
    person.fill("Team", "Blue").press("Check your answers").await;
    person.follow("Back").await;
    let (action, form) = stale(&person, "Check your answers");
    person.fill("Size", "l").fill("Quiet", "true").press("Check your answers").await;
    person.once("POST", &action, Some(&with(&form, "variable:team", "Green"))).await;
    assert_eq!(person.status, 303, "{}", person.html);
    assert_eq!(team(&product, &mut person).await, json!({"team": "Green", "size": "l", "quiet": true}));
}

#[tokio::test]
async fn a_box_that_nobody_ticked_is_no_answer_to_one_that_somebody_did() {
    let (product, mut person) = at_the_wizard(&one_page()).await;
    let (action, form) = stale(&person, "Check your answers");
    person.fill("Team", "Blue").fill("Quiet", "true").press("Check your answers").await;
    person.once("POST", &action, Some(&with(&form, "variable:team", "Blue"))).await;
    assert_eq!(person.status, 303, "{}", person.html);
    assert_eq!(team(&product, &mut person).await["quiet"], true);
}

#[tokio::test]
async fn a_stale_page_does_not_lose_what_another_one_left_as_a_draft() {
    let (product, mut person) = at_the_wizard(&manifests(&format!("{HOST}, {KEY}"), SLOT)).await;
    let (action, form) = stale(&person, "Save and exit");
    person.fill("Host", "h.example").press("Save and exit").await;
    person.once("POST", &action, Some(&with(&form, "input:tasks:key", "s3cret"))).await;
    assert_eq!(person.status, 303, "{}", person.html);
    let home = action.split("/pages/").next().unwrap().to_owned();
    person.open(&home).await;
    assert!(person.html.contains("h.example") && person.html.contains("Saved. Leave blank"), "{}", person.html);
    person.press("Save and continue").await;
    let credential = product.ok("GET", &format!("{}/connections/tasks/credentials", path(&product).await), None).await;
    assert_eq!(credential["inputs"], json!({"host": "h.example", "key": "s3cret"}));
}

#[tokio::test]
async fn a_secret_typed_in_a_conflict_is_the_one_that_is_kept() {
    let (product, mut person) = at_the_wizard(&manifests(&format!("{HOST}, {KEY}"), SLOT)).await;
    let (action, form) = stale(&person, "Save and continue");
    person.fill("Host", "h.example").fill("Key", "theirs").press("Save and continue").await;
    let late = with(&with(&form, "input:tasks:host", "h.example"), "input:tasks:key", "mine");
    person.once("POST", &action, Some(&late)).await;
    assert_eq!(person.status, 409);
    assert!(!person.html.contains("theirs") && !person.html.contains("\"mine\""), "{}", person.html);
    person.press("Save and continue").await;
    let credentials = format!("{}/connections/tasks/credentials", path(&product).await);
    assert_eq!(person.status, 422, "a secret never comes back, so it is asked for again: {}", person.html);
    assert_eq!(product.ok("GET", &credentials, None).await["inputs"]["key"], "theirs");
    person.fill("Key", "mine").press("Save and continue").await;
    assert_eq!(product.ok("GET", &credentials, None).await["inputs"]["key"], "mine");
}

#[tokio::test]
async fn two_pages_in_two_tabs_are_not_in_conflict() {
    let yaml = format!("{}  - {{key: more, title: More, elements: [{{variable: colour, label: Colour}}]}}\n", one_page());
    let (product, mut person) = at_the_wizard(&yaml).await;
    person.fill("Team", "Blue").press("Save and continue").await;
    let (action, more) = stale(&person, "Check your answers");
    person.follow("Back").await;
    person.fill("Team", "Green").press("Save and continue").await;
    person.once("POST", &action, Some(&with(&more, "variable:colour", "Red"))).await;
    assert_eq!(person.status, 303, "{}", person.html);
    let variables = team(&product, &mut person).await;
    assert_eq!((&variables["team"], &variables["colour"]), (&json!("Green"), &json!("Red")));
}
