//! `inputs: {key: {value: …}}` of slots, presets and reusable connections: an entry for each input of the type, by its key.

use std::collections::BTreeMap;

use super::{
    input::VISIBILITIES,
    reader::{Object, Reading},
    suggest::did_you_mean,
    tree::{At, Node},
    types::{Found, FoundType},
    value::stored,
};
use crate::domain::{
    input::{Input, Visibility},
    integration::InputOverride,
    key::Key,
    value::{Given, Value},
};

/// By whose rules values are read.
#[derive(Clone, Copy)]
pub enum Rules<'t> {
    Of(&'t Found<FoundType>),
    /// A stored body passed them when it was read.
    Trusted,
}

/// Marks, in a stored body, the place of a secret that is kept apart.
pub const SECRET: &str = "secret";

/// What a manifest says about one input, before it is known which of it is allowed here.
pub struct Entry<'n> {
    pub key: Key,
    pub at: At,
    pub object: Object<'n>,
    pub input: Option<Input>,
}

/// The entries whose input exists; others are problems.
pub fn entries<'n>(node: &'n Node, what: &'static str, rules: Rules<'_>, reading: &mut Reading<'_>) -> Vec<Entry<'n>> {
    let mut entries = Vec::new();
    for (name, node) in reading.entries(node, "inputs") {
        let Ok(key) = Key::parse(name.text.as_str()) else {
            reading.problem(name.at, format!("`{}` is not the key of an input", name.text));
            continue;
        };
        let input = match rules {
            Rules::Of(Found::Whole(found)) => match found.connection_type().input(key.as_str()) {
                Some(input) => Some(input.clone()),
                None => {
                    let keys = found.connection_type().inputs().iter().map(|input| input.key.as_str());
                    let hint = did_you_mean(key.as_str(), keys).unwrap_or_default();
                    reading.problem(name.at, format!("`{key}` is no input of `{}`{hint}", found.type_ref));
                    continue;
                }
            },
            Rules::Of(Found::Unreadable) | Rules::Trusted => None,
        };
        if let Some(input) = input.as_ref().filter(|input| input.is_computed()) {
            reading.problem(name.at, format!("`{}` is computed from its template and cannot be set", input.key));
            continue;
        }
        if let Some(object) = Object::of(node, what, reading) {
            entries.push(Entry { key, at: name.at, object, input });
        }
    }
    entries
}

impl Entry<'_> {
    /// `value`, or in a stored body the mark of a secret, which comes back as the blank one.
    pub fn value(&mut self, reading: &mut Reading<'_>) -> Option<Given> {
        if reading.stored {
            let is_secret = self.object.take(SECRET).is_some();
            let value = self.object.take("value").and_then(stored).map(Given::Clear);
            return if is_secret { Some(Given::secret("")) } else { value };
        }
        let node = self.object.take("value")?;
        let input = self.input.as_ref()?;
        reading.value(node, input)
    }

    fn default(&mut self, reading: &mut Reading<'_>) -> Option<Value> {
        let node = self.object.take("default")?;
        if reading.stored {
            return stored(node);
        }
        let input = self.input.as_ref()?;
        reading.default_value(node, input)
    }
}

pub fn slot_inputs(node: &Node, rules: Rules<'_>, reading: &mut Reading<'_>) -> BTreeMap<Key, InputOverride> {
    let mut inputs = BTreeMap::new();
    for mut entry in entries(node, "what a slot sets of an input", rules, reading) {
        let over = InputOverride {
            value: entry.value(reading),
            default: entry.default(reading).map(Given::Clear),
            visibility: entry.object.take("visibility").and_then(|node| reading.word(node, "visibility", &VISIBILITIES)),
            label: entry.object.text("label", reading),
        };
        let unnamed = entry.input.as_ref().is_some_and(|input| input.label.is_empty()) && over.label.is_none();
        if over.visibility == Some(Visibility::Customer) && unnamed {
            reading.problem(entry.at, format!("customers would see `{}`: give it a `label`", entry.key));
        }
        entry.object.finish(reading);
        inputs.insert(entry.key, over);
    }
    inputs
}
