//! From what a person typed, or a caller sent, to a value: trimming, affixes, type, rules. One error, the first that matters.

use std::collections::BTreeMap;

use super::{Format, Input, InputType};
use crate::domain::{
    pem,
    validation::{FIELD_MAX_BYTES, FieldError, Parsed},
    value::{Given, Value},
};

/// What a form sent for one input. A map comes as its rows; everything else as the texts under its name.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    Texts(Vec<String>),
    Rows(Vec<(String, String)>),
}

impl Input {
    /// Reads what a form sent. `Ok(None)`: left empty. Whether it may be empty is for `require` to say.
    pub fn parse(&self, raw: &Raw) -> Parsed {
        match (&self.input_type, raw) {
            (InputType::Map, Raw::Rows(rows)) => self.parse_rows(rows),
            (InputType::List, Raw::Texts(texts)) => self.clear(Value::List(lines(texts))),
            (InputType::MultiChoice(_), Raw::Texts(texts)) => {
                self.clear(Value::List(texts.iter().filter(|t| !t.is_empty()).cloned().collect()))
            }
            (InputType::Boolean, Raw::Texts(texts)) => self.clear(Value::Boolean(texts.iter().any(|t| is_true(t)))),
            (_, Raw::Texts(texts)) => self.parse_text(texts.first().map_or("", String::as_str)),
            (_, Raw::Rows(_)) => Err(FieldError::WrongShape),
        }
    }

    /// Reads a value that came as JSON, from the API or a manifest. `null` and `""` mean: none.
    pub fn parse_json(&self, json: &serde_json::Value) -> Parsed {
        use serde_json::Value as Json;
        match (&self.input_type, json) {
            (_, Json::Null) => Ok(None),
            (InputType::Boolean, Json::Bool(b)) => self.clear(Value::Boolean(*b)),
            (InputType::Boolean, Json::String(text)) => match text.as_str() {
                "true" => self.clear(Value::Boolean(true)),
                "false" => self.clear(Value::Boolean(false)),
                _ => Err(FieldError::NotABoolean),
            },
            (InputType::Boolean, _) => Err(FieldError::NotABoolean),
            (InputType::List | InputType::MultiChoice(_), Json::Array(items)) => {
                let texts = items.iter().map(scalar_text).collect::<Option<Vec<_>>>().ok_or(FieldError::WrongShape)?;
                self.clear(Value::List(texts))
            }
            (InputType::List | InputType::MultiChoice(_), _) => Err(FieldError::WrongShape),
            (InputType::Map, Json::Object(map)) => {
                let rows = map
                    .iter()
                    .map(|(k, v)| Some((k.clone(), scalar_text(v)?)))
                    .collect::<Option<Vec<_>>>()
                    .ok_or(FieldError::WrongShape)?;
                self.parse_rows(&rows)
            }
            (InputType::Map, _) => Err(FieldError::WrongShape),
            (_, scalar) => self.parse_text(&scalar_text(scalar).ok_or(FieldError::WrongShape)?),
        }
    }

    fn parse_text(&self, text: &str) -> Parsed {
        if text.len() > FIELD_MAX_BYTES {
            return Err(FieldError::TooLong { max: FIELD_MAX_BYTES });
        }
        let multi_line = matches!(self.input_type, InputType::Text | InputType::Password) || self.format == Some(Format::Pem);
        // A pasted secret often brings a line break along; only the ends are cut, and only white space.
        let text = self.without_affixes(text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'));
        if text.is_empty() {
            return Ok(None);
        }
        let normal = (self.format == Some(Format::Pem)).then(|| pem::normalise(text));
        let text = normal.as_deref().unwrap_or(text);
        if text.chars().any(|c| c.is_control() && !(multi_line && matches!(c, '\n' | '\r' | '\t'))) {
            return Err(FieldError::ControlCharacter);
        }
        match &self.input_type {
            InputType::Password => self.text_rules(text).map(|()| Some(Given::secret(text))),
            InputType::Integer => self.clear(Value::Integer(text.parse().map_err(|_| FieldError::NotAnInteger)?)),
            InputType::Number => {
                self.clear(Value::Number(text.parse().ok().filter(|n: &f64| n.is_finite()).ok_or(FieldError::NotANumber)?))
            }
            InputType::Text => self.clear(Value::Text(text.replace("\r\n", "\n"))),
            _ => self.clear(Value::Text(text.to_owned())),
        }
    }

    fn parse_rows(&self, rows: &[(String, String)]) -> Parsed {
        let mut map = BTreeMap::new();
        for (key, value) in rows {
            let (key, value) = (key.trim(), value.trim());
            if key.is_empty() && value.is_empty() {
                continue;
            }
            if key.is_empty() {
                return Err(FieldError::Required);
            }
            if [key, value].iter().any(|t| t.chars().any(char::is_control)) {
                return Err(FieldError::ControlCharacter);
            }
            if map.insert(key.to_owned(), value.to_owned()).is_some() {
                return Err(FieldError::DuplicateKey { key: key.to_owned() });
            }
        }
        self.clear(Value::Map(map))
    }

    fn clear(&self, value: Value) -> Parsed {
        if value.is_blank() {
            return Ok(None);
        }
        self.rules(&value)?;
        Ok(Some(Given::Clear(value)))
    }

    /// The rules on a clear value that is not blank; manifests' defaults and fixed values pass here too.
    pub fn rules(&self, value: &Value) -> Result<(), FieldError> {
        match (&self.input_type, value) {
            (InputType::Choice(choices), Value::Text(text)) => {
                choices.iter().any(|c| c.value == *text).then_some(()).ok_or(FieldError::NotAChoice)
            }
            (InputType::MultiChoice(choices), Value::List(list)) => {
                list.iter().all(|item| choices.iter().any(|c| c.value == *item)).then_some(()).ok_or(FieldError::NotAChoice)
            }
            (InputType::Date, Value::Text(text)) => text.parse::<jiff::civil::Date>().map(|_| ()).map_err(|_| FieldError::NotADate),
            (InputType::String | InputType::Text | InputType::Password, Value::Text(text)) => self.text_rules(text),
            #[expect(clippy::cast_precision_loss, reason = "a bound in a manifest is far below 2^52")]
            (InputType::Integer, Value::Integer(i)) => self.bounds(*i as f64),
            (InputType::Number, Value::Number(n)) => self.bounds(*n),
            #[expect(clippy::cast_precision_loss, reason = "a bound in a manifest is far below 2^52")]
            (InputType::Number, Value::Integer(i)) => self.bounds(*i as f64),
            (InputType::List, Value::List(list)) => self.lengths(list.len()),
            (InputType::Map, Value::Map(map)) => self.lengths(map.len()),
            (InputType::Boolean, Value::Boolean(_)) => Ok(()),
            _ => Err(FieldError::WrongShape),
        }
    }

    fn text_rules(&self, text: &str) -> Result<(), FieldError> {
        self.lengths(text.chars().count())?;
        if let Some(format) = self.format.filter(|format| !format.accepts(text)) {
            return Err(FieldError::Format(format));
        }
        match &self.pattern {
            Some(pattern) if !pattern.matches(text) => Err(FieldError::Pattern { message: self.pattern_message.clone() }),
            _ => Ok(()),
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a negative or fractional length bound is refused at load")]
    fn lengths(&self, len: usize) -> Result<(), FieldError> {
        match (self.min.map(|m| m as usize), self.max.map(|m| m as usize)) {
            (Some(min), _) if len < min => Err(FieldError::TooShort { min }),
            (_, Some(max)) if len > max => Err(FieldError::TooLong { max }),
            _ => Ok(()),
        }
    }

    fn bounds(&self, number: f64) -> Result<(), FieldError> {
        match (self.min, self.max) {
            (Some(min), _) if number < min => Err(FieldError::BelowMin { min }),
            (_, Some(max)) if number > max => Err(FieldError::AboveMax { max }),
            _ => Ok(()),
        }
    }

    /// People paste the whole address where only its changing part is asked for: `https://acme.zendesk.com/agent` → `acme`.
    fn without_affixes<'t>(&self, text: &'t str) -> &'t str {
        let mut rest = text;
        if let Some(prefix) = &self.prefix {
            rest = strip_prefix_ignoring_case(rest, prefix).unwrap_or(rest);
            if prefix.eq_ignore_ascii_case("https://") {
                rest = strip_prefix_ignoring_case(rest, "http://").unwrap_or(rest);
            }
        }
        if let Some(suffix) = self.suffix.as_deref().filter(|s| !s.is_empty()) {
            let lower = rest.to_ascii_lowercase();
            if let Some(at) = lower.find(&suffix.to_ascii_lowercase()) {
                let after = &rest[at + suffix.len()..];
                // Only a whole host may be cut off: `acme.zendesk.community` keeps all it has, and fails its pattern.
                if after.is_empty() || (self.prefix.is_some() && after.starts_with(['/', '?', '#', ':'])) {
                    rest = &rest[..at];
                }
            }
        }
        rest
    }
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn lines(texts: &[String]) -> Vec<String> {
    texts.iter().flat_map(|t| t.lines()).map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

fn is_true(text: &str) -> bool {
    matches!(text, "true" | "on" | "1" | "yes")
}

fn scalar_text(json: &serde_json::Value) -> Option<String> {
    match json {
        serde_json::Value::String(s) => Some(s.clone()),
        serde_json::Value::Number(n) => Some(n.to_string()),
        serde_json::Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}
