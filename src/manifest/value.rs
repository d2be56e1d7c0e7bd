//! Values that a manifest sets: read by the rules of the input they are for, secrets told apart.

use serde_json::Value as Json;

use super::{
    placeholder::{self, Expanded},
    reader::Reading,
    tree::{Content, Node},
};
use crate::domain::{
    input::{Format, Input, InputType},
    validation::FieldError,
    value::{Given, Value},
};

impl Reading<'_> {
    /// A `value`: placeholders are read. `None` also stands for an empty one.
    pub fn value(&mut self, node: &Node, input: &Input) -> Option<Given> {
        let mut unknown = false;
        let json = self.expanded(node, &mut unknown)?;
        if unknown {
            return Some(if input.is_secret() { Given::secret("unknown") } else { Given::Clear("unknown".into()) });
        }
        self.parsed(node, &json, input)
    }

    /// A `default`: no placeholders, no secrets.
    pub fn default_value(&mut self, node: &Node, input: &Input) -> Option<Value> {
        if self.stored {
            // Once more through `parse_json` would cut off an affix that the value itself begins with.
            return stored(node);
        }
        if input.is_secret() {
            self.problem(node.at, "a password has no `default`; set it as a `value` in a preset or in the integration's slot");
            return None;
        }
        if node.find_text("${").is_some_and(|n| matches!(&n.content, Content::Scalar(s) if placeholder::is_whole(&s.text))) {
            self.problem(node.at, "a `default` cannot hold a placeholder; use a `value` in a preset or in the integration's slot");
            return None;
        }
        self.parsed(node, &texts(node), input)?.as_clear().cloned()
    }

    fn parsed(&mut self, node: &Node, json: &Json, input: &Input) -> Option<Given> {
        match input.parse_json(json) {
            Ok(given) => given,
            Err(error) => {
                let what = input.input_type.name();
                self.problem(node.at, format!("this is not a value of the {what} `{}`: {}", input.key, describe(&error, input)));
                None
            }
        }
    }

    fn expanded(&mut self, node: &Node, unknown: &mut bool) -> Option<Json> {
        match &node.content {
            Content::Scalar(scalar) => match placeholder::expand(&scalar.text, self.lookup) {
                Ok(Expanded::Literal) => Some(texts(node)),
                Ok(Expanded::Text(text)) => Some(Json::String(text)),
                Ok(Expanded::Unknown) => {
                    *unknown = true;
                    Some(Json::Null)
                }
                Err(message) => {
                    self.problem(node.at, message);
                    None
                }
            },
            Content::List(items) => items.iter().map(|item| self.expanded(item, unknown)).collect(),
            Content::Map(entries) => entries.iter().map(|(name, node)| Some((name.text.clone(), self.expanded(node, unknown)?))).collect(),
        }
    }
}

/// A value as JSON whose scalars are their texts as written: `1.10` for a text input stays `1.10`.
fn texts(node: &Node) -> Json {
    match &node.content {
        Content::Scalar(scalar) if scalar.is_null() => Json::Null,
        Content::Scalar(scalar) => Json::String(scalar.text.clone()),
        Content::List(items) => items.iter().map(texts).collect(),
        Content::Map(entries) => entries.iter().map(|(name, node)| (name.text.clone(), texts(node))).collect(),
    }
}

/// A broken rule in the words of someone who writes manifests. Never holds the value: it may be a secret.
fn describe(error: &FieldError, input: &Input) -> String {
    match error {
        FieldError::NotABoolean => "write `true` or `false`".into(),
        FieldError::NotAnInteger => "write a whole number".into(),
        FieldError::NotANumber => "write a number".into(),
        FieldError::NotADate => "write a date as YYYY-MM-DD".into(),
        FieldError::NotATime => "write a point in time as 2026-03-27T09:30:00Z".into(),
        FieldError::NotAChoice => {
            let all = input.input_type.choices().iter().take(20).map(|c| format!("`{}`", c.value)).collect::<Vec<_>>();
            format!("choose among {}", all.join(", "))
        }
        FieldError::WrongShape => match input.input_type {
            InputType::List | InputType::MultiChoice(_) => "write a list of texts".into(),
            InputType::Map => "write a mapping of texts".into(),
            _ => "write one value".into(),
        },
        FieldError::TooLong { max } => format!("it is longer than {max}"),
        FieldError::TooShort { min } => format!("it is shorter than {min}"),
        FieldError::BelowMin { min } => format!("it is below {min}"),
        FieldError::AboveMax { max } => format!("it is above {max}"),
        FieldError::Pattern { message: Some(message) } => format!("it does not match the pattern ({message})"),
        FieldError::Pattern { message: None } => "it does not match the pattern".into(),
        FieldError::Format(format) => format!("it is not {}", article(*format)),
        FieldError::ControlCharacter => "it holds a line break or another control character".into(),
        FieldError::DuplicateKey { key } => format!("`{key}` stands in it twice"),
        FieldError::Required => "a name in it is empty".into(),
        FieldError::NotYours | FieldError::UnknownInput => error.code().into(),
    }
}

const fn article(format: Format) -> &'static str {
    match format {
        Format::Hostname => "a host name (without https:// and path)",
        Format::Url => "a web address that begins with https:// or http://",
        Format::Email => "an e-mail address",
        Format::Uuid => "a UUID",
        Format::Port => "a port between 1 and 65535",
        Format::Json => "JSON",
        Format::Pem => "a PEM block (-----BEGIN … -----END …-----)",
    }
}

/// Takes a value out of a stored body, where it has passed its rules already.
pub fn stored(node: &Node) -> Option<Value> {
    serde_json::from_value(node.to_json()).ok()
}
