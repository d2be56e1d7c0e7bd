//! Definitions that nobody here wrote, each on the first page of an integration of its own.
//! `JACKFIELD_CORPUS` names the file; without it the same runs on a dozen of the project's own, and says so.

mod first_page;

use jackfield::{
    domain::access::Actor,
    flows::apply::{Applied, Options, apply},
    manifest::{Lookup, Source, import},
};
use serde_json::{Value as Json, json};

use crate::support::{Browser, Product};
use first_page::FirstPage;

const OWN: &str = include_str!("../fixtures/prismatic.json");

/// Stands in every value that the organization sets: it must reach no page.
const CANARY: &str = "zzorganization";

struct Nothing;
impl Lookup for Nothing {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn file(&self, path: &str) -> Result<String, String> {
        Err(format!("no {path} here"))
    }
}

fn corpus() -> String {
    match std::env::var("JACKFIELD_CORPUS") {
        Ok(path) => std::fs::read_to_string(path).unwrap(),
        Err(_) => {
            println!("JACKFIELD_CORPUS is not set: this ran on the project's own dozen definitions");
            OWN.to_owned()
        }
    }
}

async fn applied(product: &Product, name: &str, text: String) {
    let source = Source { name: name.into(), text };
    let options = Options::default();
    match apply(&product.context, &Actor::System, &[source], &Nothing, options).await.unwrap() {
        Applied::Changes(_) => {}
        Applied::Refused(errors) => panic!("{} of {name}", errors[0]),
    }
}

/// What the organization has to set for a type to be connectable at all.
fn organization_inputs(inputs: &[Json]) -> Json {
    let needed = |i: &&Json| i["visibility"] != "customer" && i["required"] == true && i["default"].is_null() && i["template"].is_null();
    let value = |input: &Json| match input["type"].as_str().unwrap() {
        "choice" => input["choices"][0]["value"].clone(),
        "boolean" => json!(true),
        "map" => json!({ "name": CANARY }),
        "list" => json!([CANARY]),
        _ if input["key"].as_str().unwrap().ends_with("_url") => json!(format!("https://provider.example/{CANARY}")),
        _ => json!(CANARY),
    };
    inputs
        .iter()
        .filter(needed)
        .map(|i| (i["key"].as_str().unwrap().to_owned(), json!({"value": value(i)})))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn every_definition_stands_on_a_first_page_and_asks_for_what_it_needs() {
    let json = corpus();
    let definitions: Vec<Json> = serde_json::from_str(&json).unwrap();
    let product = Product::with(|config| {
        let many = governor::Quota::per_second(std::num::NonZeroU32::MAX);
        config.limits = jackfield::web::limits::Limits::new(jackfield::web::limits::Quotas { links: many, ..Default::default() });
    })
    .await;
    applied(&product, "corpus", import::prismatic(&json).unwrap().yaml).await;
    let connectors = product.ok("GET", "/connectors?limit=200", None).await;
    let mut integrations = Vec::new();
    let mut cases = Vec::new();
    for connector in connectors["items"].as_array().unwrap() {
        for kind in connector["connection_types"].as_array().unwrap() {
            let key = format!("integration-{}", cases.len());
            let inputs = kind["inputs"].as_array().unwrap();
            let slot = json!({
                "connection": "slot",
                "type": format!("{}.{}", connector["key"].as_str().unwrap(), kind["key"].as_str().unwrap()),
                "inputs": organization_inputs(inputs),
            });
            let page = json!({"key": "first", "title": "Connect", "elements": [slot]});
            integrations.push(json!({"kind": "integration", "key": key, "name": key, "pages": [page]}).to_string());
            cases.push((key, connector["name"].as_str().unwrap().to_owned(), kind.clone()));
        }
    }
    assert_eq!(cases.len(), definitions.len());
    applied(&product, "integrations", integrations.join("\n---\n")).await;
    product.customer("acme").await;
    let mut wrong = Vec::new();
    let (mut asked, mut refused) = (0, 0);
    for (key, connector, kind) in &cases {
        let mut person = Browser::new(&product.base);
        person.open(&product.link("acme", key).await).await;
        let page = FirstPage { connector, kind };
        let mut found = page.problems(&person);
        asked += page.asked().count();
        if page.asked().next().is_some() || !page.has_consent() {
            refused += page.leave_everything_empty(&mut person, &mut found).await;
        }
        wrong.extend(found.into_iter().map(|what| format!("{connector} / {}: {what}", kind["key"].as_str().unwrap())));
    }
    println!("{} first pages, {asked} fields, {refused} required ones refused when empty", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
