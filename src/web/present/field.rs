//! One input as a form field, and a broken rule as a sentence.

use crate::{
    domain::{
        input::{Format, Input, InputType, Raw},
        validation::{Field as At, FieldError},
        value::Value,
    },
    flows::Asked,
    web::{
        forms, markdown,
        view::field::{Choice, Control, Field, LineKind, ShownWhen},
        words::Words,
    },
};

/// Where a field stands: its form name, its DOM id, and what was typed into it and refused.
pub struct Place<'a> {
    pub at: At,
    pub id: String,
    pub typed: Option<&'a Raw>,
    pub error: Option<&'a FieldError>,
    pub organization: &'a str,
}

pub fn field(words: Words, asked: &Asked, place: &Place<'_>, siblings: &[Asked]) -> Field {
    let input = &asked.input;
    let short_help = input.help.as_deref().filter(|help| markdown::is_one_line(help));
    let long_help = input.help.as_deref().filter(|help| !markdown::is_one_line(help));
    Field {
        optional: !input.required && input.input_type != InputType::Boolean,
        hint: short_help.map(str::to_owned),
        help_html: long_help.map(markdown::to_html),
        example: input
            .example
            .clone()
            .or_else(|| input.placeholder.clone())
            .filter(|_| !matches!(input.input_type, InputType::Boolean | InputType::Choice(_))),
        prefix: input.prefix.clone(),
        suffix: input.suffix.clone(),
        error: place.error.map(|error| sentence(words, input, error, place.organization)),
        shown_when: shown_when(words, input, &place.at, siblings),
        ..Field::new(place.id.clone(), forms::name(&place.at), input.label.clone(), control(words, asked, place.typed))
    }
}

fn control(_words: Words, asked: &Asked, typed: Option<&Raw>) -> Control {
    let input = &asked.input;
    let line = |kind| Control::Line { kind, value: text(asked, typed) };
    match &input.input_type {
        InputType::Password => Control::Secret { saved: asked.has_secret, many_lines: input.format == Some(Format::Pem) },
        InputType::Text => Control::Text { value: text(asked, typed) },
        InputType::Boolean => Control::Checkbox { checked: text(asked, typed) == "true" },
        InputType::Choice(choices) => {
            let chosen = text(asked, typed);
            Control::Choice { options: options(choices, |value| value == chosen) }
        }
        InputType::MultiChoice(choices) => {
            let chosen = texts(asked, typed);
            Control::MultiChoice { options: options(choices, |value| chosen.iter().any(|c| c == value)) }
        }
        InputType::List => Control::List { value: texts(asked, typed).join("\n") },
        InputType::Map => Control::map(rows(asked, typed)),
        InputType::Date => line(LineKind::Date),
        InputType::Integer => line(LineKind::Integer),
        InputType::Number => line(LineKind::Number),
        InputType::String => line(match input.format {
            Some(Format::Email) => LineKind::Email,
            Some(Format::Url) => LineKind::Url,
            Some(Format::Port) => LineKind::Integer,
            _ => LineKind::Plain,
        }),
    }
}

fn options(choices: &[crate::domain::input::Choice], selected: impl Fn(&str) -> bool) -> Vec<Choice> {
    choices.iter().map(|c| Choice { value: c.value.clone(), label: c.label.clone(), selected: selected(&c.value) }).collect()
}

fn text(asked: &Asked, typed: Option<&Raw>) -> String {
    match typed {
        Some(Raw::Texts(texts)) => texts.first().cloned().unwrap_or_default(),
        _ => asked.value.as_ref().map(Value::to_text).unwrap_or_default(),
    }
}

fn texts(asked: &Asked, typed: Option<&Raw>) -> Vec<String> {
    match (typed, &asked.value) {
        (Some(Raw::Texts(texts)), _) => texts.clone(),
        (_, Some(Value::List(list))) => list.clone(),
        _ => Vec::new(),
    }
}

fn rows(asked: &Asked, typed: Option<&Raw>) -> Vec<(String, String)> {
    match (typed, &asked.value) {
        (Some(Raw::Rows(rows)), _) => rows.iter().filter(|(k, v)| !k.is_empty() || !v.is_empty()).cloned().collect(),
        (_, Some(Value::Map(map))) => map.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        _ => Vec::new(),
    }
}

/// `None` too where the other input is not this person's to set: then the server has decided already.
fn shown_when(words: Words, input: &Input, at: &At, siblings: &[Asked]) -> Option<ShownWhen> {
    let when = input.shown_when.as_ref()?;
    let other = &siblings.iter().find(|asked| asked.input.key == when.input)?.input;
    let other_at = match at {
        At::Input { slot, .. } => At::Input { slot: slot.clone(), input: other.key.clone() },
        At::Variable(_) => At::Variable(other.key.clone()),
    };
    let equals = when.equals.to_text();
    let label = other.input_type.choices().iter().find(|c| c.value == equals).map(|c| c.label.clone());
    let equals_label = label.unwrap_or_else(|| match equals.as_str() {
        "true" => words.t("value-ticked"),
        "false" => words.t("value-not-ticked"),
        _ => equals.clone(),
    });
    Some(ShownWhen { input: forms::name(&other_at), equals, input_label: other.label.clone(), equals_label })
}

/// The sentence for a broken rule; the manifest's own words where it has some.
pub fn sentence(words: Words, input: &Input, error: &FieldError, organization: &str) -> String {
    let label = input.label.as_str();
    let counts_entries = matches!(input.input_type, InputType::List | InputType::Map | InputType::MultiChoice(_));
    match error {
        FieldError::Pattern { message: Some(message) } => message.clone(),
        FieldError::Required => {
            let kind = input.input_type.name().replace('_', "-");
            words
                .find(&format!("field-required-{kind}"), [("label", label.to_owned())])
                .unwrap_or_else(|| words.with("field-required", "label", label))
        }
        FieldError::TooLong { max } if counts_entries => words.with_two("field-too-many", "label", label, "max", max),
        FieldError::TooLong { max } => words.with_two("field-too-long", "label", label, "max", max),
        FieldError::TooShort { min } if counts_entries => words.with_two("field-too-few", "label", label, "min", min),
        FieldError::TooShort { min } => words.with_two("field-too-short", "label", label, "min", min),
        FieldError::BelowMin { min } => words.with_two("field-below-min", "label", label, "min", min),
        FieldError::AboveMax { max } => words.with_two("field-above-max", "label", label, "max", max),
        FieldError::DuplicateKey { key } => words.with_two("field-duplicate-key", "label", label, "key", key),
        FieldError::NotYours | FieldError::UnknownInput => words.with_two("field-not-yours", "label", label, "organization", organization),
        other => {
            let found = words.find(&format!("field-{}", other.code()), [("label", label.to_owned())]);
            found.unwrap_or_else(|| words.with("field-pattern", "label", label))
        }
    }
}
