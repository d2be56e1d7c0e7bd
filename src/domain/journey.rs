//! How far a person has got, computed from the integration and the answers; never stored, so it cannot be wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    integration::{Integration, Page},
    key::Key,
    resolution::is_shown,
    value::Value,
};

/// What is answered so far.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Slots whose connection is whole and working.
    pub connected: BTreeSet<Key>,
    /// Valid values of variables; a default counts once its page was saved.
    pub variables: BTreeMap<Key, Value>,
    /// Slots that the organization manages, and that work: nobody has anything to do there.
    pub settled: BTreeSet<Key>,
    /// Pages saved at least once.
    pub visited: BTreeSet<Key>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'i> {
    Page(&'i Page),
    Review,
}

impl PartialEq for Page {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for Page {}

/// Something without which the integration cannot be turned on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    Slot {
        page: Key,
        slot: Key,
    },
    Variable {
        page: Key,
        variable: Key,
    },
    /// Nothing on it is required, but the person has not seen it.
    Page {
        page: Key,
    },
}

#[derive(Debug)]
pub struct Journey<'i> {
    integration: &'i Integration,
    missing: BTreeMap<usize, Vec<Missing>>,
    /// Pages on which there is nothing to do: they are no steps.
    skipped: BTreeSet<usize>,
}

/// Proof that nothing is missing: what `Instance::turn_on` asks for, and only `Journey::complete` gives.
#[derive(Debug)]
pub struct Complete(());

impl<'i> Journey<'i> {
    pub fn of(integration: &'i Integration, answers: &Answers) -> Self {
        let missing =
            integration.pages.iter().enumerate().map(|(at, page)| (at, missing_on(page, answers))).filter(|(_, m)| !m.is_empty()).collect();
        let is_settled = |page: &Page| {
            page.variables().next().is_none()
                && page.slots().next().is_some()
                && page.slots().all(|slot| answers.settled.contains(&slot.key))
        };
        let skipped = integration.pages.iter().enumerate().filter(|(_, page)| is_settled(page)).map(|(at, _)| at).collect();
        Self { integration, missing, skipped }
    }

    /// Pages and the review: the M of "Step N of M".
    pub fn len(&self) -> usize {
        self.number(self.integration.pages.len())
    }

    /// The N of a page.
    pub fn number(&self, at: usize) -> usize {
        at + 1 - self.skipped.range(..at).count()
    }

    pub fn is_skipped(&self, at: usize) -> bool {
        self.skipped.contains(&at)
    }

    pub fn is_empty(&self) -> bool {
        false
    }

    pub fn step(&self, page: &str) -> Option<(usize, Step<'i>)> {
        let at = self.integration.pages.iter().position(|p| p.key.as_str() == page)?;
        Some((at, Step::Page(&self.integration.pages[at])))
    }

    /// The first page with something missing, or the review.
    pub fn first_open(&self) -> Step<'i> {
        self.missing.keys().next().map_or(Step::Review, |at| Step::Page(&self.integration.pages[*at]))
    }

    /// A page is reachable when every page before it is complete, whatever order the clicks came in.
    pub fn is_reachable(&self, at: usize) -> bool {
        self.missing.keys().next().is_none_or(|first| at <= *first)
    }

    pub fn next(&self, at: usize) -> Step<'i> {
        let next = (at + 1..self.integration.pages.len()).find(|at| !self.is_skipped(*at));
        next.map_or(Step::Review, |at| Step::Page(&self.integration.pages[at]))
    }

    pub fn previous(&self, at: usize) -> Option<Step<'i>> {
        let before = (0..at).rev().find(|at| !self.is_skipped(*at));
        before.map(|at| Step::Page(&self.integration.pages[at]))
    }

    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        self.missing.values().flatten()
    }

    pub fn complete(&self) -> Option<Complete> {
        self.missing.is_empty().then_some(Complete(()))
    }
}

fn missing_on(page: &Page, answers: &Answers) -> Vec<Missing> {
    let slots = page
        .slots()
        .filter(|slot| slot.required && !answers.connected.contains(&slot.key))
        .map(|slot| Missing::Slot { page: page.key.clone(), slot: slot.key.clone() });
    let variables = page
        .variables()
        .filter(|v| v.required && !answers.variables.contains_key(&v.key) && is_shown(v, |key| answers.variables.get(key).cloned()))
        .map(|v| Missing::Variable { page: page.key.clone(), variable: v.key.clone() });
    let mut missing: Vec<Missing> = slots.chain(variables).collect();
    if missing.is_empty() && !answers.visited.contains(&page.key) && page.variables().next().is_some() {
        missing.push(Missing::Page { page: page.key.clone() });
    }
    missing
}
