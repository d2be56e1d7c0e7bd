//! Domain → canonical JSON, the form in which documents are stored and exported. Keys in the order people write them;
//! what has its default is left out. The readers beside it read these bodies back.

mod connector;
mod input;

use serde_json::{Map, Value as Json, json};

pub use connector::connector;
use input::{put, variable, visibility};

use super::{
    overrides::SECRET,
    preset::Preset,
    reusable::{CustomersSee, ReusableConnection},
};
use crate::domain::{
    integration::{Element, InputOverride, Integration, Page, Slot, SlotSource},
    key::Key,
    value::{Given, Value},
};

pub(super) type Object = Map<String, Json>;

pub fn integration(integration: &Integration) -> Json {
    let mut body = head("integration", &integration.key);
    body.insert("name".into(), json!(integration.name));
    put(&mut body, "description", integration.description.as_ref());
    body.insert("pages".into(), integration.pages.iter().map(page).collect());
    Json::Object(body)
}

pub fn preset(preset: &Preset) -> Json {
    let mut body = head("preset", &preset.key);
    body.insert("type".into(), json!(preset.type_ref.to_string()));
    body.insert(
        "inputs".into(),
        preset.values.iter().map(|(key, given)| (key.to_string(), Json::Object(given_value(Some(given))))).collect(),
    );
    Json::Object(body)
}

pub fn reusable(reusable: &ReusableConnection) -> Json {
    let mut body = head("reusable_connection", &reusable.key);
    body.insert("name".into(), json!(reusable.name));
    body.insert("type".into(), json!(reusable.type_ref.to_string()));
    body.insert("activation".into(), json!(reusable.activation.as_str()));
    body.insert("workflows".into(), json!(reusable.workflows));
    if reusable.customers_see == CustomersSee::Nothing {
        body.insert("customers_see".into(), json!("nothing"));
    }
    let inputs = reusable.inputs.iter().map(|(key, input)| {
        let mut entry = given_value(input.value.as_ref());
        entry.insert("scope".into(), json!(input.scope.as_str()));
        (key.to_string(), Json::Object(entry))
    });
    body.insert("inputs".into(), inputs.collect());
    Json::Object(body)
}

pub(super) fn head(kind: &str, key: &Key) -> Object {
    Object::from_iter([("kind".to_owned(), json!(kind)), ("key".to_owned(), json!(key))])
}

pub(super) fn value(value: &Value) -> Json {
    json!(value)
}

fn given_value(given: Option<&Given>) -> Object {
    let mut entry = Object::new();
    match given {
        Some(Given::Clear(clear)) => entry.insert("value".into(), value(clear)),
        Some(Given::Secret(_)) => entry.insert(SECRET.into(), json!(true)),
        None => None,
    };
    entry
}

fn page(page: &Page) -> Json {
    let mut body = Object::new();
    body.insert("key".into(), json!(page.key));
    body.insert("title".into(), json!(page.title));
    put(&mut body, "description", page.description.as_ref());
    let elements = page.elements.iter().map(|element| match element {
        Element::Slot(element) => slot(element),
        Element::Variable(element) => variable(element),
        Element::Text(text) => json!({"text": text}),
    });
    body.insert("elements".into(), elements.collect());
    Json::Object(body)
}

fn slot(slot: &Slot) -> Json {
    let mut body = Object::new();
    body.insert("connection".into(), json!(slot.key));
    match &slot.source {
        SlotSource::Type(type_ref) | SlotSource::PerUser(type_ref) => body.insert("type".into(), json!(type_ref.to_string())),
        SlotSource::Reusable(key) => body.insert("reusable".into(), json!(key)),
    };
    put(&mut body, "label", slot.label.as_ref());
    if slot.is_per_user() {
        body.insert("per_user".into(), json!(true));
    } else if !slot.required {
        body.insert("required".into(), json!(false));
    }
    put(&mut body, "preset", slot.preset.as_ref());
    if slot.converts {
        body.insert("converts".into(), json!(true));
    }
    if !slot.inputs.is_empty() {
        body.insert("inputs".into(), slot.inputs.iter().map(|(key, over)| (key.to_string(), in_slot(over))).collect());
    }
    Json::Object(body)
}

fn in_slot(over: &InputOverride) -> Json {
    let mut entry = given_value(over.value.as_ref());
    put(&mut entry, "default", over.default.as_ref().and_then(Given::as_clear).map(value));
    put(&mut entry, "visibility", over.visibility.map(visibility));
    put(&mut entry, "label", over.label.as_ref());
    Json::Object(entry)
}
