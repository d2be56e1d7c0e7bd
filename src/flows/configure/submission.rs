//! A submitted page, read against what this person was asked: values, errors, and names that were never theirs to send.

use std::collections::{BTreeMap, BTreeSet};

use super::{page::Loaded, snapshot::Snapshot};
use crate::{
    domain::{
        ids::ConnectionId,
        input::{Input, InputType, Raw},
        integration::Page,
        key::Key,
        reason::Reason,
        resolution::{SetBy, is_shown},
        validation::{Field, FieldError, FieldErrors},
        value::{Given, Value},
    },
    flows::{Asked, Broken, requirement::Requirement},
};

/// What the form sent.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// What the form was drawn from; see `snapshot`.
    pub base: Snapshot,
    pub raw: BTreeMap<Field, Raw>,
    /// "Save anyway" for one slot whose service is down.
    pub save_anyway: Option<Key>,
    /// From the conflict page: fields of which the saved value shall stay.
    pub keep_saved: BTreeSet<Field>,
    /// From the conflict page: fields of which the person has seen both values.
    pub settled: BTreeSet<Field>,
    /// Of slots that are answered by choosing.
    pub picks: BTreeMap<Key, Pick>,
}

/// Which connection a slot shall use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    Saved(ConnectionId),
    /// The one that is typed, or signed in for, on this page.
    New,
}

/// What is wrong with a slot as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlotProblem {
    /// The person has not been at the provider's page yet.
    ConnectFirst,
    /// An input of a connected OAuth slot changed: it counts from the next consent on.
    ReconnectToApply,
    Check {
        reason: Reason,
    },
}

/// One slot's part of the submission, with its values parsed.
pub(super) struct SlotAnswer<'r> {
    pub requirement: &'r Requirement,
    /// What the connection's own values become: what was set before, overlaid with the draft and with what was typed.
    pub own: BTreeMap<Key, (Given, SetBy)>,
    /// What was typed and is good, apart: for the draft.
    pub typed: BTreeMap<Key, (Given, SetBy)>,
    pub changed: bool,
    /// An optional slot of which nothing was filled in.
    pub left_out: bool,
    /// A saved one was chosen: what is typed of a new one does not count.
    pub chosen: Option<ConnectionId>,
}

impl<'r> SlotAnswer<'r> {
    fn unanswered(requirement: &'r Requirement) -> Self {
        Self {
            requirement,
            own: requirement.credential.inputs.clone(),
            typed: BTreeMap::new(),
            changed: false,
            left_out: false,
            chosen: None,
        }
    }

    fn set(&mut self, key: &Key, given: Given) {
        self.changed |= !same(self.own.get(key).map(|(held, _)| held), &given);
        self.typed.insert(key.clone(), (given.clone(), SetBy::Customer));
        self.own.insert(key.clone(), (given, SetBy::Customer));
    }

    /// What was typed before and not saved yet counts as typed now. `false`: there is no such draft.
    fn keep_draft(&mut self, key: &Key) -> bool {
        let Some(draft) = self.requirement.draft.inputs.get(key) else { return false };
        self.changed = true;
        self.own.insert(key.clone(), draft.clone());
        self.typed.insert(key.clone(), draft.clone());
        true
    }
}

/// How much of a page has to be right for what the person wants next.
#[derive(Clone, Copy)]
pub(super) enum Demand<'k> {
    All,
    /// Connect: only this slot's own inputs; of the rest what is good is kept.
    Slot(&'k Key),
    /// Save and exit.
    Nothing,
}

impl Demand<'_> {
    fn asks_for_slot(self, slot: &Key) -> bool {
        match self {
            Self::All => true,
            Self::Slot(only) => only == slot,
            Self::Nothing => false,
        }
    }
}

pub(super) struct PageAnswer<'r> {
    pub slots: Vec<SlotAnswer<'r>>,
    pub variables: BTreeMap<Key, Option<Value>>,
    pub errors: FieldErrors,
    pub foreign: bool,
}

impl Submission {
    pub(super) fn read<'r>(&self, page: &Page, loaded: &'r Loaded, demand: Demand<'_>) -> Result<PageAnswer<'r>, Broken> {
        let requirements = loaded.asking();
        let mut answer = PageAnswer { slots: Vec::new(), variables: BTreeMap::new(), errors: FieldErrors::default(), foreign: false };
        let mut known = BTreeSet::new();
        for slot in page.slots() {
            let Some(requirement) = requirements.iter().copied().find(|r| r.slot.key == slot.key) else { continue };
            let mut errors = FieldErrors::default();
            let read = self.read_slot(requirement, &mut known, &mut errors)?;
            let chosen = self.chosen(loaded, &slot.key);
            answer.foreign |= chosen.is_some_and(|id| loaded.choosers.get(&slot.key).is_none_or(|chooser| chooser.offers(id).is_none()));
            answer.slots.push(SlotAnswer { chosen, ..read });
            if demand.asks_for_slot(&slot.key) && chosen.is_none() {
                answer.errors.extend(errors);
            }
        }
        let mut errors = FieldErrors::default();
        self.read_variables(page, &mut answer.variables, &mut known, &mut errors);
        if matches!(demand, Demand::All) {
            answer.errors.extend(errors);
        }
        for field in self.raw.keys().filter(|field| !known.contains(*field)) {
            answer.foreign = true;
            answer.errors.push(field.clone(), FieldError::NotYours);
        }
        Ok(answer)
    }

    /// `None`: the slot's own, and what is typed of it.
    pub(super) fn chosen(&self, loaded: &Loaded, slot: &Key) -> Option<ConnectionId> {
        let unsaid = || Some(loaded.choosers.get(slot)?.unsaid(loaded.requirement(slot)?));
        match self.picks.get(slot).copied().or_else(unsaid)? {
            Pick::Saved(id) => Some(id),
            Pick::New => None,
        }
    }

    fn read_slot<'r>(
        &self,
        requirement: &'r Requirement,
        known: &mut BTreeSet<Field>,
        errors: &mut FieldErrors,
    ) -> Result<SlotAnswer<'r>, Broken> {
        let mut answer = SlotAnswer::unanswered(requirement);
        let mut slot_errors = FieldErrors::default();
        let mut touched = false;
        let asked = requirement.asked()?;
        let resolved = requirement.resolve()?;
        let shown_value = |key: &str| match asked.iter().find(|a| a.input.key.as_str() == key) {
            Some(asked) => self.parse(&field_of(requirement, &asked.input), asked).ok().flatten().and_then(|g| g.as_clear().cloned()),
            None => resolved.get(key).and_then(Given::as_clear).cloned(),
        };
        for asked in &asked {
            let field = field_of(requirement, &asked.input);
            known.insert(field.clone());
            if self.keep_saved.contains(&field) {
                // Saved may mean: in a draft, which this page's own draft is about to replace.
                answer.keep_draft(&asked.input.key);
                continue;
            }
            if !is_shown(&asked.input, shown_value) {
                continue;
            }
            match self.parse(&field, asked) {
                Ok(Some(given)) => {
                    touched |= !same(asked.value.clone().map(Given::Clear).as_ref(), &given) && !is_unticked(&given);
                    answer.set(&asked.input.key, given);
                }
                // The person chose the new one, and a secret is never carried through a page: it has to be typed again.
                Ok(None) if asked.input.is_secret() && self.settled.contains(&field) => slot_errors.push(field, FieldError::Required),
                Ok(None) if asked.input.is_secret() && asked.has_secret => touched |= answer.keep_draft(&asked.input.key),
                Ok(None) => {
                    answer.changed |= answer.own.remove(&asked.input.key).is_some();
                    if asked.input.required && asked.input.input_type != InputType::Boolean {
                        slot_errors.push(field, FieldError::Required);
                    }
                }
                Err(error) => {
                    touched = true;
                    slot_errors.push(field, error);
                }
            }
        }
        answer.left_out = !requirement.slot.required && !touched && requirement.credential.inputs.is_empty();
        if !answer.left_out {
            errors.extend(slot_errors);
        }
        Ok(answer)
    }

    fn read_variables(
        &self,
        page: &Page,
        variables: &mut BTreeMap<Key, Option<Value>>,
        known: &mut BTreeSet<Field>,
        errors: &mut FieldErrors,
    ) {
        let parsed: BTreeMap<&Key, _> =
            page.variables().map(|variable| (&variable.key, self.parse_input(&Field::Variable(variable.key.clone()), variable))).collect();
        let value =
            |key: &str| parsed.iter().find(|(k, _)| k.as_str() == key).and_then(|(_, p)| p.as_ref().ok()?.as_ref()?.as_clear().cloned());
        for variable in page.variables() {
            let field = Field::Variable(variable.key.clone());
            known.insert(field.clone());
            if self.keep_saved.contains(&field) || !is_shown(variable, value) {
                continue;
            }
            match &parsed[&variable.key] {
                Ok(Some(given)) => {
                    variables.insert(variable.key.clone(), given.as_clear().cloned());
                }
                Ok(None) if variable.required => errors.push(field, FieldError::Required),
                Ok(None) => {
                    variables.insert(variable.key.clone(), None);
                }
                Err(error) => errors.push(field, error.clone()),
            }
        }
    }

    fn parse(&self, field: &Field, asked: &Asked) -> Result<Option<Given>, FieldError> {
        self.parse_input(field, &asked.input)
    }

    /// A control that sends nothing (an unticked box) reads as empty.
    pub(super) fn parse_input(&self, field: &Field, input: &Input) -> Result<Option<Given>, FieldError> {
        let nothing = if input.input_type == InputType::Map { Raw::Rows(Vec::new()) } else { Raw::Texts(Vec::new()) };
        input.parse(self.raw.get(field).unwrap_or(&nothing))
    }

    /// What may be shown again: everything typed but the secrets.
    pub(super) fn echo(&self, page: &Page, requirements: &[&Requirement]) -> Result<BTreeMap<Field, Raw>, Broken> {
        let mut echo = BTreeMap::new();
        let mut keep = |field: Field| {
            if let Some(raw) = self.raw.get(&field) {
                echo.insert(field, raw.clone());
            }
        };
        for requirement in page.slots().filter_map(|slot| requirements.iter().find(|r| r.slot.key == slot.key)) {
            requirement.asked()?.iter().filter(|a| !a.input.is_secret()).for_each(|a| keep(field_of(requirement, &a.input)));
        }
        page.variables().for_each(|variable| keep(Field::Variable(variable.key.clone())));
        Ok(echo)
    }
}

pub(super) fn field_of(requirement: &Requirement, input: &Input) -> Field {
    Field::Input { slot: requirement.slot.key.clone(), input: input.key.clone() }
}

fn is_unticked(given: &Given) -> bool {
    matches!(given, Given::Clear(Value::Boolean(false)))
}

fn same(held: Option<&Given>, given: &Given) -> bool {
    matches!((held, given), (Some(Given::Clear(a)), Given::Clear(b)) if a == b)
}
