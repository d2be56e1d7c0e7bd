//! Inputs and variables as JSON.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{Object, value};
use crate::domain::input::{Input, InputType, Visibility};

/// Puts what is there; leaves out what is not.
pub fn put(body: &mut Object, key: &str, value: Option<impl Serialize>) {
    if let Some(value) = value {
        body.insert(key.to_owned(), json!(value));
    }
}

pub fn input(input: &Input) -> Json {
    written("key", input)
}

pub fn variable(variable: &Input) -> Json {
    written("variable", variable)
}

pub fn visibility(visibility: Visibility) -> Json {
    json!(visibility)
}

fn written(key: &str, input: &Input) -> Json {
    let mut body = Object::new();
    body.insert(key.into(), json!(input.key));
    put(&mut body, "label", Some(&input.label).filter(|label| !label.is_empty()));
    if !(input.is_computed() && input.input_type == InputType::String) {
        body.insert("type".into(), json!(input.input_type.name()));
    }
    put(&mut body, "template", input.template.as_ref().map(|template| template.as_str()));
    put(&mut body, "choices", Some(input.input_type.choices()).filter(|choices| !choices.is_empty()));
    put(&mut body, "required", (!input.required).then_some(false));
    put(&mut body, "default", input.default.as_ref().map(value));
    put(&mut body, "prefix", input.prefix.as_ref());
    put(&mut body, "suffix", input.suffix.as_ref());
    put(&mut body, "format", input.format);
    put(&mut body, "min", input.min.map(number));
    put(&mut body, "max", input.max.map(number));
    put(&mut body, "placeholder", input.placeholder.as_ref());
    put(&mut body, "example", input.example.as_ref());
    put(&mut body, "help", input.help.as_ref());
    put(&mut body, "pattern", input.pattern.as_ref().map(|pattern| pattern.as_str()));
    put(&mut body, "pattern_message", input.pattern_message.as_ref());
    let shown_when = input.shown_when.as_ref().map(|when| json!({"input": when.input, "equals": value(&when.equals)}));
    put(&mut body, "shown_when", shown_when);
    put(&mut body, "visibility", Some(input.visibility).filter(|v| *v != Visibility::Customer));
    put(&mut body, "order", input.order);
    put(&mut body, "group", input.group.as_ref());
    Json::Object(body)
}

/// A bound that is whole is written whole: `1`, not `1.0`.
fn number(number: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "only where nothing is lost")]
    let whole = number as i64;
    #[expect(clippy::cast_precision_loss, reason = "compared, so that a loss is noticed")]
    if whole as f64 == number && whole.unsigned_abs() < 1 << 52 { json!(whole) } else { json!(number) }
}
