use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::support::{Canaries, source};
use crate::{
    domain::{
        auth::{Auth, Pkce},
        connection_type::{ConnectionType, standard},
        connector::Connector,
        input::{InputType, Visibility},
        value::Value,
    },
    manifest::{NothingKnown, connector, import, read},
};

const OWN: &str = include_str!("../../../tests/fixtures/prismatic.json");

fn imported(json: &str) -> (BTreeMap<String, Connector>, Vec<String>) {
    let imported = import::prismatic(json).unwrap();
    let documents = read(&[source(&imported.yaml)], &Canaries, &NothingKnown)
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
    let connectors = documents.iter().map(|document| (document.key.to_string(), connector(&document.body).unwrap()));
    (connectors.collect(), imported.not_expressed)
}

/// The corpus lies outside the project; without it the same test runs on definitions of our own.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test is told of the corpus by the environment")]
fn every_definition_becomes_a_connection_type() {
    let json = match std::env::var("JACKFIELD_CORPUS") {
        Ok(path) => std::fs::read_to_string(path).unwrap(),
        Err(_) => {
            eprintln!("JACKFIELD_CORPUS is not set: this ran on the project's own dozen definitions");
            OWN.to_owned()
        }
    };
    let definitions: Vec<Json> = serde_json::from_str(&json).unwrap();
    let (connectors, not_expressed) = imported(&json);
    let types: Vec<&ConnectionType> = connectors.values().flat_map(|c| &c.connection_types).collect();
    eprintln!("{} connection types of {} connectors, {} things not expressed", types.len(), connectors.len(), not_expressed.len());
    assert_eq!(types.len(), definitions.len());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for definition in &definitions {
        let connection = &definition["connection"];
        let component = definition["component"].as_str().unwrap().replace('.', "-");
        let nth = seen.entry(component.clone()).or_default();
        let found = &connectors[&component].connection_types[*nth];
        *nth += 1;
        assert!(found.key().as_str().starts_with(connection["key"].as_str().unwrap()));
        let inputs = connection["inputs"].as_object().unwrap();
        assert!(found.inputs().len() >= inputs.len(), "{}: every input is there", found.key());
        assert_eq!(found.auth().oauth2().is_some(), connection["oauth2Type"].is_string());
        for (name, input) in inputs.iter().filter(|(_, input)| input["shown"] == false) {
            let here = found.input(name).or_else(|| found.inputs().iter().find(|i| i.label == input["label"].as_str().unwrap()));
            assert!(here.is_some_and(|i| i.visibility == Visibility::Organization), "{name} of {} stays hidden", found.key());
        }
        if found.auth().oauth2().is_some() {
            let shown =
                found.inputs().iter().filter(|i| standard::ALL.contains(&i.key.as_str()) && i.visibility != Visibility::Organization);
            assert_eq!(shown.count(), 0, "{}: OAuth's own inputs are the organization's", found.key());
        }
    }
}

fn own_type(connector: &str, key: &str) -> ConnectionType {
    imported(OWN).0[connector].connection_type(key).unwrap().clone()
}

#[test]
fn oauth_inputs_are_renamed_typed_and_hidden() {
    let oauth = own_type("tidewater", "tidewaterOauth");
    assert_eq!(oauth.input("authorize_url").unwrap().template.as_ref().unwrap().as_str(), "https://{{region}}.tidewater.example/authorize");
    assert!(oauth.input("client_secret").unwrap().is_secret(), "a client secret is one, whatever its type was");
    let InputType::Choice(choices) = &oauth.input("region").unwrap().input_type else { panic!("a choice") };
    assert_eq!(choices.iter().map(|c| (c.value.as_str(), c.label.as_str())).collect::<Vec<_>>(), [("eu", "Europe"), ("us", "us")]);
    assert!(!oauth.input("revoke_url").unwrap().is_computed(), "its template names what is not there");
    let robot = own_type("tidewater", "tidewaterOauth_2");
    assert_eq!((robot.name(), &robot.input("headers").unwrap().input_type), ("Tidewater robot", &InputType::Map));
    assert!(own_type("plinth", "bare").input("token_url").is_some(), "what the grant needs is added for the organization to set");
    assert_eq!(own_type("parcelry", "oauth2").auth().oauth2().unwrap().pkce, Pkce::S256);
    assert_eq!(own_type("plinth", "bare").auth().oauth2().unwrap().pkce, Pkce::None);
}

#[test]
fn other_connections_keep_their_keys_and_their_values_get_types() {
    let key = own_type("parcelry", "apiKey");
    assert!(matches!(key.auth(), Auth::Fields));
    assert_eq!(key.input("sandbox").unwrap().default, Some(Value::Boolean(false)));
    assert!(key.input("apiKey").unwrap().help.as_ref().unwrap().contains("<a href="), "markup is for the page to clean");
    let gauge = own_type("gauge-works", "gauge-works-key");
    assert!(gauge.input("ocp-apim-subscription-key").unwrap().is_secret());
    assert_eq!(gauge.input("tenants").unwrap().input_type, InputType::List);
    assert_eq!(own_type("plinth", "jwt").input("clientId").unwrap().visibility, Visibility::Customer);
    assert_eq!(
        own_type("mosaic-mail", "smtp").input("literal").unwrap().default,
        Some("https://<ACCOUNT_ID>.mosaic.example/{tenant}".into())
    );
    assert_eq!(own_type("keyhole", "leaky").input("workspace").unwrap().visibility, Visibility::Embedded);
}

#[test]
fn what_cannot_be_expressed_is_listed_and_no_secret_with_it() {
    let (_, lines) = imported(OWN);
    let listed = |line: &str| assert!(lines.iter().any(|l| l.contains(line)), "{line} is not in\n{}", lines.join("\n"));
    listed("parcelry: icon `icon.png`");
    listed("parcelry/oauth2: icon `oauth.png`");
    listed("parcelry/apiKey: comments “Keys are under");
    listed("parcelry/apiKey: description");
    listed("tidewater/tidewaterOauth/region: the choice `` without a value");
    listed("tidewater/tidewaterOauth/region: a second choice with the value `eu`");
    listed("tidewater/tidewaterOauth/revoke_url: template `https://{{#realm}}");
    listed("tidewater/tidewaterOauth_2: its key `tidewaterOauth` is taken");
    listed("tidewater/tidewaterOauth_2/client_secret: the default of a password");
    listed("gauge-works/gauge-works-key/limit: a `clean` function");
    listed("lantern-db/password/host: it is controlled by an on-premise agent");
    listed("lantern-db/password/tls: its default is not a value of a choice");
    listed("plinth/jwt/extra: type `code`");
    listed("plinth/jwt/extra: `language`");
    listed("plinth/bare: it has no `authorize_url`");
    listed("mosaic-mail/smtp/secure: its default is not a value of a boolean");
    listed("circle/round: a: template");
    listed("keyhole/leaky: PKCE method `S512`");
    listed("keyhole/leaky: authorize_url: template");
    listed("keyhole/leaky: two inputs have the key `authorize_url`");
    assert!(!lines.iter().any(|l| l.contains("not-to-be-kept")));
}

#[test]
fn nonsense_is_an_error_or_a_line_and_never_a_panic() {
    assert!(import::prismatic("{").is_err());
    assert!(import::prismatic("7").is_err());
    for odd in ["[]", "[1]", "{}", r#"[{"component": ""}]"#, r#"[{"component": "x", "connection": {"key": "k", "inputs": [1]}}]"#] {
        let imported = import::prismatic(odd).unwrap();
        read(&[source(&imported.yaml)], &Canaries, &NothingKnown).unwrap();
    }
}
