//! What a customer turns on: pages of connections and variables. A published version never changes.

use std::collections::BTreeMap;

use super::{
    connection_type::TypeRef,
    input::{Input, Visibility},
    key::Key,
    value::Given,
};

#[derive(Clone, Debug)]
pub struct Integration {
    pub key: Key,
    pub name: String,
    /// Untrusted Markdown.
    pub description: Option<String>,
    /// Counts up from 1 with each `apply` that changed it.
    pub version: i64,
    pub pages: Vec<Page>,
}

#[derive(Clone, Debug)]
pub struct Page {
    pub key: Key,
    pub title: String,
    pub description: Option<String>,
    pub elements: Vec<Element>,
}

#[derive(Clone, Debug)]
pub enum Element {
    Slot(Slot),
    Variable(Box<Input>),
    /// Untrusted Markdown.
    Text(String),
}

/// The place in an integration where a connection goes: its connection requirement.
#[derive(Clone, Debug)]
pub struct Slot {
    pub key: Key,
    /// What people call it; by default the connector's name.
    pub label: Option<String>,
    pub source: SlotSource,
    pub required: bool,
    pub preset: Option<Key>,
    /// Connections in the slot of older versions, which took them from elsewhere, move along.
    pub converts: bool,
    pub inputs: BTreeMap<Key, InputOverride>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlotSource {
    /// Integration-specific: lives in the instance's slot.
    Type(TypeRef),
    /// Each user of the customer has one of their own, which the runtime asks for by the user. Never stands in the way of turning on.
    PerUser(TypeRef),
    /// By the stable key of a reusable connection.
    Reusable(Key),
}

impl SlotSource {
    /// One lives in the slot, the other is reusable.
    pub const fn is_of_other_kind(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Type(_), Self::Reusable(_)) | (Self::Reusable(_), Self::Type(_)))
    }
}

/// What a slot changes of one input of its type.
#[derive(Clone, Debug, Default)]
pub struct InputOverride {
    pub value: Option<Given>,
    pub default: Option<Given>,
    pub visibility: Option<Visibility>,
    pub label: Option<String>,
}

impl Integration {
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.pages.iter().flat_map(Page::slots)
    }
    /// Those that an instance fills itself, once for everybody.
    pub fn shared_slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots().filter(|slot| !slot.is_per_user())
    }
    pub fn user_slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots().filter(|slot| slot.is_per_user())
    }
    pub fn slot(&self, key: &str) -> Option<&Slot> {
        self.slots().find(|slot| slot.key.as_str() == key)
    }
    pub fn variables(&self) -> impl Iterator<Item = &Input> {
        self.pages.iter().flat_map(Page::variables)
    }
    pub fn variable(&self, key: &str) -> Option<&Input> {
        self.variables().find(|variable| variable.key.as_str() == key)
    }
    pub fn page(&self, key: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.key.as_str() == key)
    }
    /// The page on which a slot stands.
    pub fn page_of_slot(&self, slot: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.slots().any(|s| s.key.as_str() == slot))
    }
}

impl Slot {
    pub const fn is_per_user(&self) -> bool {
        matches!(self.source, SlotSource::PerUser(_))
    }
}

impl Page {
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.elements.iter().filter_map(|element| match element {
            Element::Slot(slot) => Some(slot),
            _ => None,
        })
    }
    pub fn variables(&self) -> impl Iterator<Item = &Input> {
        self.elements.iter().filter_map(|element| match element {
            Element::Variable(variable) => Some(variable.as_ref()),
            _ => None,
        })
    }
}
