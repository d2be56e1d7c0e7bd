//! `converts: true`: the connections of older versions move along, so it is looked at what kind of slot they are in.
//!
//! Where the integration was never applied nothing moves, and nothing is wrong: the same manifest goes to every deployment.

use std::collections::BTreeMap;

use super::{reader::Reading, reusable::Activation, suggest::did_you_mean, tree::At, types::Types};
use crate::domain::{connection_type::TypeRef, integration::SlotSource, key::Key};

/// `before`: the slots of the integration as it is applied.
pub fn check(
    at: At,
    (slot, source): (&Key, &SlotSource),
    types: &Types<'_>,
    before: Option<&BTreeMap<Key, SlotSource>>,
    reading: &mut Reading<'_>,
) {
    if let SlotSource::Reusable(key) = source
        && types.activation(key) == Some(Activation::OrganizationGlobal)
    {
        let one =
            "has one connection, the organization's, and cannot take the customers' own; take `converts` away, and they are asked nothing";
        return reading.problem(at, format!("`{key}` is `organization_global`: it {one}"));
    }
    let Some(before) = before else { return };
    let Some(was) = before.get(slot) else {
        let hint = did_you_mean(slot.as_str(), before.keys().map(Key::as_str)).unwrap_or_default();
        return reading.problem(at, format!("this integration has had no connection `{slot}` that could be converted{hint}"));
    };
    if let Some(wrong) = wrong(slot, was, source, types) {
        reading.problem(at, wrong);
    }
}

fn wrong(slot: &Key, was: &SlotSource, source: &SlotSource, types: &Types<'_>) -> Option<String> {
    match (was, source) {
        (SlotSource::Type(of), SlotSource::Reusable(key)) => {
            let wanted = type_of(key, types)?;
            (wanted != *of).then(|| format!("the connections of `{slot}` are of the type `{of}`, and `{key}` is for `{wanted}`"))
        }
        (SlotSource::Reusable(key), SlotSource::Type(wanted)) => {
            let applied = types.known.reusable(key)?;
            if applied.activation == Activation::OrganizationGlobal {
                return Some(format!("`{slot}` uses `{key}`, which is the organization's own and stays so; take `converts` away"));
            }
            let of = applied.type_ref;
            (of != *wanted).then(|| format!("the connections of `{slot}` are of the type `{of}`, the one of `{key}`, and not `{wanted}`"))
        }
        (SlotSource::Reusable(key), SlotSource::Reusable(wanted)) if key != wanted => {
            Some(format!("`{slot}` was reusable before, as `{key}`; only what is integration-specific becomes reusable, or back"))
        }
        (SlotSource::Type(of), SlotSource::Type(wanted)) if of != wanted => Some(format!(
            "`{slot}` was integration-specific before, as `{of}`; only what is reusable becomes integration-specific, or back"
        )),
        // Converted already: applied once more, it finishes what is left.
        _ => None,
    }
}

fn type_of(key: &Key, types: &Types<'_>) -> Option<TypeRef> {
    match types.reusables.get(key) {
        Some(own) => own.clone(),
        None => types.known.reusable(key).map(|applied| applied.type_ref),
    }
}
