//! Taking a mapping apart key by key, remembering every problem with its place; what is left over is an unknown key.

use std::collections::BTreeMap;

use super::{
    placeholder::{self, Lookup},
    suggest::did_you_mean,
    tree::{At, Content, Name, Node, Scalar},
};
use crate::domain::{key::Key, template::Template};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub at: At,
    pub message: String,
}

impl Problem {
    pub fn new(at: At, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// The reading of one document.
pub struct Reading<'a> {
    pub problems: Vec<Problem>,
    pub lookup: &'a dyn Lookup,
    /// A stored body: values are in their canonical form, secrets are marked as such, placeholders are plain text.
    pub stored: bool,
}

impl<'a> Reading<'a> {
    pub fn of_source(lookup: &'a dyn Lookup) -> Self {
        Self { problems: Vec::new(), lookup, stored: false }
    }

    pub fn of_stored() -> Self {
        Self { problems: Vec::new(), lookup: &placeholder::ValidateOnly, stored: true }
    }

    pub fn problem(&mut self, at: At, message: impl Into<String>) {
        self.problems.push(Problem::new(at, message));
    }

    pub fn scalar<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n Scalar> {
        match &node.content {
            Content::Scalar(scalar) => Some(scalar),
            Content::List(_) => self.wrong(node, what, "a list"),
            Content::Map(_) => self.wrong(node, what, "a mapping"),
        }
    }

    fn wrong<T>(&mut self, node: &Node, what: &str, found: &str) -> Option<T> {
        self.problem(node.at, format!("`{what}` is one value, and here stands {found}"));
        None
    }

    /// A text that is not empty. A number or `true` without quotes is the text as it is written.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.free_text(node, what)?;
        if text.trim().is_empty() {
            self.problem(node.at, format!("`{what}` is empty; give it a text, or take it away"));
            return None;
        }
        Some(text)
    }

    /// As `text`, but it may be empty or white space.
    pub fn free_text(&mut self, node: &Node, what: &str) -> Option<String> {
        let scalar = self.scalar(node, what)?;
        if !self.stored && placeholder::is_whole(&scalar.text) {
            self.problem(
                node.at,
                format!("`{what}` cannot hold a placeholder; `${{env:…}}` and `${{file:…}}` are only read in a `value` of a preset, a reusable connection or an integration's slot"),
            );
            return None;
        }
        Some(scalar.text.clone())
    }

    pub fn key(&mut self, node: &Node, what: &str) -> Option<Key> {
        let text = self.free_text(node, what)?;
        match Key::parse(text) {
            Ok(key) => Some(key),
            Err(error) => {
                self.problem(node.at, format!("`{what}`: {error}"));
                None
            }
        }
    }

    pub fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        match self.scalar(node, what)?.to_json() {
            serde_json::Value::Bool(b) => Some(b),
            _ => {
                self.problem(node.at, format!("`{what}` is `true` or `false`"));
                None
            }
        }
    }

    pub fn number(&mut self, node: &Node, what: &str) -> Option<f64> {
        let number = self.scalar(node, what)?.to_json().as_f64();
        if number.is_none() {
            self.problem(node.at, format!("`{what}` is a number"));
        }
        number
    }

    pub fn integer(&mut self, node: &Node, what: &str) -> Option<i64> {
        let integer = self.scalar(node, what)?.to_json().as_i64();
        if integer.is_none() {
            self.problem(node.at, format!("`{what}` is a whole number"));
        }
        integer
    }

    pub fn template(&mut self, node: &Node, what: &str) -> Option<Template> {
        let text = self.text(node, what)?;
        match Template::parse(&text) {
            Ok(template) => Some(template),
            Err(error) => {
                self.problem(node.at, format!("`{what}`: {error}"));
                None
            }
        }
    }

    /// One of a closed list of words.
    pub fn word<T: Copy>(&mut self, node: &Node, what: &str, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(node, what)?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*meaning);
        }
        let all = || words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let hint = did_you_mean(&text, words.iter().map(|(word, _)| *word)).unwrap_or_else(|| format!("; it is one of {}", all()));
        self.problem(node.at, format!("`{text}` is not a `{what}`{hint}"));
        None
    }

    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.content {
            Content::List(items) => items,
            _ => {
                self.problem(node.at, format!("`{what}` is a list"));
                &[]
            }
        }
    }

    pub fn entries<'n>(&mut self, node: &'n Node, what: &str) -> &'n [(Name, Node)] {
        match &node.content {
            Content::Map(entries) => entries,
            _ => {
                self.problem(node.at, format!("`{what}` is a mapping: `key: value`"));
                &[]
            }
        }
    }

    pub fn templates(&mut self, node: &Node, what: &str) -> BTreeMap<String, Template> {
        let entries = self.entries(node, what).iter();
        entries.filter_map(|(name, node)| Some((name.text.clone(), self.template(node, &name.text)?))).collect()
    }
}

/// A mapping of which each key is asked for by name, once.
pub struct Object<'n> {
    /// With its article, as an error names it: `an input`.
    what: &'static str,
    at: At,
    entries: &'n [(Name, Node)],
    asked: Vec<&'static str>,
}

impl<'n> Object<'n> {
    pub fn of(node: &'n Node, what: &'static str, reading: &mut Reading<'_>) -> Option<Self> {
        match &node.content {
            Content::Map(entries) => Some(Self { what, at: node.at, entries, asked: Vec::new() }),
            _ => {
                reading.problem(node.at, format!("here stands {what}: a mapping, `key: value`"));
                None
            }
        }
    }

    /// `null` counts as not there.
    pub fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.asked.push(key);
        self.entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node).filter(|node| !node.is_null())
    }

    pub fn need(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<&'n Node> {
        let node = self.take(key);
        if node.is_none() {
            let at = self.entries.iter().find(|(name, _)| name.text == key).map_or(self.at, |(name, _)| name.at);
            reading.problem(at, format!("{} needs `{key}`", self.what));
        }
        node
    }

    pub fn text(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<String> {
        self.take(key).and_then(|node| reading.text(node, key))
    }

    pub fn need_text(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<String> {
        self.need(key, reading).and_then(|node| reading.text(node, key))
    }

    pub fn need_key(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<Key> {
        self.need(key, reading).and_then(|node| reading.key(node, key))
    }

    pub fn boolean(&mut self, key: &'static str, default: bool, reading: &mut Reading<'_>) -> bool {
        self.take(key).and_then(|node| reading.boolean(node, key)).unwrap_or(default)
    }

    pub fn word<T: Copy>(&mut self, key: &'static str, words: &[(&'static str, T)], default: T, reading: &mut Reading<'_>) -> T {
        self.take(key).and_then(|node| reading.word(node, key, words)).unwrap_or(default)
    }

    pub fn templates(&mut self, key: &'static str, reading: &mut Reading<'_>) -> BTreeMap<String, Template> {
        self.take(key).map(|node| reading.templates(node, key)).unwrap_or_default()
    }

    /// Where the value of a key stands.
    pub fn at(&self, key: &str) -> At {
        self.entries.iter().find(|(name, _)| name.text == key).map_or(self.at, |(_, node)| node.at)
    }

    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| name.text == key)
    }

    /// Names a key that is known but has no place here, with the reason, so that `finish` does not call it unknown.
    pub fn refuse(&mut self, key: &'static str, why: &str, reading: &mut Reading<'_>) {
        self.asked.push(key);
        if let Some((name, _)) = self.entries.iter().find(|(name, _)| name.text == key) {
            reading.problem(name.at, why);
        }
    }

    /// Whatever nobody asked for is unknown.
    pub fn finish(self, reading: &mut Reading<'_>) {
        for (name, _) in self.entries.iter().filter(|(name, _)| !self.asked.iter().any(|asked| *asked == name.text)) {
            let hint = did_you_mean(&name.text, self.asked.iter().copied()).unwrap_or_else(|| {
                format!("; {} has {}", self.what, self.asked.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", "))
            });
            reading.problem(name.at, format!("`{}` is not a key of {}{hint}", name.text, self.what));
        }
    }
}
