//! One input of a connection.

use serde_json::{Map, Value as Json, json};

use super::{super::Report, connection::Keys, one_line, template};
use crate::domain::{
    connection_type::standard,
    input::{Choice, Input, InputType},
    key::Key,
    value::{Given, Value},
};

const EXPRESSED: [&str; 12] = [
    "key",
    "label",
    "type",
    "required",
    "comments",
    "shown",
    "placeholder",
    "example",
    "default",
    "model",
    "templateValue",
    "permissionAndVisibilityType",
];

type Definition = Map<String, Json>;

pub fn input(key: &Key, definition: &Definition, oauth: bool, keys: &Keys, report: &mut Report) -> Json {
    not_expressed(definition, report);
    let label = Some(one_line(text(definition, "label"))).filter(|label| !label.is_empty()).unwrap_or_else(|| key.to_string());
    let mut body = Map::from_iter([("key".to_owned(), json!(key)), ("label".to_owned(), json!(label))]);
    let is_standard = oauth && standard::ALL.contains(&key.as_str());
    let visibility = visibility(definition, is_standard, report);
    if let Some(source) = definition.get("templateValue").and_then(Json::as_str).filter(|source| !source.is_empty()) {
        match template::converted(source, keys) {
            Ok(template) => {
                if !text(definition, "default").is_empty() {
                    report.note("a default beside its template");
                }
                body.insert("template".into(), json!(template));
                prose(&mut body, definition);
                body.extend(visibility.map(|v| ("visibility".to_owned(), json!(v))));
                return Json::Object(body);
            }
            Err(why) => report.note(format!("template `{source}`: {why}; the value is entered instead")),
        }
    }
    let input_type = input_type(key, definition, is_standard, report);
    body.insert("type".into(), json!(input_type.name()));
    if !input_type.choices().is_empty() {
        body.insert("choices".into(), json!(input_type.choices()));
    }
    if definition.get("required").and_then(Json::as_bool) != Some(true) {
        body.insert("required".into(), json!(false));
    }
    if let Some(value) = default(definition, Input::new(key.clone(), label, input_type), report) {
        body.insert("default".into(), json!(value));
    }
    prose(&mut body, definition);
    body.extend(visibility.map(|v| ("visibility".to_owned(), json!(v))));
    Json::Object(body)
}

fn text<'d>(definition: &'d Definition, property: &str) -> &'d str {
    definition.get(property).and_then(Json::as_str).unwrap_or_default()
}

fn not_expressed(definition: &Definition, report: &mut Report) {
    for (property, value) in definition {
        match property.as_str() {
            known if EXPRESSED.contains(&known) => {
                if value.get("$fn").is_some() {
                    report.note(format!("`{known}` is computed by a function"));
                }
            }
            "collection" if matches!(value.as_str(), Some("keyvaluelist" | "valuelist")) => {}
            "onPremControlled" | "onPremiseControlled" if *value == false => {}
            "onPremControlled" | "onPremiseControlled" => report.note("it is controlled by an on-premise agent"),
            "clean" => report.note("a `clean` function, which the integration's own steps must do"),
            other => report.note(format!("`{other}`")),
        }
    }
}

/// `None`: the customer's, as is the default.
fn visibility(definition: &Definition, is_standard: bool, report: &mut Report) -> Option<&'static str> {
    let asked = match text(definition, "permissionAndVisibilityType") {
        "" | "customer" => None,
        "embedded" => Some("embedded"),
        "organization" => Some("organization"),
        other => {
            report.note(format!("visibility `{other}`"));
            Some("organization")
        }
    };
    let hidden = definition.get("shown") == Some(&Json::Bool(false));
    if is_standard || (hidden && asked.is_none()) { Some("organization") } else { asked }
}

fn input_type(key: &Key, definition: &Definition, is_standard: bool, report: &mut Report) -> InputType {
    let named = text(definition, "type");
    let collection = text(definition, "collection");
    let model = definition.get("model").filter(|model| !model.is_null());
    // Whatever was thought of it there, it is never shown here.
    if named == "password" || (is_standard && key.as_str() == standard::CLIENT_SECRET) {
        if named != "password" {
            report.note(format!("it was a {named} and became a password"));
        }
        if !collection.is_empty() || model.is_some() {
            report.note("a password is one text: its choices or collection are not taken over");
        }
        return InputType::Password;
    }
    if is_standard && key.as_str() == standard::HEADERS && collection != "keyvaluelist" {
        report.note(format!("it was a {named} and became a map, a header a row"));
        return InputType::Map;
    }
    match (collection, model) {
        ("keyvaluelist", _) => return InputType::Map,
        ("valuelist", _) => return InputType::List,
        (_, Some(model)) => {
            let choices = choices(model, report);
            if !choices.is_empty() {
                return InputType::Choice(choices);
            }
            report.note("choices that are not a list; a text is asked for instead");
        }
        _ => {}
    }
    match named {
        "string" if text(definition, "default").trim().contains('\n') && key.as_str() != standard::SCOPES => {
            report.note("its default has several lines, so it became a text of several lines");
            InputType::Text
        }
        "string" | "template" => InputType::String,
        "text" => InputType::Text,
        "boolean" | "toggle" => InputType::Boolean,
        "date" => InputType::Date,
        "code" | "data" | "jsonForm" => {
            report.note(format!("type `{named}`; it became a text of several lines"));
            InputType::Text
        }
        other => {
            report.note(format!("type `{other}`; it became a line of text"));
            InputType::String
        }
    }
}

fn choices(model: &Json, report: &mut Report) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for entry in model.as_array().into_iter().flatten() {
        let of = |property: &str| entry[property].as_str().unwrap_or_default();
        let value = if entry.is_string() { entry.as_str().unwrap_or_default() } else { of("value") };
        let label = Some(one_line(of("label"))).filter(|label| !label.is_empty()).unwrap_or_else(|| value.to_owned());
        if value.trim().is_empty() {
            report.note(format!("the choice `{label}` without a value; leaving the field empty says the same"));
        } else if choices.iter().any(|choice| choice.value == value) {
            report.note(format!("a second choice with the value `{value}`"));
        } else {
            choices.push(Choice { value: value.to_owned(), label });
        }
    }
    choices
}

/// Never names a default that is not taken over: it may be a secret that nobody marked as one.
fn default(definition: &Definition, input: Input, report: &mut Report) -> Option<Value> {
    let default = definition.get("default").filter(|default| !default.is_null() && *default != "" && default.get("$fn").is_none())?;
    if input.is_secret() {
        report.note("the default of a password; set it in a preset or in the integration's slot");
        return None;
    }
    let scopes = input.key.as_str() == standard::SCOPES && default.as_str().is_some_and(|text| text.contains('\n'));
    let default = if scopes {
        report.note("the lines of its default became one, with spaces between");
        &json!(one_line(default.as_str().unwrap_or_default()))
    } else {
        default
    };
    match input.parse_json(default) {
        Ok(Some(Given::Clear(value))) => {
            if default.as_str().is_some_and(|text| matches!(&value, Value::Text(t) if t != text)) {
                report.note("white space around its default was cut off");
            }
            Some(value)
        }
        Ok(_) => {
            report.note("a default that is only white space");
            None
        }
        Err(error) => {
            report.note(format!("its default is not a value of a {} ({})", input.input_type.name(), error.code()));
            None
        }
    }
}

fn prose(body: &mut Map<String, Json>, definition: &Definition) {
    for (property, key) in [("placeholder", "placeholder"), ("example", "example"), ("comments", "help")] {
        match definition.get(property) {
            Some(Json::String(text)) if !text.trim().is_empty() => drop(body.insert(key.into(), json!(text))),
            Some(Json::Number(number)) => drop(body.insert(key.into(), json!(number.to_string()))),
            _ => {}
        }
    }
}
