//! A page of the wizard, and the conflict page, from what the flow answers.

use super::{
    field::sentence,
    slot::{Drawing, slot},
};
use crate::{
    domain::{
        input::Raw,
        time::Timestamp,
        validation::{Field as At, FieldError},
    },
    flows::{
        Context,
        configure::{Conflict, PageElement, WizardPage},
    },
    web::{
        forms, markdown, urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Form, Step,
            wizard::{Carried, ConflictRow, Element, Submit, WizardConflict, WizardShow},
        },
        words::Words,
    },
};

pub fn show(context: &Context, words: Words, page: &WizardPage, csrf: &str, flash: Option<String>) -> WizardShow {
    let organization = context.organization().name.as_str();
    let drawing = Drawing {
        words,
        organization,
        instance_id: page.instance.id,
        now: context.now(),
        errors: &page.errors,
        typed: &page.typed,
        picks: &page.picks,
    };
    let (elements, items) = elements(&drawing, page);
    let variables_only = page.elements.iter().all(|element| !matches!(element, PageElement::Slot(_)));
    WizardShow {
        words,
        frame: super::frame(context, Exit::SaveForm, flash),
        form: Form { action: urls::page(page.instance.id, &page.page), csrf: csrf.to_owned(), version: page.snapshot.to_string() },
        step: Step { number: page.step, of: page.steps },
        back_href: page.previous.as_ref().map(urls::place),
        heading: page.title.clone(),
        description_html: page.description.as_deref().map(markdown::to_html),
        errors: ErrorSummary::of(items),
        elements,
        submit: if page.next_is_review && variables_only { Submit::CheckYourAnswers } else { Submit::SaveAndContinue },
        saved_at: page.saved_at.map(Timestamp::clock),
    }
}

fn elements(drawing: &Drawing<'_>, page: &WizardPage) -> (Vec<Element>, Vec<ErrorItem>) {
    let mut elements = Vec::new();
    let mut items = Vec::new();
    let variables: Vec<_> =
        page.elements.iter().filter_map(|e| if let PageElement::Variable(asked) = e { Some((**asked).clone()) } else { None }).collect();
    for (number, element) in page.elements.iter().enumerate() {
        match element {
            PageElement::Text(text) => elements.push(Element::Part(crate::web::view::field::Part::Text(markdown::to_html(text)))),
            PageElement::PerUser(name) => elements.push(Element::Note(drawing.words.with("page-per-user", "name", name))),
            PageElement::Variable(asked) => {
                let at = |_: &_| At::Variable(asked.input.key.clone());
                let place = super::field::Place {
                    id: format!("v-{number}"),
                    at: at(asked),
                    typed: drawing.typed.get(&at(asked)),
                    error: drawing.errors.of(&at(asked)),
                    organization: drawing.organization,
                };
                items.extend(place.error.map(|e| item(&place.id, sentence(drawing.words, &asked.input, e, drawing.organization))));
                elements.push(Element::Part(crate::web::view::field::Part::Field(super::field::field(
                    drawing.words,
                    asked,
                    &place,
                    &variables,
                ))));
            }
            PageElement::Slot(summary) => {
                let problem = page.problems.get(&summary.key);
                let drawn = slot(drawing, number, summary, problem);
                for (index, asked) in summary.asked.iter().enumerate() {
                    let at = At::Input { slot: summary.key.clone(), input: asked.input.key.clone() };
                    items.extend(
                        drawing
                            .errors
                            .of(&at)
                            .map(|e| item(&format!("f-{number}-{index}"), sentence(drawing.words, &asked.input, e, drawing.organization))),
                    );
                }
                if let (Some(_), Some(problem)) = (problem, &drawn.problem) {
                    items.push(item(&first_control(summary.asked.len(), number), problem.title.clone()));
                }
                elements.push(Element::Slot(drawn));
            }
        }
    }
    // A field that is not on this page was never this person's to send.
    if page.errors.iter().any(|(_, error)| *error == FieldError::NotYours) {
        items.push(item("page-form", drawing.words.with("page-not-yours", "organization", drawing.organization)));
    }
    (elements, items)
}

/// The summary leads to where something can be done: the slot's first field, or the slot with its button.
fn first_control(fields: usize, number: usize) -> String {
    if fields > 0 { format!("f-{number}-0") } else { format!("slot-{number}") }
}

fn item(id: &str, text: String) -> ErrorItem {
    ErrorItem { href: format!("#{id}"), text }
}

pub fn conflict(context: &Context, words: Words, conflict: &Conflict, csrf: &str) -> WizardConflict {
    let page = &conflict.page;
    let rows = conflict.rows.iter().enumerate().map(|(number, row)| ConflictRow {
        id: format!("c-{number}"),
        name: forms::name(&row.field),
        label: row.label.clone(),
        yours: row.yours.clone(),
        saved: if row.secret { None } else { Some(row.saved.clone().unwrap_or_default()) },
        secret: row.secret,
    });
    WizardConflict {
        words,
        frame: super::frame(context, Exit::None, None),
        form: Form { action: urls::page(page.instance.id, &page.page), csrf: csrf.to_owned(), version: page.snapshot.to_string() },
        rows: rows.collect(),
        carried: conflict.typed.iter().flat_map(|(field, raw)| carried(field, raw)).chain(conflict.kept.iter().map(kept)).collect(),
    }
}

fn kept(field: &At) -> Carried {
    Carried { name: format!("keep.{}", forms::name(field)), value: "saved".into() }
}

fn carried(field: &At, raw: &Raw) -> Vec<Carried> {
    let name = forms::name(field);
    match raw {
        Raw::Texts(texts) => texts.iter().map(|value| Carried { name: name.clone(), value: value.clone() }).collect(),
        Raw::Rows(rows) => rows
            .iter()
            .flat_map(|(key, value)| {
                [
                    Carried { name: format!("{name}.key"), value: key.clone() },
                    Carried { name: format!("{name}.value"), value: value.clone() },
                ]
            })
            .collect(),
    }
}

/// Whether a page has a button that leaves for a provider.
pub fn leaves(page: &WizardPage) -> bool {
    page.elements.iter().any(|element| matches!(element, PageElement::Slot(summary) if summary.needs_consent))
}
