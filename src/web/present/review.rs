//! "Check your answers" from what the flow answers.

use super::slot::status;
use crate::{
    domain::{
        input::{Input, InputType},
        instance::InstanceStatus,
        journey::Missing,
        key::Key,
        value::Value,
    },
    flows::{
        Context,
        configure::{ReviewPage, ReviewRow as Row},
    },
    web::{
        urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Form, Step,
            slot::Status,
            wizard::{Missing as MissingView, ReviewRow, ReviewSection, ReviewValue, WizardReview},
        },
        words::Words,
    },
};

/// `refused`: somebody pressed Turn on although something is missing.
pub fn review(context: &Context, words: Words, page: &ReviewPage, csrf: &str, flash: Option<String>, refused: bool) -> WizardReview {
    let id = page.instance.id;
    let missing: Vec<MissingView> = page
        .missing
        .iter()
        .map(|part| MissingView { href: urls::page(id, page_of(&part.what)), text: missing_text(words, &part.what, &part.label) })
        .collect();
    let items =
        if refused { missing.iter().map(|m| ErrorItem { href: m.href.clone(), text: m.text.clone() }).collect() } else { Vec::new() };
    let sections = page.pages.iter().map(|section| ReviewSection {
        title: section.title.clone(),
        is_skipped: section.is_skipped,
        rows: section.rows.iter().map(|row| review_row(words, &urls::page(id, &section.page), row)).collect(),
    });
    WizardReview {
        words,
        frame: super::frame(context, Exit::Link(urls::paused(id)), flash),
        form: Form { action: urls::deployment(id), csrf: csrf.to_owned(), version: page.instance.revision.to_string() },
        step: Step { number: page.steps, of: page.steps },
        back_href: page.previous.as_ref().map(urls::place),
        integration: page.integration.clone(),
        live: page.instance.status == InstanceStatus::Active,
        errors: ErrorSummary::of(items),
        sections: sections.collect(),
        missing: if refused { Vec::new() } else { missing },
    }
}

fn page_of(missing: &Missing) -> &Key {
    match missing {
        Missing::Slot { page, .. } | Missing::Variable { page, .. } | Missing::Page { page } => page,
    }
}

fn missing_text(words: Words, missing: &Missing, label: &str) -> String {
    match missing {
        Missing::Slot { .. } => words.with("missing-slot", "name", label),
        Missing::Variable { .. } => words.with("missing-variable", "name", label),
        Missing::Page { .. } => words.with("missing-page", "name", label),
    }
}

fn review_row(words: Words, page_href: &str, row: &Row) -> ReviewRow {
    match row {
        Row::Variable { input, value } => {
            ReviewRow { label: input.label.clone(), value: shown(words, input, value.as_ref()), change_href: Some(page_href.to_owned()) }
        }
        Row::PerUser(name) => ReviewRow { label: name.clone(), value: ReviewValue::Text(words.t("review-per-user")), change_href: None },
        Row::Slot(summary) => {
            let status = status(summary.state);
            ReviewRow {
                label: summary.label.clone(),
                // What is managed for them shows nothing of whose it is.
                value: ReviewValue::Connection { status, account: summary.account.clone().filter(|_| status != Status::Managed) },
                change_href: (status != Status::Managed).then(|| page_href.to_owned()),
            }
        }
    }
}

fn shown(words: Words, input: &Input, value: Option<&Value>) -> ReviewValue {
    let label =
        |value: &str| input.input_type.choices().iter().find(|c| c.value == value).map_or_else(|| value.to_owned(), |c| c.label.clone());
    match (&input.input_type, value) {
        (InputType::Password, Some(_)) => ReviewValue::Secret,
        (_, None) => ReviewValue::Empty,
        (_, Some(Value::Boolean(true))) => ReviewValue::Text(words.t("value-yes")),
        (_, Some(Value::Boolean(false))) => ReviewValue::Text(words.t("value-no")),
        (_, Some(Value::List(list))) => ReviewValue::Lines(list.iter().map(|item| label(item)).collect()),
        (_, Some(Value::Map(map))) => ReviewValue::Lines(map.iter().map(|(k, v)| format!("{k}: {v}")).collect()),
        (_, Some(Value::Text(text))) if text.contains('\n') => ReviewValue::Lines(text.lines().map(str::to_owned).collect()),
        (_, Some(value)) => ReviewValue::Text(label(&value.to_text())),
    }
}
