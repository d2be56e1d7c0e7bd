//! What a form was drawn from, one digest a field, carried by the form itself: the base of a three-way merge.
//!
//! A field that only somebody else changed keeps their value; one that both changed is a conflict; nothing is overwritten unseen.

use std::{
    collections::BTreeMap,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::PageElement;
use crate::{
    domain::{validation::Field, value::Value},
    flows::Asked,
};

/// Empty: drawn from nothing known, so nothing can be in conflict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<u32, u32>);

impl Snapshot {
    pub(super) fn of(elements: &[PageElement]) -> Self {
        let mut digests = BTreeMap::new();
        for element in elements {
            match element {
                PageElement::Slot(slot) => {
                    for asked in &slot.asked {
                        digests.insert(digest(&Field::Input { slot: slot.key.clone(), input: asked.input.key.clone() }), state(asked));
                    }
                }
                PageElement::Variable(asked) => {
                    digests.insert(digest(&Field::Variable(asked.input.key.clone())), state(asked));
                }
                PageElement::PerUser(_) | PageElement::Text(_) => {}
            }
        }
        Self(digests)
    }

    pub(super) fn get(&self, field: &Field) -> Option<u32> {
        self.0.get(&digest(field)).copied()
    }

    /// From the form's hidden field; what is not one of ours reads as empty.
    pub fn parse(text: &str) -> Self {
        let pair = |pair: &str| {
            let (field, state) = pair.split_once('-')?;
            Some((u32::from_str_radix(field, 16).ok()?, u32::from_str_radix(state, 16).ok()?))
        };
        Self(text.split('.').take(1000).filter_map(pair).collect())
    }
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (field, state)) in self.0.iter().enumerate() {
            write!(f, "{}{field:x}-{state:x}", if at == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

/// A secret's state is which sealing it is: its value is never hashed into a page.
fn state(asked: &Asked) -> u32 {
    match asked.secret_revision {
        Some(revision) => digest(&revision),
        None => value_digest(asked.value.as_ref()),
    }
}

pub(super) fn value_digest(value: Option<&Value>) -> u32 {
    value.map_or(0, |value| digest(&value.to_text()))
}

#[expect(clippy::cast_possible_truncation, reason = "32 bits are plenty to notice a change")]
fn digest(value: &impl Hash) -> u32 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish() as u32
}
