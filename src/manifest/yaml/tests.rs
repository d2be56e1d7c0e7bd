use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::to_yaml;
use crate::manifest::parse;

fn back(yaml: &str) -> Vec<Json> {
    let parsed = parse::documents(yaml);
    assert!(parsed.problems.is_empty(), "{:?}\n{yaml}", parsed.problems);
    parsed.documents.iter().map(|node| node.to_json()).collect()
}

#[test]
fn what_fits_stands_on_one_line_and_the_rest_in_blocks() {
    let body = json!({
        "kind": "integration", "key": "alerts", "name": "Alerts",
        "pages": [{"key": "one", "title": "Connect", "elements": [
            {"connection": "desk", "type": "zendesk.oauth2", "inputs": {"client_secret": {"secret": true}, "scopes": {"value": "read"}}},
            {"text": "Two\n\nparagraphs"},
            {"variable": "level", "label": "Level", "type": "choice", "choices": [{"value": "1", "label": "One"}]}
        ]}]
    });
    let expected = "\
kind: integration
key: alerts
name: Alerts
pages:
  - key: one
    title: Connect
    elements:
      - connection: desk
        type: zendesk.oauth2
        inputs: {client_secret: {value: \"${env:ALERTS_DESK_CLIENT_SECRET}\"}, scopes: {value: read}}
      - text: |-
          Two

          paragraphs
      - {variable: level, label: Level, type: choice, choices: [{value: \"1\", label: One}]}
";
    assert_eq!(to_yaml([&body]), expected);
}

fn any_json() -> impl Strategy<Value = Json> {
    let text = prop_oneof![
        any::<String>(),
        "[ -~\n]{0,40}",
        prop::sample::select(vec![
            "", "yes", "null", "~", "1.0", "- a", "a: b", "a #b", "\n", "x\n", "x\n\ny\n", "|", "\u{2028}", "\u{85}", "{{a}}"
        ])
        .prop_map(str::to_owned)
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        text.clone().prop_map(Json::from)
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::vec((text.clone(), inner), 0..5).prop_map(|entries| Json::Object(entries.into_iter().collect()))
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back_the_same(a in any_json(), b in any_json()) {
        let bodies = [json!({"kind": "x", "held": a}), json!({"kind": "x", "b": [b]})];
        prop_assert_eq!(back(&to_yaml(&bodies)), bodies);
    }
}
