//! What can be wrong with a value, one variant a rule. Words for each are in `locales/` under `field-…`.

use super::{input::Format, key::Key, value::Given};

/// Longest value of any field, in bytes (QUALITY.md, limits).
pub const FIELD_MAX_BYTES: usize = 64 * 1024;

/// One broken rule. `code` is stable: the API answers with it, the catalogue of words is keyed by it.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldError {
    Required,
    TooLong {
        max: usize,
    },
    TooShort {
        min: usize,
    },
    BelowMin {
        min: f64,
    },
    AboveMax {
        max: f64,
    },
    /// The manifest's own `pattern_message`, if it has one.
    Pattern {
        message: Option<String>,
    },
    Format(Format),
    NotANumber,
    NotAnInteger,
    NotADate,
    /// RFC 3339.
    NotATime,
    NotAChoice,
    NotABoolean,
    ControlCharacter,
    DuplicateKey {
        key: String,
    },
    /// The value is not one that this person (or this caller) may set.
    NotYours,
    UnknownInput,
    /// A value of another shape than the input's type (the API sent a list for a text).
    WrongShape,
}

impl FieldError {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong { .. } => "too-long",
            Self::TooShort { .. } => "too-short",
            Self::BelowMin { .. } => "below-min",
            Self::AboveMax { .. } => "above-max",
            Self::Pattern { .. } => "pattern",
            Self::Format(Format::Hostname) => "not-a-hostname",
            Self::Format(Format::Url) => "not-a-url",
            Self::Format(Format::Email) => "not-an-email",
            Self::Format(Format::Uuid) => "not-a-uuid",
            Self::Format(Format::Port) => "not-a-port",
            Self::Format(Format::Json) => "not-json",
            Self::Format(Format::Pem) => "not-a-pem",
            Self::NotANumber => "not-a-number",
            Self::NotAnInteger => "not-an-integer",
            Self::NotADate => "not-a-date",
            Self::NotATime => "not-a-time",
            Self::NotAChoice => "not-a-choice",
            Self::NotABoolean => "not-a-boolean",
            Self::ControlCharacter => "control-character",
            Self::DuplicateKey { .. } => "duplicate-key",
            Self::NotYours => "not-yours",
            Self::UnknownInput => "unknown-input",
            Self::WrongShape => "wrong-shape",
        }
    }
}

/// Where an error stands: an input of a slot, a variable, or a slot as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Input { slot: Key, input: Key },
    Variable(Key),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldErrors(Vec<(Field, FieldError)>);

impl FieldErrors {
    pub fn push(&mut self, field: Field, error: FieldError) {
        self.0.push((field, error));
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = &(Field, FieldError)> {
        self.0.iter()
    }
    pub fn of(&self, field: &Field) -> Option<&FieldError> {
        self.0.iter().find(|(f, _)| f == field).map(|(_, e)| e)
    }
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// What a form field becomes: a value, nothing (an empty optional field, or a blank secret), or an error.
pub type Parsed = Result<Option<Given>, FieldError>;
