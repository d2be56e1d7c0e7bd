//! A connection after its first day: another account, failures, checks that run by themselves, and its end.

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::future::join_all;
use jackfield::flows::{connect, due_checks};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{Browser, Product, Provider};

struct Story {
    product: Product,
    provider: Provider,
    person: Browser,
    instance: String,
}

/// A connector whose key is checked every five minutes.
const KEYED: &str = r#"
---
kind: connector
key: keyed
name: Keyed
connection_types:
  - key: key
    name: API key
    auth: {kind: header, name: Authorization, value: "Bearer {{key}}"}
    inputs: [{key: key, label: Key, type: password}]
    check: {get: "PROVIDER/me", account: /email, every: 5m}
---
kind: integration
key: nightshift
name: Night shift
pages: [{key: keys, title: Keys, elements: [{connection: keyed, type: keyed.key}]}]
"#;

impl Story {
    /// A person who has connected Desk as Ann.
    async fn connected() -> Self {
        let (product, provider) = (Product::start().await, Provider::start().await);
        let revoke = "- {key: revoke_url, default: \"PROVIDER/revoke\", visibility: organization}\n      - {key: scopes";
        let manifests = provider.manifests("").replacen("- {key: scopes", revoke, 1).replace("PROVIDER", &provider.uri());
        let (status, said) = product.apply(&manifests).await;
        assert_eq!(status, 200, "{said}");
        product.customer("acme").await;
        let mut person = Browser::new(&product.base);
        person.open(&product.link("acme", "alerts").await).await;
        let instances = product.ok("GET", "/instances?customer=external:acme", None).await;
        let instance = instances["items"][0]["id"].as_str().unwrap().to_owned();
        let mut story = Self { product, provider, person, instance };
        story.sign_in("Connect Desk").await;
        assert_eq!(story.desk().await["status"], "connected");
        story
    }

    fn path(&self, rest: &str) -> String {
        format!("/wizard/{}{rest}", self.instance)
    }

    fn api_path(&self, rest: &str) -> String {
        format!("/instances/{}/connections/desk{rest}", self.instance)
    }

    /// Presses the button, says yes at the provider, and comes back.
    async fn sign_in(&mut self, button: &str) {
        let (action, pairs) = self.person.form_of(button);
        self.person.once("POST", &action, Some(&pairs)).await;
        self.come_back().await;
    }

    /// From the provider's page that the last answer led to.
    async fn come_back(&mut self) {
        assert_eq!(self.person.status, 303, "{}", self.person.html);
        let url = self.person.headers["location"].to_str().unwrap().to_owned();
        let back = self.provider.allow(&url);
        self.person.open(&back).await;
    }

    /// Signs in again, as Eve; ends on the question.
    async fn sign_in_as_eve(&mut self) {
        self.provider.now().account = "eve@desk.example".into();
        self.person.open(&self.path("/connections/desk")).await;
        self.sign_in("Reconnect Desk").await;
        assert!(self.person.title().contains("You signed in as eve@desk.example"), "{}", self.person.html);
    }

    async fn desk(&self) -> Value {
        self.product.ok("GET", &self.api_path(""), None).await
    }

    async fn token(&self) -> Value {
        let (_, read) = self.product.api("GET", &self.api_path("/credentials"), None).await;
        read["token"]["access_token"].clone()
    }

    async fn checks(&self) -> Vec<Value> {
        self.product.ok("GET", &self.api_path("/checks"), None).await["items"].as_array().unwrap().clone()
    }

    async fn events(&self) -> Vec<(String, Value)> {
        let id = self.desk().await["connection_id"].as_str().unwrap().to_owned();
        let events = self.product.ok("GET", &format!("/audit-events?connection={id}&limit=200"), None).await;
        let pair = |event: &Value| (event["action"].as_str().unwrap().to_owned(), event["detail"].clone());
        events["items"].as_array().unwrap().iter().map(pair).collect()
    }

    async fn times(&self, action: &str) -> usize {
        self.events().await.iter().filter(|(named, _)| named == action).count()
    }

    async fn report_failure(&self) -> Value {
        self.product.ok("POST", &self.api_path("/failures"), Some(json!({"message": "401 from Desk"}))).await
    }

    fn later(&self, seconds: i64) {
        self.product.ahead_seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: not within 10 s");
}

#[tokio::test]
async fn another_account_is_asked_about_and_nothing_changes_before_the_answer() {
    let mut story = Story::connected().await;
    let (before, token) = (story.desk().await, story.token().await);
    story.sign_in_as_eve().await;
    let page = &story.person.html;
    for said in ["This connection belongs to ann@desk.example", "Use eve@desk.example instead", "Sign in again as ann@desk.example"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("auth.wrong_account"));
    assert_eq!((story.desk().await["account"].clone(), story.token().await), (json!("ann@desk.example"), token.clone()));
    let (action, detail) = story.events().await.remove(0);
    assert_eq!((action.as_str(), &detail["signed_in"]), ("attempt.other_account", &json!("eve@desk.example")));

    story.person.press("Use eve@desk.example instead").await;
    assert_eq!(story.person.status, 200, "{}", story.person.html);
    let after = story.desk().await;
    assert_eq!((&after["connection_id"], &after["account"]), (&before["connection_id"], &json!("eve@desk.example")));
    assert_ne!(story.token().await, token);
    let changed = story.events().await.into_iter().find(|(action, _)| action == "connection.account_changed").unwrap().1;
    assert_eq!((&changed["was"], &changed["is"]), (&json!("ann@desk.example"), &json!("eve@desk.example")));
    assert_eq!(story.checks().await.iter().filter(|check| check["trigger"] == "consent").count(), 2, "one a sign-in");
}

#[tokio::test]
async fn signing_in_again_takes_the_other_sign_in_back_and_keeps_the_first() {
    let mut story = Story::connected().await;
    let token = story.token().await;
    story.sign_in_as_eve().await;
    let (action, pairs) = story.person.form_of("Sign in again as ann@desk.example");
    story.person.once("POST", &action, Some(&pairs)).await;
    until("Eve's grant is taken back", async || story.provider.now().revoked.len() == 2).await;
    let hints: Vec<_> = story.provider.now().revoked.iter().map(|form| form["token_type_hint"].clone()).collect();
    assert_eq!(hints, ["refresh_token", "access_token"], "the grant first");
    assert_eq!(story.token().await, token);
    story.provider.now().account = "ann@desk.example".into();
    story.come_back().await;
    assert_eq!((story.person.status, story.desk().await["account"].clone()), (200, json!("ann@desk.example")));
    assert_ne!(story.token().await, token, "Ann's new one");
}

#[tokio::test]
async fn a_sign_in_is_not_taken_back_while_its_account_is_connected_elsewhere() {
    let mut story = Story::connected().await;
    story.product.customer("beta").await;
    let mut colleague = Browser::new(&story.product.base);
    colleague.open(&story.product.link("beta", "alerts").await).await;
    story.provider.now().account = "eve@desk.example".into();
    let (action, pairs) = colleague.form_of("Connect Desk");
    colleague.once("POST", &action, Some(&pairs)).await;
    let back = story.provider.allow(colleague.headers["location"].to_str().unwrap());
    colleague.open(&back).await;
    story.sign_in_as_eve().await;
    let (action, pairs) = story.person.form_of("Sign in again as ann@desk.example");
    story.person.once("POST", &action, Some(&pairs)).await;
    until("it is on record", async || story.times("attempt.failed").await == 1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(story.provider.now().revoked.len(), 0, "some providers end every grant of an account with one token");
}

#[tokio::test]
async fn a_choice_counts_once_for_ten_minutes_and_in_one_browser() {
    let mut story = Story::connected().await;
    story.sign_in_as_eve().await;
    let question = story.person.url.clone();
    let (action, pairs) = story.person.form_of("Use eve@desk.example instead");

    // A colleague of the same company, in another browser: there is no question, and no answer.
    let mut colleague = Browser::new(&story.product.base);
    let body = json!({"customer": "external:acme", "instance": story.instance, "expires_in_seconds": 600});
    let link = story.product.ok("POST", "/links", Some(body)).await["url"].as_str().unwrap().to_owned();
    colleague.open(&link).await.open(&question).await;
    assert!(colleague.url.ends_with("/connections/desk"), "{}", colleague.url);
    let csrf = colleague.form_of("Check now").1.into_iter().find(|(name, _)| name == "csrf").unwrap();
    let foreign: Vec<_> = pairs.iter().map(|pair| if pair.0 == "csrf" { csrf.clone() } else { pair.clone() }).collect();
    colleague.once("POST", &action, Some(&foreign)).await;
    assert_eq!(story.desk().await["account"], "ann@desk.example", "another browser's answer");

    // Pressed twice, and from many tabs at once: one effect.
    let mut tabs: Vec<_> = (0..8).map(|_| story.person.same_cookies()).collect();
    join_all(tabs.iter_mut().map(|tab| tab.once("POST", &action, Some(&pairs)))).await;
    assert!(tabs.iter().all(|tab| tab.status == 303), "{:?}", tabs.iter().map(|tab| tab.status).collect::<Vec<_>>());
    assert_eq!((story.desk().await["account"].clone(), story.times("connection.account_changed").await), (json!("eve@desk.example"), 1));
    story.person.open(&question).await;
    assert!(story.person.url.ends_with("/connections/desk"), "the question is settled: {}", story.person.url);
}

#[tokio::test]
async fn a_choice_not_made_in_time_changes_nothing_and_what_was_kept_is_erased() {
    let mut story = Story::connected().await;
    let token = story.token().await;
    story.sign_in_as_eve().await;
    let (action, pairs) = story.person.form_of("Use eve@desk.example instead");
    story.later(601);
    story.person.once("POST", &action, Some(&pairs)).await;
    assert_eq!(story.person.status, 422, "{}", story.person.html);
    assert!(story.person.title().contains("took too long") && story.person.html.contains("Try again"), "{}", story.person.html);
    connect::purge(&story.product.context).await.ok().unwrap();
    assert_eq!(story.provider.now().revoked.len(), 2, "taken back");
    connect::purge(&story.product.context).await.ok().unwrap();
    assert_eq!(story.provider.now().revoked.len(), 2, "once");
    story.person.once("POST", &action, Some(&pairs)).await;
    assert_eq!(story.person.status, 303, "there is no such question any more");
    assert_eq!((story.desk().await["account"].clone(), story.token().await), (json!("ann@desk.example"), token));
}

#[tokio::test]
async fn a_disconnect_lists_what_stops_and_says_how_the_provider_took_it() {
    let failing = ResponseTemplate::new(503);
    for (answer, outcome, says) in [
        (None, json!({"outcome": "revoked"}), "confirmed that the access is withdrawn"),
        (Some(ResponseTemplate::new(501)), json!({"outcome": "not_supported"}), "no way to withdraw"),
        (Some(failing), json!({"outcome": "failed", "reason": "provider.down"}), "does not answer at the moment"),
    ] {
        let mut story = Story::connected().await;
        story.provider.now().revoke_answer = answer;
        let id = story.desk().await["connection_id"].clone();
        story.person.open(&story.path("/connections/desk")).await.follow("Disconnect Desk").await;
        assert!(story.person.html.contains("Alerts, which is not turned on"), "{}", story.person.html);
        let (action, pairs) = story.person.form_of("Disconnect Desk");
        story.person.press("Disconnect Desk").await;
        assert!(story.person.title().contains("Desk is disconnected") && story.person.html.contains(says), "{says}: {}", story.person.html);
        assert_eq!(story.person.html.contains("desk.example"), says != "confirmed that the access is withdrawn", "its settings page");
        let desk = story.desk().await;
        assert_eq!((&desk["connection_id"], &desk["status"]), (&id, &json!("not_connected")));
        let recorded = story.events().await.into_iter().find(|(action, _)| action == "connection.revocation").unwrap().1;
        assert_eq!(recorded["outcome"], outcome["outcome"]);
        story.person.once("POST", &action, Some(&pairs)).await;
        assert_eq!((story.person.status, story.times("connection.disconnected").await), (303, 1), "twice is once");
    }
}

#[tokio::test]
async fn the_api_tells_how_the_revocation_went_and_a_reconnect_afterwards_asks_nothing() {
    let mut story = Story::connected().await;
    let told = story.product.ok("DELETE", &story.api_path("/authorization"), None).await;
    assert_eq!((&told["status"], &told["revocation"]), (&json!("not_connected"), &json!({"outcome": "revoked"})));
    let forms: Vec<_> = story.provider.now().revoked.iter().map(|form| form["token_type_hint"].clone()).collect();
    assert_eq!(forms, ["refresh_token", "access_token"]);
    story.provider.now().account = "eve@desk.example".into();
    story.person.open(&story.path("/pages/accounts")).await;
    story.sign_in("Connect Desk").await;
    assert_eq!(story.desk().await["account"], "eve@desk.example");
}

#[tokio::test]
async fn a_refused_token_is_renewed_and_the_connection_works_again_without_a_person() {
    let story = Story::connected().await;
    let token = story.token().await;
    story.provider.now().refuses.insert(token.as_str().unwrap().to_owned());
    story.later(61);
    let told = story.report_failure().await;
    assert_eq!((&told["status"], &told["reason"]), (&json!("not_working"), &json!("auth.rejected")));
    until("it works again", async || story.desk().await["status"] == "connected").await;
    assert_eq!(story.provider.times_asked("refresh_token"), 1);
    assert_ne!(story.token().await, token);
    let newest = story.checks().await.remove(0);
    assert_eq!((&newest["trigger"], &newest["ok"]), (&json!("failure"), &json!(true)));
    assert!(newest["latency_ms"].is_i64());
}

#[tokio::test]
async fn what_a_new_token_does_not_mend_stays_not_working() {
    let story = Story::connected().await;
    story.provider.now().api_answer = Some(ResponseTemplate::new(401));
    story.later(61);
    story.report_failure().await;
    until("it was looked into", async || story.checks().await[0]["trigger"] == "failure").await;
    assert_eq!((story.desk().await["status"].clone(), story.provider.times_asked("refresh_token")), (json!("not_working"), 1));
    assert_eq!(story.checks().await[0]["code"], "auth.rejected");
}

#[tokio::test]
async fn however_many_failures_are_told_one_check_a_minute_follows() {
    let story = Story::connected().await;
    let before = story.provider.now().checks;
    join_all((0..40).map(|_| story.report_failure())).await;
    until("it works again", async || story.desk().await["status"] == "connected").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(story.provider.now().checks, before + 1);
    // One that comes after the check waits for the minute, and is not forgotten.
    story.report_failure().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let status = story.desk().await["status"].clone();
    assert_eq!((story.provider.now().checks, status), (before + 1, json!("not_working")));
    story.later(61);
    until("the next minute's check", async || story.desk().await["status"] == "connected").await;
    assert_eq!(story.provider.now().checks, before + 2);
}

#[tokio::test]
async fn the_last_twenty_checks_are_kept() {
    let story = Story::connected().await;
    for _ in 0..25 {
        story.product.ok("POST", &story.api_path("/checks"), None).await;
    }
    let checks = story.checks().await;
    assert_eq!((checks.len(), checks.iter().filter(|check| check["trigger"] == "api").count()), (20, 20));
}

/// An instance whose key is checked every five minutes.
async fn scheduled() -> (Product, Provider, String) {
    let (product, provider) = (Product::start().await, Provider::start().await);
    assert_eq!(product.apply(&KEYED.replace("PROVIDER", &provider.uri())).await.0, 200);
    product.customer("acme").await;
    let body = json!({"customer": "external:acme", "integration": "nightshift"});
    let instance = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
    let slot = format!("/instances/{instance}/connections/keyed");
    product.ok("PUT", &format!("{slot}?check=true"), Some(json!({"inputs": {"key": "k1"}}))).await;
    due_checks::plan(&product.context).await.ok().unwrap();
    (product, provider, slot)
}

#[tokio::test]
async fn a_schedule_finds_a_key_that_was_withdrawn_and_one_that_is_back() {
    let (product, provider, slot) = scheduled().await;
    let status = async || product.ok("GET", &slot, None).await["status"].clone();
    let revision = async || product.ok("GET", &slot, None).await["updated_at"].clone();
    let updated = revision().await;
    let before = provider.now().checks;
    product.ahead_seconds.fetch_add(400, Ordering::Relaxed);
    until("the first", async || provider.now().checks == before + 1).await;
    until("it is noted", async || product.ok("GET", &format!("{slot}/checks"), None).await["items"][0]["trigger"] == "schedule").await;
    assert_eq!(revision().await, updated, "a check that finds all as it was changes nothing");

    provider.now().refuses.insert("k1".into());
    product.ahead_seconds.fetch_add(400, Ordering::Relaxed);
    until("it is found", async || status().await == "not_working").await;
    provider.now().refuses.clear();
    product.ahead_seconds.fetch_add(400, Ordering::Relaxed);
    until("it is back", async || status().await == "connected").await;
}

#[tokio::test]
async fn a_service_that_is_down_takes_nothing_from_a_connection() {
    let (product, provider, slot) = scheduled().await;
    provider.now().api_answer = Some(ResponseTemplate::new(503));
    let noted = async || product.ok("GET", &format!("{slot}/checks"), None).await["items"].as_array().unwrap().len();
    for _ in 0..4 {
        // Only a noted check is over: moved forward before, the clock would make the next one due after the hour it shows.
        let before = noted().await;
        product.ahead_seconds.fetch_add(400, Ordering::Relaxed);
        until("a check", async || noted().await > before).await;
    }
    assert_eq!(product.ok("GET", &slot, None).await["status"], "connected");
    let newest = product.ok("GET", &format!("{slot}/checks"), None).await["items"][0].clone();
    assert_eq!((&newest["ok"], &newest["code"]), (&json!(false), &json!("provider.down")));
}

#[tokio::test]
async fn two_workers_run_a_due_check_once() {
    let (product, provider, _) = scheduled().await;
    let (database_url, master_keys) = (product.database_url.clone(), product.master_keys.clone());
    let ahead = std::sync::Arc::clone(&product.ahead_seconds);
    let _other = Product::with(|config| {
        (config.database_url, config.master_keys) = (database_url, master_keys);
        config.clock = std::sync::Arc::new(move || {
            let now = jackfield::domain::time::Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
            now.plus_seconds(ahead.load(Ordering::Relaxed))
        });
    })
    .await;
    let before = provider.now().checks;
    for round in 1..=3 {
        product.ahead_seconds.fetch_add(400, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(provider.now().checks, before + round);
    }
}

#[tokio::test]
async fn the_page_of_a_connection_tells_its_life_and_checks_it() {
    let mut story = Story::connected().await;
    story.person.open(&story.path("/pages/accounts")).await.follow("Details").await;
    for said in ["Connected as ann@desk.example", "Used for", "Alerts, not turned on", "The last checks", "after signing in"] {
        assert!(story.person.html.contains(said), "{said}: {}", story.person.html);
    }
    story.person.press("Check now").await;
    assert!(story.person.url.ends_with("/connections/desk") && story.person.html.contains("Desk works"), "{}", story.person.html);
    assert_eq!(story.checks().await[0]["trigger"], "person");
    story.provider.now().api_answer = Some(ResponseTemplate::new(503));
    story.person.press("Check now").await;
    assert!(story.person.html.contains("does not answer at the moment"), "{}", story.person.html);
    assert_eq!(story.desk().await["status"], "connected");
    story.provider.now().api_answer = None;
    story.sign_in("Reconnect Desk").await;
    assert!(story.person.url.ends_with("/connections/desk"), "back where it began: {}", story.person.url);
    assert!(story.person.html.contains("Desk is connected"), "{}", story.person.html);
}
