use secrecy::ExposeSecret;

use super::support::{Canaries, shipped};
use crate::{
    domain::{
        integration::Element,
        value::{Given, Value},
    },
    manifest::{
        Document, Kind, NothingKnown, ValidateOnly, body, connector, connectors_used, integration, preset, read, reusable, to_yaml,
    },
};

fn shipped_documents() -> Vec<Document> {
    match read(&shipped(), &Canaries, &NothingKnown) {
        Ok(documents) => documents,
        Err(errors) => panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

#[test]
fn every_shipped_manifest_reads_without_an_error() {
    let documents = shipped_documents();
    let count = |kind| documents.iter().filter(|document| document.kind == kind).count();
    assert_eq!((count(Kind::Connector), count(Kind::Integration)), (22, 4));
    assert!(read(&shipped(), &ValidateOnly, &NothingKnown).is_ok(), "validation needs no environment");
}

#[test]
fn a_body_read_back_gives_the_same_body() {
    for document in shipped_documents() {
        let again = match document.kind {
            Kind::Connector => body::connector(&connector(&document.body).unwrap()),
            Kind::Integration => body::integration(&integration(&document.body, 3, &document.secrets).unwrap()),
            Kind::Preset => body::preset(&preset(&document.body, &document.secrets).unwrap()),
            Kind::ReusableConnection => body::reusable(&reusable(&document.body, &document.secrets).unwrap()),
        };
        assert_eq!(again, document.body, "{} {}", document.kind, document.key);
    }
}

#[test]
fn applying_the_same_manifests_twice_gives_equal_bodies_in_any_style() {
    let yaml = "kind: preset\nkey: p\ntype: sftp.password\ninputs:\n  port: {value: 22}\n  host: {value: files.example.com}\n";
    let json = r#"{"inputs": {"host": {"value": "files.example.com"}, "port": {"value": "22"}}, "type": "sftp.password", "key": "p", "kind": "preset"}"#;
    let body = |text: &str| {
        let sources = [super::support::files("catalog"), vec![super::support::source(text)]].concat();
        read(&sources, &Canaries, &NothingKnown).unwrap().pop().unwrap().body
    };
    assert_eq!(body(yaml).to_string(), body(json).to_string());
    assert_eq!(
        shipped_documents().iter().map(|d| d.body.to_string()).collect::<Vec<_>>(),
        shipped_documents().iter().map(|d| d.body.to_string()).collect::<Vec<_>>()
    );
}

#[test]
fn no_secret_is_in_a_body_and_each_comes_back_from_its_path() {
    let mut secrets = 0;
    for document in shipped_documents() {
        for (path, secret) in &document.secrets {
            assert!(!document.body.to_string().contains(secret.expose_secret()), "{path}");
            secrets += 1;
        }
    }
    assert_eq!(secrets, 5);
    let documents = shipped_documents();
    let alerts = documents.iter().find(|d| d.key.as_str() == "ticket-alerts").unwrap();
    assert_eq!(alerts.secrets.keys().collect::<Vec<_>>(), ["slots/slack/client_secret", "slots/zendesk/client_secret"]);
    let integration = integration(&alerts.body, 1, &alerts.secrets).unwrap();
    let value = integration.slot("zendesk").unwrap().inputs["client_secret"].value.as_ref().unwrap();
    assert!(matches!(value, Given::Secret(secret) if secret.expose_secret() == "sk-canary-ZENDESK_CLIENT_SECRET"));
    assert!(
        crate::manifest::integration(&alerts.body, 1, &Default::default()).unwrap_err().to_string().contains("slots/zendesk/client_secret")
    );
    let slack = documents.iter().find(|d| d.kind == Kind::ReusableConnection).unwrap();
    assert_eq!(slack.secrets.keys().collect::<Vec<_>>(), ["inputs/client_secret"]);
    assert!(reusable(&slack.body, &slack.secrets).unwrap().inputs["client_secret"].value.is_some());
}

#[test]
fn values_have_the_type_of_their_input() {
    let documents = shipped_documents();
    let body = |key: &str| &documents.iter().find(|d| d.key.as_str() == key).unwrap().body;
    let digest = integration(body("deal-digest"), 7, &documents.iter().find(|d| d.key.as_str() == "deal-digest").unwrap().secrets).unwrap();
    assert_eq!(digest.version, 7);
    assert_eq!(digest.variable("sections").unwrap().default, Some(Value::List(vec!["won".into(), "stalled".into()])));
    assert_eq!(digest.variable("minimum_amount").unwrap().default, Some(Value::Number(0.0)));
    let alerts = documents.iter().find(|d| d.key.as_str() == "ticket-alerts").unwrap();
    let alerts = integration(&alerts.body, 1, &alerts.secrets).unwrap();
    let when = alerts.variable("digest_recipients").unwrap().shown_when.clone().unwrap();
    assert_eq!(when.equals, Value::Boolean(true));
    assert!(matches!(alerts.pages[1].elements[0], Element::Text(_)));
    let sftp = connector(body("sftp")).unwrap();
    assert_eq!(sftp.connection_type("password").unwrap().input("port").unwrap().default, Some(Value::Integer(22)));
    let shopify = connector(body("shopify")).unwrap();
    let version = shopify.connection_type("oauth2").unwrap().input("api_version").unwrap().default.clone();
    assert_eq!(version, Some("2026-01".into()));
}

#[test]
fn the_connectors_of_an_integration_are_known() {
    let documents = shipped_documents();
    let digest = documents.iter().find(|d| d.key.as_str() == "deal-digest").unwrap();
    assert_eq!(connectors_used(&digest.body).iter().map(|k| k.as_str()).collect::<Vec<_>>(), ["hubspot", "openai"]);
}

#[test]
fn what_is_written_as_yaml_reads_back_to_the_same_bodies() {
    let documents = shipped_documents();
    let yaml = to_yaml(documents.iter().map(|d| &d.body));
    let again = read(&[super::support::source(&yaml)], &Canaries, &NothingKnown).unwrap();
    assert_eq!(again.iter().map(|d| &d.body).collect::<Vec<_>>(), documents.iter().map(|d| &d.body).collect::<Vec<_>>());
}

#[test]
fn a_stored_body_of_another_shape_is_an_error() {
    for body in ["null", "[]", "{}", r#"{"kind": "connector"}"#, r#"{"kind": "preset", "key": "a", "type": "b.c", "later": 1}"#] {
        let body = serde_json::from_str(body).unwrap();
        assert!(connector(&body).is_err() && integration(&body, 1, &Default::default()).is_err());
        assert!(preset(&body, &Default::default()).is_err() && reusable(&body, &Default::default()).is_err());
    }
}

#[test]
fn a_default_that_begins_with_its_own_prefix_survives_being_stored() {
    let text = "kind: connector\nkey: a\nname: A\nconnection_types:\n  - key: k\n    name: K\n    auth: {kind: none}\n    inputs:\n      - {key: x, label: X, prefix: w, default: wwx}\n      - {key: y, label: Y, shown_when: {input: x, equals: wwx}}\n";
    let body = read(&[super::support::source(text)], &Canaries, &NothingKnown).unwrap().pop().unwrap().body;
    let once = connector(&body).unwrap();
    assert_eq!(once.connection_types[0].input("x").unwrap().default, Some("wx".into()));
    assert_eq!(body::connector(&once), body);
}
