//! An input or a variable as the API describes it.

use serde::Serialize;

use crate::domain::{
    input::{Choice, Format, Input, Visibility},
    key::Key,
    value::Value,
};

/// What is not declared is left out, but for the five that each input has.
#[derive(Serialize)]
pub struct InputShape<'i> {
    key: &'i Key,
    label: &'i str,
    r#type: &'static str,
    required: bool,
    visibility: Visibility,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'i Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<&'i str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shown_when: Option<ShownWhenShape<'i>>,
    #[serde(skip_serializing_if = "<[Choice]>::is_empty")]
    choices: &'i [Choice],
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<&'i str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'i str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'i str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<&'i str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suffix: Option<&'i str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'i str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern_message: Option<&'i str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'i str>,
}

#[derive(Serialize)]
struct ShownWhenShape<'i> {
    input: &'i Key,
    equals: &'i Value,
}

impl<'i> From<&'i Input> for InputShape<'i> {
    fn from(input: &'i Input) -> Self {
        Self {
            key: &input.key,
            label: &input.label,
            r#type: input.input_type.name(),
            required: input.required,
            visibility: input.visibility,
            default: input.default.as_ref().filter(|_| !input.is_secret()),
            template: input.template.as_ref().map(|template| template.as_str()),
            shown_when: input.shown_when.as_ref().map(|when| ShownWhenShape { input: &when.input, equals: &when.equals }),
            choices: input.input_type.choices(),
            placeholder: input.placeholder.as_deref(),
            example: input.example.as_deref(),
            help: input.help.as_deref(),
            prefix: input.prefix.as_deref(),
            suffix: input.suffix.as_deref(),
            pattern: input.pattern.as_ref().map(|pattern| pattern.as_str()),
            pattern_message: input.pattern_message.as_deref(),
            format: input.format,
            min: input.min,
            max: input.max,
            order: input.order,
            group: input.group.as_deref(),
        }
    }
}
