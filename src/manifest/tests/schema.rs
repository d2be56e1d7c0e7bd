//! The schema against the shipped manifests, with as much of draft 2020-12 as the schema uses.

use serde_json::{Value as Json, json};

use super::support::shipped;
use crate::manifest::{import, parse, schema};

fn accepts(root: &Json, schema: &Json, value: &Json) -> bool {
    let Some(schema) = schema.as_object() else { return true };
    schema.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$ref" => accepts(root, root.pointer(rule.as_str().unwrap().trim_start_matches('#')).expect("no dangling reference"), value),
        "oneOf" => rule.as_array().unwrap().iter().filter(|one| accepts(root, one, value)).count() == 1,
        "anyOf" => rule.as_array().unwrap().iter().any(|one| accepts(root, one, value)),
        "const" => rule == value,
        "enum" => rule.as_array().unwrap().contains(value),
        "type" => rule.as_array().map_or_else(|| is(rule, value), |types| types.iter().any(|t| is(t, value))),
        "required" => !value.is_object() || rule.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some()),
        "properties" => {
            rule.as_object().unwrap().iter().all(|(key, schema)| value.get(key).is_none_or(|value| accepts(root, schema, value)))
        }
        "additionalProperties" => value.as_object().into_iter().flatten().all(|(key, value)| {
            schema.get("properties").is_some_and(|p| p.get(key).is_some()) || (*rule != false && accepts(root, rule, value))
        }),
        "items" => value.as_array().into_iter().flatten().all(|item| accepts(root, rule, item)),
        "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
        "minimum" => value.as_f64().is_none_or(|n| n >= rule.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|n| n <= rule.as_f64().unwrap()),
        "pattern" => value.as_str().is_none_or(|text| regex::Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)),
        "$schema" | "$defs" | "title" | "description" | "default" | "format" => true,
        other => panic!("the schema uses `{other}`, which this test does not know"),
    })
}

fn is(name: &Json, value: &Json) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        other => panic!("{other}"),
    }
}

#[test]
fn the_schema_accepts_every_shipped_and_imported_manifest() {
    let schema = schema();
    let imported = import::prismatic(include_str!("../../../tests/fixtures/prismatic.json")).unwrap().yaml;
    let texts = shipped().into_iter().map(|source| (source.name, source.text)).chain([("imported".into(), imported)]);
    for (name, text) in texts {
        for document in parse::documents(&text).documents {
            assert!(accepts(&schema, &schema, &document.to_json()), "{name}:{}", document.at.line);
        }
    }
}

#[test]
fn the_schema_refuses_what_is_misspelt() {
    let schema = schema();
    let preset = json!({"kind": "preset", "key": "a", "type": "b.c", "inputs": {"x": {"value": 1}}});
    assert!(accepts(&schema, &schema, &preset));
    for (key, value) in [("tpye", json!("b.c")), ("kind", json!("prest")), ("type", json!("b")), ("inputs", json!({"x": {"vlaue": 1}}))] {
        let mut wrong = preset.clone();
        wrong[key] = value;
        assert!(!accepts(&schema, &schema, &wrong), "{wrong}");
    }
}
