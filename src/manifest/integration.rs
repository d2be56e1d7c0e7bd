//! `kind: integration`: pages of slots, variables and text.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    input::{PlacedInput, Role, input, place, type_shown_when},
    reader::{Object, Reading},
    slot::slot,
    suggest::did_you_mean,
    tree::{Content, Node},
    types::Types,
};
use crate::domain::{
    auth::Auth,
    connection_type::{ConnectionType, FlawKind, FlawPlace},
    input::Input,
    integration::{Element, Integration, Page, Slot, SlotSource},
    key::Key,
};

/// Pages as they are met: variables stand apart until all are known, because each may depend on any other.
struct Draft<'n, 't> {
    types: Option<&'t Types<'t>>,
    before: Option<BTreeMap<Key, SlotSource>>,
    variables: Vec<PlacedInput<'n>>,
    pages: BTreeSet<Key>,
    slots: BTreeSet<Key>,
}

enum DraftElement {
    Slot(Box<Slot>),
    Text(String),
    /// A position in the draft's variables.
    Variable(usize),
}

struct DraftPage {
    key: Key,
    title: String,
    description: Option<String>,
    elements: Vec<DraftElement>,
}

/// `types`: `None` for a stored body. The version is the store's to give.
pub fn integration(mut object: Object<'_>, types: Option<&Types<'_>>, reading: &mut Reading<'_>) -> Option<Integration> {
    let key = object.need_key("key", reading);
    let name = object.need_text("name", reading);
    let description = object.text("description", reading);
    let before = types.zip(key.as_ref()).and_then(|(types, key)| types.known.slots(key));
    let mut draft = Draft { types, before, variables: Vec::new(), pages: BTreeSet::new(), slots: BTreeSet::new() };
    let mut pages = Vec::new();
    if let Some(node) = object.need("pages", reading) {
        let items = reading.list(node, "pages");
        if items.is_empty() && matches!(node.content, Content::List(_)) {
            reading.problem(node.at, "an integration has at least one page");
        }
        pages = items.iter().filter_map(|item| draft.page(item, reading)).collect();
    }
    object.finish(reading);
    let variables = sound(draft.variables, reading);
    let pages = pages.into_iter().map(|page| page.with(&variables)).collect();
    Some(Integration { key: key?, name: name.unwrap_or_default(), description, version: 0, pages })
}

impl<'n> Draft<'n, '_> {
    fn page(&mut self, node: &'n Node, reading: &mut Reading<'_>) -> Option<DraftPage> {
        let mut object = Object::of(node, "a page", reading)?;
        let key = object.need_key("key", reading);
        if let Some(key) = key.clone().filter(|key| !self.pages.insert(key.clone())) {
            reading.problem(place(node, &["key"]), format!("two pages have the key `{key}`; give one of them another key"));
        }
        let title = object.need_text("title", reading);
        let description = object.text("description", reading);
        let items = object.need("elements", reading).map_or(&[][..], |node| reading.list(node, "elements"));
        let elements = items.iter().filter_map(|item| self.element(item, reading)).collect();
        object.finish(reading);
        Some(DraftPage { key: key?, title: title.unwrap_or_default(), description, elements })
    }

    fn element(&mut self, node: &'n Node, reading: &mut Reading<'_>) -> Option<DraftElement> {
        const KINDS: [&str; 3] = ["connection", "variable", "text"];
        let entries = reading.entries(node, "an element");
        let found: Vec<&str> = KINDS.into_iter().filter(|kind| node.get(kind).is_some()).collect();
        match found.as_slice() {
            ["connection"] => {
                let slot = slot(node, self.types, self.before.as_ref(), reading)?;
                if !self.slots.insert(slot.key.clone()) {
                    let message = format!("two connections of this integration have the key `{}`; give one of them another key", slot.key);
                    reading.problem(place(node, &["connection"]), message);
                }
                Some(DraftElement::Slot(Box::new(slot)))
            }
            ["variable"] => {
                self.variables.push(input(node, Role::Variable, reading)?);
                Some(DraftElement::Variable(self.variables.len() - 1))
            }
            ["text"] => {
                let mut object = Object::of(node, "a text element", reading)?;
                let text = object.need_text("text", reading);
                object.finish(reading);
                text.map(DraftElement::Text)
            }
            [] => {
                let hint = entries.iter().find_map(|(name, _)| Some((name.at, did_you_mean(&name.text, KINDS)?)));
                let (at, hint) = hint.unwrap_or((node.at, String::new()));
                reading.problem(at, format!("an element is a `connection`, a `variable` or a `text`{hint}"));
                None
            }
            _ => {
                reading.problem(
                    node.at,
                    format!("an element is one thing, and this one has `{}`; make it several elements", found.join("` and `")),
                );
                None
            }
        }
    }
}

impl DraftPage {
    fn with(self, variables: &[Input]) -> Page {
        let elements = self.elements.into_iter().filter_map(|element| match element {
            DraftElement::Slot(slot) => Some(Element::Slot(*slot)),
            DraftElement::Text(text) => Some(Element::Text(text)),
            DraftElement::Variable(at) => variables.get(at).cloned().map(|variable| Element::Variable(Box::new(variable))),
        });
        Page { key: self.key, title: self.title, description: self.description, elements: elements.collect() }
    }
}

/// Variables obey the rules that the inputs of one connection type obey among each other.
fn sound(mut placed: Vec<PlacedInput<'_>>, reading: &mut Reading<'_>) -> Vec<Input> {
    type_shown_when(&mut placed, reading);
    let nodes: Vec<&Node> = placed.iter().map(|placed| placed.node).collect();
    let variables: Vec<Input> = placed.into_iter().map(|placed| placed.input).collect();
    let key = Key::parse("variables").expect("a constant of nine letters");
    let flaws = ConnectionType::new(key, String::new(), Auth::Fields, variables.clone(), None).err().unwrap_or_default();
    for flaw in flaws {
        let FlawPlace::Input(at) = flaw.at else { continue };
        let Some(node) = nodes.get(at) else { continue };
        let (path, message): (&[&str], String) = match &flaw.kind {
            FlawKind::DuplicateKey(key) => (&["variable"], format!("two variables have the key `{key}`; give one of them another key")),
            FlawKind::ShownWhenUnknown(key) => {
                let hint = did_you_mean(key.as_str(), variables.iter().map(|v| v.key.as_str())).unwrap_or_default();
                (&["shown_when", "input"], format!("`shown_when` names `{key}`, which is no variable of this integration{hint}"))
            }
            FlawKind::NoLabel => (&[], "a variable needs a `label`".into()),
            kind => (super::connector::in_input(kind), kind.to_string()),
        };
        reading.problem(place(node, path), message);
    }
    variables
}
