//! `connection: key`: a slot on a page, with where its connection comes from and what it sets of the type's inputs.

use std::collections::BTreeMap;

use super::{
    converts,
    input::place,
    overrides::{Rules, slot_inputs},
    reader::{Object, Reading},
    reference,
    tree::Node,
    types::{Found, FoundType, Types},
};
use crate::domain::{
    integration::{Slot, SlotSource},
    key::Key,
};

/// `before`: the slots of the integration as it is applied; `None` where it is not.
pub fn slot(node: &Node, types: Option<&Types<'_>>, before: Option<&BTreeMap<Key, SlotSource>>, reading: &mut Reading<'_>) -> Option<Slot> {
    let mut object = Object::of(node, "a connection", reading)?;
    let key = object.need_key("connection", reading);
    let (source, found) = source(&mut object, node, types, reading);
    let label = object.text("label", reading);
    let source = match per_user(&mut object, node, reading) {
        true => source.and_then(|source| each_users(source, node, reading)),
        false => source,
    };
    let required = !matches!(source, Some(SlotSource::PerUser(_))) && object.boolean("required", true, reading);
    let preset = object.take("preset").and_then(|node| preset(node, found.as_ref(), types, reading));
    let inputs = match (object.take("inputs"), Rules::of(types, found.as_ref())) {
        (Some(node), Some(rules)) => slot_inputs(node, rules, reading),
        _ => Default::default(),
    };
    let converts = object.boolean("converts", false, reading);
    if converts && matches!(source, Some(SlotSource::PerUser(_))) {
        let message = "connections that everybody shares cannot become each user's own; take `converts` or `per_user` away";
        reading.problem(object.at("converts"), message);
    }
    if let (true, Some(types), Some(key), Some(source)) = (converts, types, &key, &source) {
        converts::check(object.at("converts"), (key, source), types, before, reading);
    }
    object.finish(reading);
    Some(Slot { key: key?, label, source: source?, required, preset, converts, inputs })
}

/// Whether each user of the customer has a connection of their own. Then there is nothing to require: nobody waits for all of them.
fn per_user(object: &mut Object<'_>, node: &Node, reading: &mut Reading<'_>) -> bool {
    let per_user = object.boolean("per_user", false, reading);
    if per_user && object.take("required").is_some() {
        reading.problem(
            place(node, &["required"]),
            "each user connects after the integration is turned on, so a `per_user` connection is never required before; take `required` away",
        );
    }
    per_user
}

fn each_users(source: SlotSource, node: &Node, reading: &mut Reading<'_>) -> Option<SlotSource> {
    match source {
        SlotSource::Type(type_ref) | SlotSource::PerUser(type_ref) => Some(SlotSource::PerUser(type_ref)),
        SlotSource::Reusable(key) => {
            let message = format!(
                "a `per_user` connection is each user's own and is shared with nothing, so it cannot be the `reusable` one `{key}`; give it a \
                 `type` instead, or take `per_user` away"
            );
            reading.problem(place(node, &["per_user"]), message);
            None
        }
    }
}

fn source(
    object: &mut Object<'_>,
    node: &Node,
    types: Option<&Types<'_>>,
    reading: &mut Reading<'_>,
) -> (Option<SlotSource>, Option<Found<FoundType>>) {
    match (object.has("type"), object.take("reusable")) {
        (true, None) => {
            let (type_ref, found) = reference::type_ref(object, types, reading);
            (type_ref.map(SlotSource::Type), found)
        }
        (false, Some(reusable)) => {
            object.take("type");
            let key = reading.key(reusable, "reusable");
            let found = types.zip(key.as_ref()).and_then(|(types, key)| types.reusable(reusable, key, reading));
            (key.map(SlotSource::Reusable), found)
        }
        (true, Some(reusable)) => {
            object.take("type");
            reading.problem(reusable.at, "a connection has a `type` of its own or is a `reusable` one, not both; take one away");
            (None, None)
        }
        (false, None) => {
            object.take("type");
            reading.problem(node.at, "a connection needs `type: connector.type`, or `reusable:` with the key of a reusable connection");
            (None, None)
        }
    }
}

fn preset(node: &Node, found: Option<&Found<FoundType>>, types: Option<&Types<'_>>, reading: &mut Reading<'_>) -> Option<Key> {
    let key = reading.key(node, "preset")?;
    if let Some(Found::Whole(of_preset)) = types.and_then(|types| types.preset(node, &key, reading))
        && let Some(Found::Whole(of_slot)) = found
        && of_preset != of_slot.type_ref
    {
        reading.problem(node.at, format!("the preset `{key}` is for `{of_preset}`, and this connection is a `{}`", of_slot.type_ref));
    }
    Some(key)
}
