//! One input of a connection type, or one variable of an integration.

use super::{
    reader::{Object, Reading},
    suggest::did_you_mean,
    tree::{At, Node},
};
use crate::domain::{
    input::{Choice, Format, Input, InputType, Pattern, ShownWhen, Visibility},
    key::Key,
    value::{Given, Value},
};

/// With the node it came from, so that a flaw found later can point into it.
pub struct PlacedInput<'n> {
    pub input: Input,
    pub node: &'n Node,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Input,
    Variable,
}

pub const VISIBILITIES: [(&str, Visibility); 3] =
    [("customer", Visibility::Customer), ("embedded", Visibility::Embedded), ("organization", Visibility::Organization)];

pub const FORMATS: [(&str, Format); 7] = [
    ("hostname", Format::Hostname),
    ("url", Format::Url),
    ("email", Format::Email),
    ("uuid", Format::Uuid),
    ("port", Format::Port),
    ("json", Format::Json),
    ("pem", Format::Pem),
];

pub const TYPES: [&str; 11] =
    ["string", "text", "password", "boolean", "integer", "number", "choice", "multi_choice", "date", "list", "map"];

/// Types of variables that other systems know and that may come.
const NOT_YET: [&str; 6] = ["schedule", "code", "timestamp", "json_form", "object_selection", "field_mapping"];

/// `None` only if it has no usable key; every other mistake leaves a stand-in, so that what refers to it is still checked.
pub fn input<'n>(node: &'n Node, role: Role, reading: &mut Reading<'_>) -> Option<PlacedInput<'n>> {
    let what = if role == Role::Input { "an input" } else { "a variable" };
    let mut object = Object::of(node, what, reading)?;
    let key = object.need_key(if role == Role::Input { "key" } else { "variable" }, reading);
    let label = object.text("label", reading).unwrap_or_default();
    let input_type = input_type(&mut object, role, reading);
    let mut input = Input::new(key.clone().unwrap_or_else(stand_in), label, input_type);
    texts(&mut object, &mut input, reading);
    rules(&mut object, &mut input, reading);
    if role == Role::Input {
        input.visibility = object.word("visibility", &VISIBILITIES, Visibility::Customer, reading);
        input.template = object.take("template").and_then(|node| reading.template(node, "template"));
    } else {
        object.refuse("visibility", "a variable is always asked of the customer; take `visibility` away", reading);
        object.refuse("template", "a variable cannot be computed; take `template` away", reading);
    }
    input.default = object.take("default").and_then(|node| reading.default_value(node, &input));
    if input.is_computed() && input.default.is_some() {
        reading.problem(node.at, format!("`{}` is computed from its template and cannot have a `default` too", input.key));
    }
    object.finish(reading);
    key.map(|_| PlacedInput { input, node })
}

fn stand_in() -> Key {
    Key::parse("input").expect("a constant of five letters")
}

fn input_type(object: &mut Object<'_>, role: Role, reading: &mut Reading<'_>) -> InputType {
    object.refuse("choices_from", "`choices_from` is not supported in this version; list the `choices`", reading);
    let choices_node = object.take("choices");
    let Some(node) = object.take("type") else {
        return choices_node.map_or(InputType::String, |node| {
            reading.problem(node.at, "`choices` need `type: choice` or `type: multi_choice`");
            InputType::String
        });
    };
    let Some(name) = reading.text(node, "type") else { return InputType::String };
    let takes_choices = matches!(name.as_str(), "choice" | "multi_choice");
    let choices = match choices_node {
        Some(choices_node) if takes_choices => choices(choices_node, reading),
        Some(choices_node) => {
            reading.problem(choices_node.at, format!("`choices` need `type: choice` or `type: multi_choice`, and the type is `{name}`"));
            Vec::new()
        }
        None => Vec::new(),
    };
    match name.as_str() {
        "string" => InputType::String,
        "text" => InputType::Text,
        "password" if role == Role::Variable => {
            reading.problem(node.at, "a variable cannot be a password; ask for secrets in a connection");
            InputType::String
        }
        "password" => InputType::Password,
        "boolean" => InputType::Boolean,
        "integer" => InputType::Integer,
        "number" => InputType::Number,
        "choice" => InputType::Choice(choices),
        "multi_choice" => InputType::MultiChoice(choices),
        "date" => InputType::Date,
        "list" => InputType::List,
        "map" => InputType::Map,
        later if NOT_YET.contains(&later) => {
            reading.problem(node.at, format!("the type `{later}` is not supported in this version; use one of {}", TYPES.join(", ")));
            InputType::String
        }
        unknown => {
            let hint = did_you_mean(unknown, TYPES).unwrap_or_else(|| format!("; use one of {}", TYPES.join(", ")));
            reading.problem(node.at, format!("`{unknown}` is not a type{hint}"));
            InputType::String
        }
    }
}

fn choices(node: &Node, reading: &mut Reading<'_>) -> Vec<Choice> {
    let mut choices = Vec::new();
    for item in reading.list(node, "choices") {
        let Some(mut object) = Object::of(item, "a choice", reading) else { continue };
        let value = object.need_text("value", reading);
        let label = object.text("label", reading);
        object.finish(reading);
        if let Some(value) = value {
            choices.push(Choice { label: label.unwrap_or_else(|| value.clone()), value });
        }
    }
    choices
}

fn texts(object: &mut Object<'_>, input: &mut Input, reading: &mut Reading<'_>) {
    input.required = object.boolean("required", true, reading);
    input.placeholder = object.text("placeholder", reading);
    input.example = object.text("example", reading);
    input.help = object.text("help", reading);
    input.prefix = object.text("prefix", reading);
    input.suffix = object.text("suffix", reading);
    input.group = object.text("group", reading);
    input.order = object.take("order").and_then(|node| reading.integer(node, "order"));
}

fn rules(object: &mut Object<'_>, input: &mut Input, reading: &mut Reading<'_>) {
    input.pattern = object.take("pattern").and_then(|node| {
        let source = reading.text(node, "pattern")?;
        Pattern::parse(&source).map_err(|error| reading.problem(node.at, format!("`pattern` is not a regular expression: {error}"))).ok()
    });
    input.pattern_message = object.text("pattern_message", reading);
    input.format = object.take("format").and_then(|node| reading.word(node, "format", &FORMATS));
    input.min = object.take("min").and_then(|node| reading.number(node, "min"));
    input.max = object.take("max").and_then(|node| reading.number(node, "max"));
    input.shown_when = object.take("shown_when").and_then(|node| shown_when(node, reading));
}

/// `equals` is typed by the input it speaks of only when all inputs are known: `type_shown_when`.
fn shown_when(node: &Node, reading: &mut Reading<'_>) -> Option<ShownWhen> {
    let mut object = Object::of(node, "`shown_when`", reading)?;
    let input = object.need_key("input", reading);
    let equals = object.need("equals", reading);
    object.finish(reading);
    let equals = equals.and_then(|node| reading.scalar(node, "equals"))?;
    Some(ShownWhen { input: input?, equals: Value::Text(equals.text.clone()) })
}

/// Gives every `shown_when` the type of the input it speaks of.
pub fn type_shown_when(inputs: &mut [PlacedInput<'_>], reading: &mut Reading<'_>) {
    let known: Vec<Input> = inputs.iter().map(|placed| placed.input.clone()).collect();
    for placed in inputs {
        let Some(when) = &mut placed.input.shown_when else { continue };
        let Some(other) = known.iter().find(|input| input.key == when.input && !input.is_secret()) else { continue };
        let text = when.equals.to_text();
        let json = if matches!(other.input_type, InputType::List | InputType::MultiChoice(_)) { vec![text].into() } else { text.into() };
        match other.parse_json(&json) {
            Ok(Some(Given::Clear(Value::List(mut items)))) => when.equals = items.pop().map_or_else(|| "".into(), Value::Text),
            Ok(Some(Given::Clear(value))) => when.equals = value,
            _ => {
                let at = place(placed.node, &["shown_when", "equals"]);
                let kind = other.input_type.name();
                reading.problem(at, format!("`equals` is not a value that the {kind} `{}` can have, so this would never be shown", other.key));
            }
        }
    }
}

/// Where the value at this path stands; as deep as the path exists.
pub fn place(node: &Node, path: &[&str]) -> At {
    path.iter().try_fold(node, |node, key| node.get(key).ok_or(node)).unwrap_or_else(|deepest| deepest).at
}
