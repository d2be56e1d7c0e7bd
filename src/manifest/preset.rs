//! `kind: preset`: org-wide values of a connection type.

use std::collections::BTreeMap;

use super::{
    overrides::{Rules, entries},
    reader::{Object, Reading},
    types::Types,
};
use crate::domain::{connection_type::TypeRef, key::Key, value::Values};

#[derive(Clone, Debug)]
pub struct Preset {
    pub key: Key,
    pub type_ref: TypeRef,
    pub values: Values,
}

/// `types`: `None` for a stored body.
pub fn preset(mut object: Object<'_>, types: Option<&Types<'_>>, reading: &mut Reading<'_>) -> Option<Preset> {
    let key = object.need_key("key", reading);
    let (type_ref, found) = super::reference::type_ref(&mut object, types, reading);
    let mut values = BTreeMap::new();
    let inputs = object.take("inputs");
    if let (Some(node), Some(rules)) = (inputs, Rules::of(types, found.as_ref())) {
        for mut entry in entries(node, "what a preset sets of an input", rules, reading) {
            let value = entry.value(reading);
            entry.object.finish(reading);
            if let Some(value) = value {
                values.insert(entry.key, value);
            }
        }
    }
    object.finish(reading);
    Some(Preset { key: key?, type_ref: type_ref?, values })
}
