//! What was given, laid over what is saved: values, and who may change them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hold, Prefill, Typed, same};
use crate::{
    domain::{
        credential::Credential,
        input::{Input, InputType},
        key::Key,
        resolution::SetBy,
        validation::FieldError,
        value::{Given, Value},
    },
    flows::{Broken, requirement::Requirement},
    manifest::Activation,
};

type Errors = BTreeMap<String, FieldError>;

/// By input key, and `locked.{key}`.
pub(super) fn overlay(requirement: &Requirement, wanted: &Prefill, credential: &mut Credential) -> Result<Errors, Broken> {
    let mut errors = Errors::new();
    let connection_type = requirement.connection_type()?;
    let known = |name: &str| connection_type.input(name).filter(|input| !input.is_computed());
    for (name, json) in &wanted.inputs {
        let Some(input) = known(name) else {
            errors.insert(name.clone(), FieldError::UnknownInput);
            continue;
        };
        if is_elsewhere(requirement, &input.key) {
            errors.insert(name.clone(), FieldError::NotYours);
            continue;
        }
        match input.parse_json(json) {
            Ok(Some(value)) => drop(credential.inputs.insert(input.key.clone(), (value, SetBy::Organization))),
            Ok(None) => drop(credential.inputs.remove(name.as_str())),
            Err(error) => drop(errors.insert(name.clone(), error)),
        }
    }
    for (key, typed) in &wanted.typed {
        match known(key.as_str()) {
            Some(input) if is_elsewhere(requirement, &input.key) => drop(errors.insert(key.to_string(), FieldError::NotYours)),
            Some(input) => take(input, typed, credential).map_or_else(|error| drop(errors.insert(key.to_string(), error)), drop),
            None => drop(errors.insert(key.to_string(), FieldError::UnknownInput)),
        }
    }
    // What customers activate is theirs, also where it was entered for them: unless it is said, nothing of it is locked.
    let open = (requirement.activation() == Some(Activation::Customer)).then(BTreeSet::new);
    if let Some(locked) = wanted.locked.as_ref().or(open.as_ref()) {
        lock(locked, credential, &mut errors);
    }
    Ok(errors)
}

/// What is the same for all is no customer's to set, and a customer's own value is not set for all.
fn is_elsewhere(requirement: &Requirement, key: &Key) -> bool {
    requirement.is_global(key) || (requirement.is_values_only() && requirement.is_of_customers(key))
}

fn take(input: &Input, typed: &Typed, credential: &mut Credential) -> Result<(), FieldError> {
    let before = credential.inputs.get(&input.key);
    let next = match typed.hold {
        Hold::Left => None,
        _ => input.parse(&typed.raw)?,
    };
    // A box that nobody ever answered is drawn, and sent, as one that is not ticked.
    let is_unanswered =
        before.is_none() && input.input_type == InputType::Boolean && matches!(next, Some(Given::Clear(Value::Boolean(false))));
    let keeps = next.is_none() && input.is_secret() && typed.hold != Hold::Left;
    let next = if keeps { before.map(|(given, _)| given.clone()) } else { next.filter(|_| !is_unanswered) };
    match next {
        Some(given) => {
            let is_theirs = before.is_some_and(|(held, set_by)| *set_by == SetBy::Customer && same(held, &given));
            let set_by = match typed.hold {
                Hold::Locked => SetBy::Organization,
                _ if is_theirs => SetBy::Customer,
                _ => SetBy::Offered,
            };
            credential.inputs.insert(input.key.clone(), (given, set_by));
        }
        None => drop(credential.inputs.remove(&input.key)),
    }
    Ok(())
}

/// Only a value can be locked. What the customer gave, and is not named, stays theirs.
fn lock(locked: &BTreeSet<String>, credential: &mut Credential, errors: &mut Errors) {
    for name in locked.iter().filter(|name| !credential.inputs.contains_key(name.as_str())) {
        errors.insert(format!("locked.{name}"), FieldError::Required);
    }
    for (key, (_, set_by)) in &mut credential.inputs {
        *set_by = match (locked.contains(key.as_str()), *set_by) {
            (true, _) => SetBy::Organization,
            (false, SetBy::Organization) => SetBy::Offered,
            (false, other) => other,
        };
    }
}
