//! One field of a connection type, and every option the manifest may give it.
//!
//! Add an input type: a variant of `InputType`, its arm in `parse`, its arm in `templates/components/field.html`.

mod format;
mod parse;
mod pattern;

pub use parse::Raw;
pub use pattern::{Pattern, PatternError};
use serde::{Deserialize, Serialize};

use super::{key::Key, template::Template, value::Value};

#[derive(Clone, Debug, PartialEq)]
pub enum InputType {
    String,
    Text,
    /// Always a secret: sealed when saved, never shown again.
    Password,
    Boolean,
    Integer,
    Number,
    Choice(Vec<Choice>),
    MultiChoice(Vec<Choice>),
    /// `YYYY-MM-DD`.
    Date,
    /// One entry a line.
    List,
    Map,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Hostname,
    Url,
    Email,
    Uuid,
    Port,
    Json,
    Pem,
}

/// Who sets an input, and so who sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    #[default]
    Customer,
    /// Set by the host application through the API; never shown.
    Embedded,
    /// Set by the organization; never shown.
    Organization,
}

/// Show (and require) an input only while another one holds a value.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownWhen {
    pub input: Key,
    pub equals: Value,
}

#[derive(Clone, Debug)]
pub struct Input {
    pub key: Key,
    pub label: String,
    pub input_type: InputType,
    pub required: bool,
    pub default: Option<Value>,
    pub placeholder: Option<String>,
    pub example: Option<String>,
    /// Untrusted Markdown.
    pub help: Option<String>,
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    pub pattern: Option<Pattern>,
    pub pattern_message: Option<String>,
    pub format: Option<Format>,
    /// Of a number its value, of a text its length in characters, of a list its entries.
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub shown_when: Option<ShownWhen>,
    pub visibility: Visibility,
    pub order: Option<i64>,
    pub group: Option<String>,
    /// A computed input: rendered from other inputs, never shown, never stored.
    pub template: Option<Template>,
}

impl InputType {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Text => "text",
            Self::Password => "password",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Choice(_) => "choice",
            Self::MultiChoice(_) => "multi_choice",
            Self::Date => "date",
            Self::List => "list",
            Self::Map => "map",
        }
    }

    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choice(choices) | Self::MultiChoice(choices) => choices,
            _ => &[],
        }
    }
}

impl Input {
    /// An input with only a key, a label and a type; everything else at its default.
    pub fn new(key: Key, label: impl Into<String>, input_type: InputType) -> Self {
        Self {
            key,
            label: label.into(),
            input_type,
            required: true,
            default: None,
            placeholder: None,
            example: None,
            help: None,
            prefix: None,
            suffix: None,
            pattern: None,
            pattern_message: None,
            format: None,
            min: None,
            max: None,
            shown_when: None,
            visibility: Visibility::Customer,
            order: None,
            group: None,
            template: None,
        }
    }

    /// For people of the organization: what no customer is asked for often has no label, and then its key says what it is.
    pub fn labelled(mut self) -> Self {
        if self.label.is_empty() {
            self.label = in_words(&self.key);
        }
        self
    }

    pub fn is_secret(&self) -> bool {
        matches!(self.input_type, InputType::Password)
    }

    pub fn is_computed(&self) -> bool {
        self.template.is_some()
    }
}
/// `authorize_url` → `Authorize URL`.
fn in_words(key: &Key) -> String {
    let mut text = String::new();
    for word in key.as_str().split(['_', '-', '.']).filter(|word| !word.is_empty()) {
        let is_first = text.is_empty();
        text.push_str(if is_first { "" } else { " " });
        match word {
            "api" | "id" | "ip" | "jwks" | "uri" | "url" => text.push_str(&word.to_uppercase()),
            _ if is_first => {
                let mut letters = word.chars();
                text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                text.push_str(letters.as_str());
            }
            _ => text.push_str(word),
        }
    }
    if text.is_empty() { key.to_string() } else { text }
}
