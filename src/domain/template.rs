//! Templates: a closed language with one construct, `{{key}}`. What is inserted is encoded by where it stands.
//!
//! No expressions, no filters: a manifest can only put one input's value into a place, never decide what that place means.

mod place;

use std::fmt;

use super::key::Key;
use place::Place;

/// `https://{{subdomain}}.zendesk.com/api/v2`, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Insert(Key),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("`{{{{` without its `}}}}`")]
    Unclosed,
    #[error("`}}}}` without its `{{{{`")]
    Unopened,
    #[error("`{{{{{0}}}}}` is not the key of an input: templates know only {{{{key}}}}, no expressions")]
    NotAKey(String),
    #[error("the scheme of a URL cannot come from an input")]
    InScheme,
}

/// Why a template could not be rendered with the values at hand. Never holds a value: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    #[error("`{0}` has no value")]
    Missing(Key),
    #[error("the value of `{0}` cannot stand in a host name")]
    NotAHost(Key),
    #[error("the value of `{0}` is not a web address that begins with https:// or http://")]
    NotAUrl(Key),
    #[error("the value of `{0}` holds a line break or another control character")]
    ControlCharacter(Key),
    #[error("the value of `{0}` cannot stand in a path")]
    DotSegment(Key),
    #[error("the address that comes out is not a web address")]
    ResultNotAUrl,
}

impl Template {
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some(open) = rest.find("{{") {
            let (literal, tail) = rest.split_at(open);
            push_literal(&mut parts, literal)?;
            let close = tail.find("}}").ok_or(TemplateError::Unclosed)?;
            let name = tail[2..close].trim();
            parts.push(Part::Insert(Key::parse(name).map_err(|_| TemplateError::NotAKey(name.to_owned()))?));
            rest = &tail[close + 2..];
        }
        push_literal(&mut parts, rest)?;
        let template = Self { source: source.to_owned(), parts };
        if template.is_url() && matches!(template.parts.first(), Some(Part::Insert(_))) {
            // `{{scheme}}://host`: the only way an insert can stand before the scheme's colon.
            if let Some(Part::Literal(l)) = template.parts.get(1)
                && l.starts_with(':')
            {
                return Err(TemplateError::InScheme);
            }
        }
        Ok(template)
    }

    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// The keys it inserts, in order, repeats included.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.parts.iter().filter_map(|part| match part {
            Part::Insert(key) => Some(key),
            Part::Literal(_) => None,
        })
    }

    /// Whether it makes a web address: it has a scheme, or begins with an input's value that a path follows.
    pub fn is_url(&self) -> bool {
        match self.parts.as_slice() {
            [Part::Literal(first), ..] => first.starts_with("https://") || first.starts_with("http://"),
            [Part::Insert(_), Part::Literal(next), ..] => next.starts_with(['/', '?']) || next.starts_with("://"),
            _ => false,
        }
    }

    /// A web address; each value encoded for the place it stands in (RFC 3986 §2.1, §3.2.2).
    pub fn render_url(&self, value: impl Fn(&Key) -> Option<String>) -> Result<String, RenderError> {
        let mut out = String::with_capacity(self.source.len() + 32);
        for (i, part) in self.parts.iter().enumerate() {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Insert(key) => {
                    let text = value(key).ok_or_else(|| RenderError::Missing(key.clone()))?;
                    let next = match self.parts.get(i + 1) {
                        Some(Part::Literal(literal)) => literal.as_str(),
                        Some(Part::Insert(_)) => "{{",
                        None => "",
                    };
                    let place = Place::of(&out, next);
                    place::insert(&mut out, place, key, &text)?;
                }
            }
        }
        let url = url::Url::parse(&out).map_err(|_| RenderError::ResultNotAUrl)?;
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() || !url.username().is_empty() || url.password().is_some() {
            return Err(RenderError::ResultNotAUrl);
        }
        Ok(out)
    }

    /// Text for a header, a user name or a body's value: nothing is encoded, control characters are refused (RFC 9110 §5.5).
    pub fn render_text(&self, value: impl Fn(&Key) -> Option<String>) -> Result<String, RenderError> {
        self.joined(value, |text| !text.chars().any(char::is_control))
    }

    /// Text of several lines that is signed with and never sent: nothing is encoded or refused.
    pub fn render_key(&self, value: impl Fn(&Key) -> Option<String>) -> Result<String, RenderError> {
        self.joined(value, |_| true)
    }

    fn joined(&self, value: impl Fn(&Key) -> Option<String>, may_stand: impl Fn(&str) -> bool) -> Result<String, RenderError> {
        let mut out = String::with_capacity(self.source.len() + 32);
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Insert(key) => {
                    let text = value(key).ok_or_else(|| RenderError::Missing(key.clone()))?;
                    if !may_stand(&text) {
                        return Err(RenderError::ControlCharacter(key.clone()));
                    }
                    out.push_str(&text);
                }
            }
        }
        Ok(out)
    }

    /// As `render_url` or `render_text`, whichever it is: what a computed input holds.
    pub fn render(&self, value: impl Fn(&Key) -> Option<String>) -> Result<String, RenderError> {
        if self.is_url() { self.render_url(value) } else { self.render_text(value) }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

fn push_literal(parts: &mut Vec<Part>, literal: &str) -> Result<(), TemplateError> {
    if literal.contains("}}") {
        return Err(TemplateError::Unopened);
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
