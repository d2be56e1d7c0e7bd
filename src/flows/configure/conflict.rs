//! Two people, or two tabs, changed the same field: both values, and the person chooses.

use super::{Submission, page::Loaded, snapshot::value_digest};
use crate::{
    domain::{
        input::{Input, Raw},
        integration::Page,
        validation::Field,
        value::{Given, Value},
    },
    flows::{Asked, Broken, configure::PageElement},
};

#[derive(Debug)]
pub struct Conflict {
    pub page: super::WizardPage,
    pub rows: Vec<ConflictRow>,
    /// Everything else that was typed, to be sent along again. No secret.
    pub typed: Vec<(Field, Raw)>,
    /// Changed by others and not here: the saved value stays, though the form holds an older one.
    pub kept: Vec<Field>,
}

#[derive(Debug)]
pub struct ConflictRow {
    pub field: Field,
    pub label: String,
    pub secret: bool,
    pub yours: Option<String>,
    pub saved: Option<String>,
}

/// Keeps what only others changed (by noting it in `keep_saved`), and returns what both did.
pub(super) fn merge(loaded: &Loaded, page: &Page, submission: &mut Submission) -> Result<Vec<ConflictRow>, Broken> {
    let Some(shown) = loaded.page(page.key.as_str())? else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for element in &shown.elements {
        match element {
            PageElement::Slot(slot) => {
                for asked in &slot.asked {
                    let field = Field::Input { slot: slot.key.clone(), input: asked.input.key.clone() };
                    rows.extend(merge_field(submission, &shown.snapshot, field, asked));
                }
            }
            PageElement::Variable(asked) => {
                rows.extend(merge_field(submission, &shown.snapshot, Field::Variable(asked.input.key.clone()), asked))
            }
            PageElement::PerUser(_) | PageElement::Text(_) => {}
        }
    }
    Ok(rows)
}

fn merge_field(submission: &mut Submission, now: &super::Snapshot, field: Field, asked: &Asked) -> Option<ConflictRow> {
    let (base, current) = (submission.base.get(&field)?, now.get(&field)?);
    if base == current || submission.settled.contains(&field) {
        return None;
    }
    let parsed = submission.parse_input(&field, &asked.input);
    let untouched = match &parsed {
        Ok(Some(Given::Secret(_))) | Err(_) => false,
        Ok(None) if asked.input.is_secret() => true,
        Ok(given) => {
            let typed = value_digest(given.as_ref().and_then(Given::as_clear));
            if typed == current {
                return None;
            }
            // A box that was never answered is drawn, and sent, as one that is not ticked.
            let unticked = given.as_ref().and_then(Given::as_clear) == Some(&Value::Boolean(false)) && base == value_digest(None);
            typed == base || unticked
        }
    };
    if untouched {
        submission.keep_saved.insert(field);
        return None;
    }
    let yours = if asked.input.is_secret() { None } else { Some(typed_text(&asked.input, submission.raw.get(&field))) };
    Some(ConflictRow {
        field,
        label: asked.input.label.clone(),
        secret: asked.input.is_secret(),
        yours,
        saved: asked.value.as_ref().map(|value| shown(&asked.input, value)),
    })
}

fn typed_text(input: &Input, raw: Option<&Raw>) -> String {
    match raw {
        Some(Raw::Texts(texts)) => labels(input, texts),
        Some(Raw::Rows(rows)) => {
            rows.iter().filter(|(k, _)| !k.is_empty()).map(|(k, v)| format!("{k}: {v}")).collect::<Vec<_>>().join(", ")
        }
        None => String::new(),
    }
}

fn shown(input: &Input, value: &Value) -> String {
    match value {
        Value::List(list) => labels(input, list),
        value => labels(input, &[value.to_text()]),
    }
}

/// Choices by the words that people chose them by.
fn labels(input: &Input, values: &[String]) -> String {
    let choices = input.input_type.choices();
    let label = |value: &String| choices.iter().find(|c| c.value == *value).map_or_else(|| value.clone(), |c| c.label.clone());
    values.iter().map(label).collect::<Vec<_>>().join(", ")
}
