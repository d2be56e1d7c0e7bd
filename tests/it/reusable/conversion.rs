//! Slots that become reusable, and integration-specific again: nobody is asked, no token is lost, and it is said before what moves.

use std::collections::BTreeMap;

use futures_util::{StreamExt, future::join_all, stream};
use serde_json::json;

use super::*;

const SPECIFIC: &str = include_str!("conversion.yaml");

/// The same integration with reusable slots.
fn reusable() -> String {
    SPECIFIC
        .replace("type: desk.oauth2, inputs: {client_secret: {value: \"desk-client-secret\"}}", "reusable: own-desk, converts: true")
        .replace("type: erp.key", "reusable: acme-erp, converts: true")
}

/// And back.
fn back() -> String {
    SPECIFIC.replace("type: erp.key", "type: erp.key, converts: true").replace("type: desk.oauth2", "type: desk.oauth2, converts: true")
}

impl Story {
    async fn with_sync() -> Self {
        let story = Self::new().await;
        story.apply(SPECIFIC).await;
        story
    }

    /// Turned on: an OAuth token of its own, and a key that was typed.
    async fn live(&self, at: usize) -> String {
        let customer = format!("c{at}");
        self.product.customer(&customer).await;
        let id = self.instance(&customer, "sync").await;
        let expires_at = self.product.context.now().plus_seconds(if at.is_multiple_of(10) { -60 } else { 7200 }).to_string();
        let token =
            json!({"access_token": format!("access-of-{at}"), "refresh_token": format!("refresh-of-{at}"), "expires_at": expires_at});
        self.product.ok("PUT", &format!("/instances/{id}/connections/desk"), Some(json!({"token": token}))).await;
        let inputs = json!({"inputs": {"host": self.provider.uri(), "api_key": format!("key-of-{at}")}});
        self.product.ok("PUT", &format!("/instances/{id}/connections/erp?check=true"), Some(inputs)).await;
        self.product.ok("PATCH", &format!("/instances/{id}"), Some(json!({"variables": {"channel": "general"}}))).await;
        assert_eq!(self.product.ok("POST", &format!("/instances/{id}/deployments"), None).await["status"], "active");
        id
    }

    async fn lives(&self, count: usize) -> Vec<String> {
        stream::iter((0..count).map(|at| self.live(at))).buffered(8).collect().await
    }

    /// What would move.
    async fn dry_run(&self, yaml: &str) -> Value {
        let yaml = yaml.replace("PROVIDER", &self.provider.uri());
        let (status, said) = self.product.dry_run(&yaml).await;
        assert_eq!(status, 200, "{said}");
        conversion_of(&said)
    }

    async fn convert(&self, yaml: &str) -> Value {
        conversion_of(&self.apply(yaml).await)
    }

    async fn slot(&self, instance: &str, slot: &str) -> Value {
        self.get(&format!("/instances/{instance}/connections/{slot}")).await
    }

    /// By instance and slot.
    async fn ids(&self, instances: &[String]) -> BTreeMap<(String, &'static str), String> {
        let mut ids = BTreeMap::new();
        for instance in instances {
            for slot in ["desk", "erp"] {
                let id = self.slot(instance, slot).await["id"].as_str().unwrap().to_owned();
                ids.insert((instance.clone(), slot), id);
            }
        }
        ids
    }

    /// The provider gives one more token to whoever refreshes.
    fn gives(&self, token: &str) {
        self.provider.answer(200, json!({"access_token": token, "token_type": "Bearer", "expires_in": 7200, "scope": "read write"}));
    }

    /// Every step reads what it read; what has expired is refreshed once, with its own grant.
    async fn every_step_reads(&self, instances: &[String]) {
        self.gives("renewed");
        let reads =
            join_all(instances.iter().map(|instance| async move { (self.read(instance, "desk").await, self.read(instance, "erp").await) }));
        for (at, (desk, erp)) in reads.await.into_iter().enumerate() {
            let token = if at.is_multiple_of(10) { "renewed".to_owned() } else { format!("access-of-{at}") };
            assert_eq!(desk["token"]["access_token"], token, "{at}");
            assert_eq!(desk["inputs"]["client_secret"], "desk-client-secret");
            assert_eq!((&erp["inputs"]["api_key"], &erp["inputs"]["host"]), (&json!(format!("key-of-{at}")), &json!(self.provider.uri())));
        }
    }

    /// Opened anew, there is nothing to do.
    async fn nobody_is_asked(&self, customer: &str, instance: &str) {
        assert_eq!(self.get(&format!("/instances/{instance}")).await["status"], "active");
        let body = json!({"customer": format!("external:{customer}"), "instance": instance, "expires_in_seconds": 600});
        let link = self.product.ok("POST", "/links", Some(body)).await;
        let mut person = Browser::new(&self.product.base);
        person.open(link["url"].as_str().unwrap()).await;
        assert!(person.title().contains("Check your answers"), "{}", person.title());
        assert!(!person.html.contains("still missing"), "{}", person.html);
    }
}

fn conversion_of(said: &Value) -> Value {
    let of_sync = said["changes"].as_array().unwrap().iter().find(|change| change["key"] == "sync");
    of_sync.map(|change| change["conversion"].clone()).unwrap_or_default()
}

fn moving(conversion: &Value) -> [i64; 5] {
    ["instances", "deployed", "customers", "connections", "staying"].map(|name| conversion[name].as_i64().unwrap_or(-1))
}

#[tokio::test]
async fn a_hundred_live_instances_become_reusable_and_nobody_is_asked_and_back_again() {
    let story = Story::with_sync().await;
    let instances = story.lives(100).await;
    let before = story.ids(&instances).await;
    let checks = story.get(&format!("/instances/{}/connections/erp/checks", instances[3])).await;

    let told = story.dry_run(&reusable()).await;
    assert_eq!(moving(&told), [100, 100, 100, 200, 0], "{told}");
    let slots = json!([{"slot": "desk", "reusable_connection": "own-desk"}, {"slot": "erp", "reusable_connection": "acme-erp"}]);
    assert_eq!(told["slots"], slots);
    assert_eq!(story.slot(&instances[3], "desk").await["owner"], "slot", "nothing moves by looking");

    let began = std::time::Instant::now();
    let done = story.convert(&reusable()).await;
    eprintln!("100 instances with 200 connections moved in {:?}", began.elapsed());
    assert_eq!(done, told, "what was said is what was done");
    assert_eq!(story.ids(&instances).await, before, "each keeps its id");
    for (at, instance) in instances.iter().enumerate() {
        let (desk, erp) = (story.slot(instance, "desk").await, story.slot(instance, "erp").await);
        assert_eq!((&desk["owner"], &desk["name"], &desk["status"]), (&json!("customer"), &json!("Own desk"), &json!("connected")));
        assert_eq!((&erp["owner"], &erp["name"], &erp["status"]), (&json!("customer"), &json!("Acme ERP"), &json!("connected")));
        assert_eq!(story.get(&format!("/instances/{instance}")).await["version"], 2);
        if at % 10 == 3 {
            story.nobody_is_asked(&format!("c{at}"), instance).await;
        }
    }
    assert_eq!(story.get(&format!("/instances/{}/connections/erp/checks", instances[3])).await, checks);
    story.every_step_reads(&instances).await;
    assert_eq!(story.provider.times_asked("refresh_token"), 10);
    let used: std::collections::BTreeSet<String> = story.provider.now().asked.iter().map(|form| form["refresh_token"].clone()).collect();
    assert_eq!(used, (0..100).step_by(10).map(|at| format!("refresh-of-{at}")).collect());
    assert_eq!(story.convert(&reusable()).await, Value::Null, "once is enough");
    let saved = story.get("/customers/external:c7/connections").await;
    assert_eq!(saved["items"].as_array().unwrap().len(), 2);

    assert_eq!(moving(&story.dry_run(&back()).await), [100, 100, 100, 200, 0]);
    assert_eq!(moving(&story.convert(&back()).await), [100, 100, 100, 200, 0]);
    assert_eq!(story.ids(&instances).await, before);
    story.every_step_reads(&instances).await;
    assert_eq!(story.provider.times_asked("refresh_token"), 10, "what was renewed is still good");
    assert_eq!(story.slot(&instances[7], "erp").await["owner"], "slot");
    assert_eq!(story.get("/customers/external:c7/connections").await["items"], json!([]));
    story.nobody_is_asked("c7", &instances[7]).await;
}

#[tokio::test]
async fn what_would_read_other_values_or_be_asked_keeps_its_version_and_says_why() {
    let story = Story::with_sync().await;
    let instances = story.lives(3).await;
    let other = json!({"inputs": {"host": "https://elsewhere.example"}});
    story.product.ok("PUT", &format!("/instances/{}/connections/erp", instances[1]), Some(other)).await;
    let told = story.dry_run(&reusable()).await;
    assert_eq!(moving(&told), [2, 2, 2, 4, 1], "{told}");
    let stay = &told["stays"][0];
    assert_eq!((&stay["instance"], &stay["slot"], &stay["customer"]), (&json!(instances[1]), &json!("erp"), &json!("c1")));
    assert_eq!((&stay["code"], &stay["inputs"]), (&json!("values_differ"), &json!(["host"])));
    assert_eq!(story.convert(&reusable()).await, told);
    assert_eq!(story.slot(&instances[1], "desk").await["owner"], "slot", "all of its slots, or none");
    assert_eq!(story.read(&instances[1], "erp").await["inputs"]["host"], "https://elsewhere.example");
    // Put right, it moves when the same is applied once more.
    let right = json!({"inputs": {"host": story.provider.uri()}});
    story.product.ok("PUT", &format!("/instances/{}/connections/erp", instances[1]), Some(right)).await;
    assert_eq!(moving(&story.convert(&reusable()).await), [1, 1, 1, 2, 0]);

    let more = |variable: &str| back().replace("type: string}]", &format!("type: string}}, {variable}]"));
    let told = story.dry_run(&more("{variable: team, label: Team, type: string}")).await;
    assert_eq!(moving(&told), [0, 0, 0, 0, 3]);
    assert_eq!((&told["stays"][0]["code"], &told["stays"][0]["labels"]), (&json!("asks"), &json!(["Team"])));
    let told = story.convert(&more("{variable: team, label: Team, type: string, default: all}")).await;
    assert_eq!(moving(&told), [3, 3, 3, 6, 0], "what has a default is no question");
    assert_eq!(story.get(&format!("/instances/{}", instances[0])).await["deployed_variables"]["team"], "all");
    story.nobody_is_asked("c0", &instances[0]).await;
}

#[tokio::test]
async fn what_others_share_is_not_torn_from_them_when_a_slot_becomes_its_own_again() {
    let story = Story::with_sync().await;
    let instances = story.lives(2).await;
    story.convert(&reusable()).await;
    let orders = story.instance("c1", "orders").await;
    let saved = story.slot(&instances[1], "erp").await;
    assert_eq!(story.bind(&orders, "erp", &saved["id"]).await.0, 200, "what was converted is there for other integrations");
    let told = story.dry_run(&back()).await;
    assert_eq!(moving(&told), [1, 1, 1, 2, 1], "{told}");
    let place = json!([{"instance": orders, "name": "Orders", "integration": "orders", "slot": "erp"}]);
    assert_eq!((&told["stays"][0]["code"], &told["stays"][0]["places"]), (&json!("shared"), &place));
    story.convert(&back()).await;
    for instance in [&instances[1], &orders] {
        assert_eq!(story.read(instance, "erp").await["inputs"]["api_key"], "key-of-1");
        assert_eq!(story.slot(instance, "erp").await["id"], saved["id"]);
    }
    assert_eq!(story.get(&format!("/instances/{}", instances[1])).await["status"], "active");
}

#[tokio::test]
async fn two_connections_of_one_customer_get_two_names_and_a_draft_comes_along() {
    let story = Story::with_sync().await;
    story.live(0).await;
    let body = json!({"customer": "external:c0", "integration": "sync"});
    let draft = story.product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
    let inputs = json!({"inputs": {"host": story.provider.uri(), "api_key": "second"}});
    story.product.ok("PUT", &format!("/instances/{draft}/connections/erp"), Some(inputs)).await;
    let done = story.convert(&reusable()).await;
    assert_eq!(moving(&done), [2, 1, 1, 3, 0], "{done}");
    let mut names = Vec::new();
    for saved in story.get("/customers/external:c0/connections").await["items"].as_array().unwrap() {
        names.push(saved["name"].as_str().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(names, ["Acme ERP", "Acme ERP 2", "Own desk"]);
    let (desk, erp) = (story.slot(&draft, "desk").await, story.slot(&draft, "erp").await);
    assert_eq!((&desk["status"], &desk["owner"]), (&json!("not_connected"), &json!("slot")));
    assert_eq!((&erp["status"], &erp["owner"]), (&json!("connected"), &json!("customer")));
    // And a new one can be added, as in any slot of the kind.
    let body = json!({"customer": "external:c0", "instance": draft, "expires_in_seconds": 600});
    let link = story.product.ok("POST", "/links", Some(body)).await;
    let mut person = Browser::new(&story.product.base);
    person.open(link["url"].as_str().unwrap()).await;
    person.set("pick:erp", &["new"]).fill("API key", "third").press("Save and continue").await;
    let third = story.slot(&draft, "erp").await;
    assert_ne!(third["id"], erp["id"], "{}", person.html);
    assert_eq!(third["name"], "Acme ERP 3");
}

#[tokio::test]
async fn what_the_organization_has_once_for_each_customer_takes_one_of_each() {
    let story = Story::new().await;
    let of = |slot: &str| {
        format!("kind: integration\nkey: sync\nname: Sync\npages: [{{key: a, title: A, elements: [{{connection: drop, {slot}}}]}}]\n")
    };
    story.apply(&of("type: sftp.password")).await;
    let values = |user: &str| json!({"inputs": {"host": "files.acme.example", "user": user, "password": "p"}});
    let mut instances = Vec::new();
    for (customer, user) in [("acme", "u-1"), ("acme", "u-2"), ("beta", "u-3")] {
        let instance = story.instance(customer, "sync").await;
        story.product.ok("PUT", &format!("/instances/{instance}/connections/drop"), Some(values(user))).await;
        story.product.ok("POST", &format!("/instances/{instance}/deployments"), None).await;
        instances.push(instance);
    }
    // Nothing is in it yet, so what comes takes its place, for this one too.
    let files = story.instance("beta", "files").await;
    let done = story.convert(&of("reusable: drop-off, converts: true")).await;
    assert_eq!(moving(&done), [2, 2, 2, 2, 1], "{done}");
    assert_eq!((&done["stays"][0]["code"], &done["stays"][0]["instance"]), (&json!("has_another"), &json!(instances[1])));
    for (instance, user) in instances.iter().zip(["u-1", "u-2", "u-3"]).chain([(&files, "u-3")]) {
        assert_eq!(story.read(instance, "drop").await["inputs"]["user"], user);
    }
}

#[tokio::test]
async fn what_was_set_for_everybody_is_entered_for_each_customer_first() {
    let story = Story::new().await;
    let of = |slot: &str| {
        format!("kind: integration\nkey: sync\nname: Sync\npages: [{{key: a, title: A, elements: [{{connection: drop, {slot}}}]}}]\n")
    };
    story.apply(&of("type: sftp.password, inputs: {host: {value: files.acme.example}, user: {value: u}, password: {value: p}}")).await;
    let instance = story.instance("acme", "sync").await;
    story.product.ok("POST", &format!("/instances/{instance}/deployments"), None).await;
    let next = of("reusable: drop-off, converts: true");
    assert_eq!(story.dry_run(&next).await["stays"][0]["code"], "no_values");
    let enter = async |user: &str| {
        let values = json!({"inputs": {"user": user, "password": "p"}});
        story.product.ok("PUT", "/reusable-connections/drop-off/customers/external:acme", Some(values)).await;
    };
    enter("another").await;
    let told = story.dry_run(&next).await;
    assert_eq!((&told["stays"][0]["code"], &told["stays"][0]["inputs"]), (&json!("values_differ"), &json!(["user"])));
    enter("u").await;
    assert_eq!(moving(&story.convert(&next).await), [1, 1, 1, 0, 0]);
    assert_eq!(story.read(&instance, "drop").await["inputs"]["user"], "u");
    assert_eq!(story.get(&format!("/instances/{instance}")).await["status"], "active");
}

#[tokio::test]
async fn a_conversion_that_cannot_be_is_an_error_at_its_place() {
    let story = Story::with_sync().await;
    let refused = async |yaml: &str| {
        let (status, said) = story.product.dry_run(&yaml.replace("PROVIDER", &story.provider.uri())).await;
        assert_eq!(status, 422, "{said}");
        let error = &said["errors"][0];
        let line = yaml.lines().nth(usize::try_from(error["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
        let at = usize::try_from(error["column"].as_u64().unwrap()).unwrap() - 1;
        assert!(line[at..].starts_with("true"), "{line}: {error}");
        error["message"].as_str().unwrap().to_owned()
    };
    let of = |slot: &str| SPECIFIC.replace("type: erp.key", slot);
    for (slot, said) in [
        ("reusable: all-desk, converts: true", "it has one connection, the organization's"),
        ("reusable: own-desk, converts: true", "are of the type `erp.key`, and `own-desk` is for `desk.oauth2`"),
    ] {
        let message = refused(&of(slot)).await;
        assert!(message.contains(said), "{message}");
    }
    let unknown = reusable().replace("connection: erp", "connection: erpp");
    let message = refused(&unknown).await;
    assert!(message.contains("has had no connection `erpp`") && message.contains("`erp`"), "{message}");
    let elsewhere = reusable().replace("key: sync", "key: never-applied");
    assert_eq!(story.product.dry_run(&elsewhere).await.0, 200, "where nothing is, nothing moves");
}

#[tokio::test]
async fn the_plan_on_the_console_says_what_moves_and_why_the_rest_does_not() {
    let story = Story::with_sync().await;
    let instances = story.lives(3).await;
    let other = json!({"inputs": {"host": "https://elsewhere.example"}});
    story.product.ok("PUT", &format!("/instances/{}/connections/erp", instances[1]), Some(other)).await;
    let mut admin = story.admin().await;
    admin.open("/admin/manifests").await.fill("Manifests, as YAML", &reusable()).press("Show what would change").await;
    for said in [
        "The connection erp becomes the reusable one acme-erp",
        "2 instances move to this version; 4 connections move",
        "1 instance keeps its version",
        "c1, Sync, erp: its steps would read other values: host",
    ] {
        assert!(admin.html.contains(said), "{said}: {}", admin.html);
    }
    let apply = admin.buttons().into_iter().find(|words| words.starts_with("Apply")).unwrap();
    admin.press(&apply).await;
    assert_eq!(story.slot(&instances[0], "erp").await["owner"], "customer");
    assert_eq!(story.slot(&instances[1], "erp").await["owner"], "slot");
}
