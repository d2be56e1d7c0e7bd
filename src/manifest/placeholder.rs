//! `${env:NAME}` and `${file:PATH}`: values that a manifest names but does not hold. They are read at apply.

/// Where placeholders get their text from; the command line's reads the environment and files.
pub trait Lookup {
    fn env(&self, name: &str) -> Option<String>;
    /// Why there is no such variable.
    fn no_env(&self, name: &str) -> String {
        format!("the environment variable `{name}` is not set; set it and apply again")
    }
    /// The whole file; the error says why it cannot be read.
    fn file(&self, path: &str) -> Result<String, String>;
    /// Whether placeholders are read at all. If not, each stands for some text that nobody knows.
    fn resolves(&self) -> bool {
        true
    }
}

/// For `validate`, which must not need the environment: every placeholder is accepted as it is.
pub struct ValidateOnly;

impl Lookup for ValidateOnly {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn file(&self, _: &str) -> Result<String, String> {
        Err("files are not read by a validation".into())
    }
    fn resolves(&self) -> bool {
        false
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum Expanded {
    /// No placeholder: the text itself.
    Literal,
    Text(String),
    /// A placeholder that was not read: `Lookup::resolves` is false.
    Unknown,
}

/// Whether a text is nothing but a placeholder. Prose may mention one.
pub fn is_whole(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("${env:") || text.starts_with("${file:")
}

fn mentions_one(text: &str) -> bool {
    text.contains("${env:") || text.contains("${file:")
}

pub fn expand(text: &str, lookup: &dyn Lookup) -> Result<Expanded, String> {
    if !mentions_one(text) {
        return Ok(Expanded::Literal);
    }
    let inner = text.trim().strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).filter(|inner| !inner.contains("${"));
    let Some((source, name)) = inner.and_then(|inner| inner.split_once(':')).filter(|(_, name)| !name.is_empty()) else {
        return Err("a placeholder is the whole value, `${env:NAME}` or `${file:PATH}`, with nothing before or behind it".into());
    };
    if !lookup.resolves() {
        return Ok(Expanded::Unknown);
    }
    match source {
        "env" => match lookup.env(name).filter(|value| !value.is_empty()) {
            Some(value) => Ok(Expanded::Text(value)),
            None => Err(lookup.no_env(name)),
        },
        _ => lookup.file(name).map(Expanded::Text).map_err(|why| format!("the file `{name}` cannot be read: {why}")),
    }
}
