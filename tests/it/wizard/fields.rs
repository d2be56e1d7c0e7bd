use serde_json::json;

use super::{KEY, SLOT, at_the_wizard, instance, manifests, path};

const EVERY_TYPE: &str = "
  {KEY: line, label: Line}, {KEY: prose, label: Prose, type: text}, {KEY: tick, label: Tick, type: boolean},
  {KEY: whole, label: Whole, type: integer}, {KEY: part, label: Part, type: number},
  {KEY: one, label: One, type: choice, choices: [{value: a, label: Apple}, {value: b, label: Bee}]},
  {KEY: some, label: Some, type: multi_choice, choices: [{value: a, label: Apple}, {value: b, label: Bee}, {value: c, label: Cat}]},
  {KEY: day, label: Day, type: date}, {KEY: rows, label: Rows, type: list}, {KEY: pairs, label: Pairs, type: map}";

fn answers() -> serde_json::Value {
    json!({
        "line": "Grüße <b> & \"Co\"", "prose": "two\nlines", "tick": true, "whole": -7, "part": 2.5, "one": "b",
        "some": ["a", "c"], "day": "2026-02-28", "rows": ["x", "y z"], "pairs": {"k": "v", "l": "w"},
    })
}

fn fill(person: &mut crate::support::Browser) {
    person.fill("Line", "Grüße <b> & \"Co\"").fill("Prose", "two\r\nlines").fill("Tick", "true").fill("Whole", "-7").fill("Part", "2.5");
    person.fill("One", "b").fill("Day", "2026-02-28").fill("Rows", "x\r\n\r\n y z ");
    let (some, pairs) = (person.name_of("Some").unwrap(), person.name_of("Pairs").unwrap());
    let pairs = pairs.strip_suffix(".key").unwrap().to_owned();
    person.set(&some, &["a", "c"]).set(&format!("{pairs}.key"), &["k", "", "l"]).set(&format!("{pairs}.value"), &["v", "", "w"]);
}

#[tokio::test]
async fn every_type_of_input_comes_out_as_it_was_typed_in_a_connection() {
    let inputs = format!("{}, {KEY}", EVERY_TYPE.replace("KEY", "key"));
    let (product, mut person) = at_the_wizard(&manifests(&inputs, SLOT)).await;
    fill(&mut person);
    person.fill("Key", " s3cret&<\n").press("Save and continue").await;
    assert!(person.title().contains("Check your answers"), "{}", person.html);
    let credential = product.ok("GET", &format!("{}/connections/tasks/credentials", path(&product).await), None).await;
    let mut expected = answers();
    expected["key"] = json!("s3cret&<");
    assert_eq!(credential["inputs"], expected);
    person.follow("Change").await;
    assert!(!person.html.contains("s3cret"), "a saved secret is not shown again");
    let before = person.form_of("Save and continue").1;
    person.press("Save and continue").await;
    let credential = product.ok("GET", &format!("{}/connections/tasks/credentials", path(&product).await), None).await;
    assert_eq!(credential["inputs"], expected, "what the page showed is what was saved: {before:?}");
}

#[tokio::test]
async fn every_type_of_variable_comes_out_as_it_was_typed() {
    let elements = EVERY_TYPE.replace("KEY", "variable");
    let (product, mut person) = at_the_wizard(&manifests(KEY, &elements)).await;
    fill(&mut person);
    person.press("Check your answers").await;
    assert!(person.html.contains("Bee") && person.html.contains("k: v"), "the review speaks in labels: {}", person.html);
    person.follow("Change").await.press("Check your answers").await;
    person.press("Turn on Sync").await;
    assert_eq!(instance(&product).await["variables"], answers());
}

#[tokio::test]
async fn a_variable_cannot_be_a_password() {
    let product = crate::support::Product::start().await;
    let (status, answer) = product.apply(&manifests(KEY, "{variable: v, label: V, type: password}")).await;
    assert_eq!(status, 422);
    assert!(answer.to_string().contains("a variable cannot be a password"), "{answer}");
}

#[tokio::test]
async fn each_broken_rule_says_what_to_do_and_keeps_what_was_typed() {
    let inputs = r#"{key: name, label: Name}, {key: nick, label: Nick, required: false},
        {key: mail, label: E-mail, format: email}, {key: port, label: Port, format: port, default: "22"},
        {key: count, label: Count, type: integer, min: 2, max: 9}, {key: code, label: Code, pattern: "^[a-z]+$", pattern_message: Small letters only},
        {key: day, label: Day, type: date}"#;
    let (product, mut person) = at_the_wizard(&manifests(inputs, SLOT)).await;
    assert!(person.html.contains("Nick (optional)") && !person.html.contains("Name (optional)"));
    person.fill("E-mail", "me").fill("Port", "0").fill("Count", "10").fill("Code", "A1").fill("Day", "2026-02-30");
    person.press("Save and continue").await;
    assert_eq!(person.status, 422);
    assert!(person.title().starts_with("Error:"), "{}", person.title());
    for sentence in [
        "Enter Name",
        "Enter the whole address",
        "Enter an e-mail address for E-mail",
        "Port is a number from 1 to 65535",
        "Count must be 9 or less",
        "Small letters only",
        "Enter Day as a real date",
    ] {
        assert_eq!(person.html.contains(sentence), sentence != "Enter the whole address", "{sentence}");
    }
    assert!(!person.html.contains("Enter Nick"));
    for typed in ["me", "0", "10", "A1", "2026-02-30"] {
        assert!(person.html.contains(&format!("value=\"{typed}\"")), "{typed} is still there");
    }
    let connection = product.ok("GET", &format!("{}/connections/tasks", path(&product).await), None).await;
    assert_eq!(connection["status"], "not_connected");
}

#[tokio::test]
async fn an_input_counts_only_while_it_is_shown() {
    let inputs = "{key: kind, label: Kind, type: choice, choices: [{value: cloud, label: Cloud}, {value: own, label: Own server}]},
        {key: host, label: Host, shown_when: {input: kind, equals: own}}";
    let elements = format!(
        "{SLOT}, {{variable: quiet, label: Quiet, type: boolean}}, {{variable: from, label: From, type: integer, shown_when: {{input: quiet, equals: true}}}}"
    );
    let (product, mut person) = at_the_wizard(&manifests(inputs, &elements)).await;
    assert!(person.html.contains("Only needed if Kind is Own server"), "{}", person.html);
    person.fill("Kind", "own").fill("Quiet", "true").press("Save and continue").await;
    assert_eq!(person.status, 422);
    assert!(person.html.contains("Enter Host") && person.html.contains("Enter From"));
    person.fill("Kind", "cloud").set("variable:quiet", &[]).press("Save and continue").await;
    assert!(person.title().contains("Check your answers"), "{}", person.html);
    person.press("Turn on Sync").await;
    assert_eq!(instance(&product).await["variables"], json!({"quiet": false}));
}

#[tokio::test]
async fn a_pasted_address_is_cut_to_the_part_that_is_asked_for() {
    let inputs = r#"{key: subdomain, label: Subdomain, prefix: "https://", suffix: ".tasks.example", pattern: "^[a-z]+$"}"#;
    let (product, mut person) = at_the_wizard(&manifests(inputs, SLOT)).await;
    person.fill("Subdomain", " https://acme.tasks.example/boards ").press("Save and continue").await;
    let credential = product.ok("GET", &format!("{}/connections/tasks/credentials", path(&product).await), None).await;
    assert_eq!(credential["inputs"]["subdomain"], "acme");
}
