use std::collections::BTreeMap;

use super::{computed, fields, input, key};
use crate::domain::{
    input::{Input, InputType, ShownWhen, Visibility},
    integration::{InputOverride, Slot, SlotSource},
    key::Key,
    resolution::{Layer, Layers, SetBy, asked_of_customer, resolve},
    value::{Given, Value},
};

fn clear(text: &str) -> Given {
    Given::Clear(text.into())
}

fn own(name: &str, text: &str, set_by: SetBy) -> BTreeMap<Key, (Given, SetBy)> {
    BTreeMap::from([(key(name), (clear(text), set_by))])
}

#[test]
fn the_first_layer_that_has_a_value_wins() {
    let connection_type = fields(vec![Input { default: Some("type".into()), ..input("host", InputType::String) }]);
    let over = |value: Option<&str>, default: Option<&str>| {
        BTreeMap::from([(key("host"), InputOverride { value: value.map(clear), default: default.map(clear), ..InputOverride::default() })])
    };
    let one = |name: &str| BTreeMap::from([(key("host"), clear(name))]);
    let mut layers = Layers { reusable: one("reusable"), slot: over(Some("slot"), Some("slot default")), preset: one("preset") };
    let got = |own: &BTreeMap<_, _>, layers: &Layers| {
        let resolved = resolve(&connection_type, own, layers);
        (resolved.values["host"].given.expose_text(), resolved.values["host"].layer)
    };
    assert_eq!(got(&own("host", "mine", SetBy::Customer), &layers), ("mine".into(), Layer::Connection(SetBy::Customer)));
    assert_eq!(got(&own("host", "", SetBy::Customer), &layers), ("reusable".into(), Layer::Reusable), "a blank is no value");
    layers.reusable.clear();
    assert_eq!(got(&BTreeMap::new(), &layers), ("slot".into(), Layer::SlotValue));
    layers.slot = over(None, None);
    assert_eq!(got(&BTreeMap::new(), &layers), ("preset".into(), Layer::Preset));
    layers.preset.clear();
    assert_eq!(got(&BTreeMap::new(), &layers), ("type".into(), Layer::TypeDefault));
}

#[test]
fn computed_inputs_follow_and_a_secret_taken_up_makes_the_result_a_secret() {
    let connection_type = fields(vec![
        computed("url", "{{base}}/x"),
        computed("base", "https://{{sub}}.example.com"),
        computed("pair", "{{sub}}:{{token}}"),
        input("sub", InputType::String),
        input("token", InputType::Password),
    ]);
    let mut own = own("sub", "acme", SetBy::Customer);
    own.insert(key("token"), (Given::secret("t0k"), SetBy::Customer));
    let resolved = resolve(&connection_type, &own, &Layers::default());
    assert_eq!(resolved.get("url").unwrap().expose_text(), "https://acme.example.com/x");
    assert!(matches!(resolved.get("pair"), Some(Given::Secret(_))));
    assert!(resolved.is_whole() && resolved.uncomputed.is_empty());
}

#[test]
fn what_is_not_shown_is_not_required() {
    let connection_type = fields(vec![
        input("proxy", InputType::Boolean),
        Input {
            shown_when: Some(ShownWhen { input: key("proxy"), equals: Value::Boolean(true) }),
            ..input("proxy_host", InputType::String)
        },
    ]);
    let with = |ticked| BTreeMap::from([(key("proxy"), (Given::Clear(Value::Boolean(ticked)), SetBy::Customer))]);
    assert!(resolve(&connection_type, &with(false), &Layers::default()).is_whole());
    assert_eq!(resolve(&connection_type, &with(true), &Layers::default()).missing, [key("proxy_host")]);
}

#[test]
fn a_customer_is_asked_only_for_what_is_theirs_and_not_set_for_them() {
    let connection_type = fields(vec![
        input("mine", InputType::String),
        input("prefilled", InputType::String),
        Input { visibility: Visibility::Organization, ..input("theirs", InputType::String) },
        Input { visibility: Visibility::Embedded, ..input("hosts", InputType::String) },
        computed("made", "{{mine}}"),
        input("hidden_here", InputType::String),
    ]);
    let inputs =
        BTreeMap::from([(key("hidden_here"), InputOverride { visibility: Some(Visibility::Organization), ..InputOverride::default() })]);
    let slot =
        Slot { key: key("s"), label: None, source: SlotSource::Reusable(key("r")), required: true, preset: None, converts: false, inputs };
    let layers = Layers { slot: slot.inputs.clone(), ..Layers::default() };
    let asked = |own: &_| {
        let resolved = resolve(&connection_type, own, &layers);
        asked_of_customer(&connection_type, Some(&slot), &resolved).into_iter().map(|i| i.key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&own("prefilled", "x", SetBy::Organization)), ["mine"]);
    assert_eq!(asked(&own("prefilled", "x", SetBy::Customer)), ["mine", "prefilled"]);
}
