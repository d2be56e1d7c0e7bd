//! What is answered so far, read off an instance and its connections: the input of the computed journey.

use super::{Broken, requirement::Requirement};
use crate::domain::{instance::Instance, integration::Integration, journey::Answers, key::Key, resolution::is_shown, value::Value};

pub(super) fn answers(instance: &Instance, integration: &Integration, requirements: &[Requirement]) -> Result<Answers, Broken> {
    let mut answers = Answers { visited: instance.visited_pages.clone(), ..Answers::default() };
    // Nobody has anything to do there before it is turned on.
    answers.settled.extend(integration.user_slots().map(|slot| slot.key.clone()));
    for requirement in requirements {
        if requirement.is_ready()? {
            answers.connected.insert(requirement.slot.key.clone());
            if requirement.is_managed()? {
                answers.settled.insert(requirement.slot.key.clone());
            }
        }
    }
    for page in integration.pages.iter().filter(|page| instance.visited_pages.contains(&page.key)) {
        for variable in page.variables() {
            if let Some(value) = instance.draft_variables.get(&variable.key).filter(|value| variable.rules(value).is_ok()) {
                answers.variables.insert(variable.key.clone(), value.clone());
            }
        }
    }
    Ok(answers)
}

/// A variable's value as the wizard shows it: what is saved, or its default while nothing was.
pub(super) fn variable_value(instance: &Instance, variable: &crate::domain::input::Input, page: &Key) -> Option<Value> {
    let saved = instance.draft_variables.get(&variable.key).cloned();
    if saved.is_some() || instance.visited_pages.contains(page) { saved } else { variable.default.clone() }
}

/// Variables that were set through the API count as answered without a visit to their page.
pub(super) fn pages_answered_by(integration: &Integration, variables: &std::collections::BTreeMap<Key, Value>) -> Vec<Key> {
    let answered =
        |v: &crate::domain::input::Input| variables.contains_key(&v.key) || !v.required || !is_shown(v, |key| variables.get(key).cloned());
    integration
        .pages
        .iter()
        .filter(|page| page.variables().next().is_some() && page.variables().all(answered))
        .map(|page| page.key.clone())
        .collect()
}
