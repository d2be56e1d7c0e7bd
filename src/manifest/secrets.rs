//! The secrets of documents: taken out before a body is stored, put back when it is read again.

use crate::domain::{integration::{Element, Integration}, key::Key, value::Given};

use super::{error::BodyError, preset::Preset, reusable::ReusableConnection};

type Visit<'v> = &'v mut dyn FnMut(&str, &mut Given) -> Result<(), BodyError>;

/// A key within a path; `/` and `~` are escaped as in a JSON pointer (RFC 6901 §3).
fn escaped(key: &Key) -> String {
    key.as_str().replace('~', "~0").replace('/', "~1")
}

fn each(path: String, given: &mut Given, visit: Visit<'_>) -> Result<(), BodyError> {
    if matches!(given, Given::Secret(_)) { visit(&path, given) } else { Ok(()) }
}

pub fn integration_secrets(
    integration: &mut Integration,
    mut visit: impl FnMut(&str, &mut Given) -> Result<(), BodyError>,
) -> Result<(), BodyError> {
    for element in integration.pages.iter_mut().flat_map(|page| &mut page.elements) {
        let Element::Slot(slot) = element else { continue };
        for (key, over) in &mut slot.inputs {
            if let Some(given) = &mut over.value {
                each(format!("slots/{}/{}", escaped(&slot.key), escaped(key)), given, &mut visit)?;
            }
        }
    }
    Ok(())
}

pub fn preset_secrets(preset: &mut Preset, mut visit: impl FnMut(&str, &mut Given) -> Result<(), BodyError>) -> Result<(), BodyError> {
    preset.values.iter_mut().try_for_each(|(key, given)| each(format!("inputs/{}", escaped(key)), given, &mut visit))
}

pub fn reusable_secrets(
    reusable: &mut ReusableConnection,
    mut visit: impl FnMut(&str, &mut Given) -> Result<(), BodyError>,
) -> Result<(), BodyError> {
    let values = reusable.inputs.iter_mut().filter_map(|(key, input)| Some((key, input.value.as_mut()?)));
    values.into_iter().try_for_each(|(key, given)| each(format!("inputs/{}", escaped(key)), given, &mut visit))
}
