//! A document as a small tree in which every key and value knows where it stands. YAML and JSON both come in here.
//!
//! What a value means is not decided here: a scalar keeps the text as written, so that `1.10` can still be a version.

use serde_json::Value as Json;

/// A place in a source; both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    pub line: usize,
    pub column: usize,
}

#[derive(Clone, Debug)]
pub struct Node {
    pub at: At,
    pub content: Content,
}

#[derive(Clone, Debug)]
pub enum Content {
    Scalar(Scalar),
    List(Vec<Node>),
    /// Keys in the order written, none twice.
    Map(Vec<(Name, Node)>),
}

#[derive(Clone, Debug)]
pub struct Name {
    pub at: At,
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct Scalar {
    pub text: String,
    /// Written without quotes, so that it may mean a number, a boolean or nothing.
    pub plain: bool,
}

impl Scalar {
    /// YAML 1.2's core schema (§10.3.2), without hexadecimal, octal, infinities and "not a number".
    pub fn to_json(&self) -> Json {
        if !self.plain {
            return Json::String(self.text.clone());
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Json::Null,
            "true" | "True" | "TRUE" => Json::Bool(true),
            "false" | "False" | "FALSE" => Json::Bool(false),
            text => number(text).unwrap_or_else(|| Json::String(text.to_owned())),
        }
    }

    pub fn is_null(&self) -> bool {
        self.plain && self.to_json().is_null()
    }
}

fn number(text: &str) -> Option<Json> {
    if !text.ends_with(|c: char| c.is_ascii_digit() || c == '.') || text.starts_with("+.") {
        return None;
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.into());
    }
    let only_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'));
    let number = only_number.then(|| text.parse::<f64>().ok()).flatten().filter(|n| n.is_finite())?;
    serde_json::Number::from_f64(number).map(Json::Number)
}

impl Node {
    /// A stored body as a tree: it stands nowhere.
    pub fn from_json(json: &Json) -> Self {
        let plain = |text: String| Content::Scalar(Scalar { text, plain: true });
        let content = match json {
            Json::Null => plain("null".into()),
            Json::Bool(b) => plain(b.to_string()),
            Json::Number(n) => plain(n.to_string()),
            Json::String(text) => Content::Scalar(Scalar { text: text.clone(), plain: false }),
            Json::Array(items) => Content::List(items.iter().map(Self::from_json).collect()),
            Json::Object(map) => {
                Content::Map(map.iter().map(|(k, v)| (Name { at: At::default(), text: k.clone() }, Self::from_json(v))).collect())
            }
        };
        Self { at: At::default(), content }
    }

    pub fn to_json(&self) -> Json {
        match &self.content {
            Content::Scalar(scalar) => scalar.to_json(),
            Content::List(items) => items.iter().map(Self::to_json).collect(),
            Content::Map(entries) => entries.iter().map(|(name, node)| (name.text.clone(), node.to_json())).collect(),
        }
    }

    /// The value under a key, if this is a mapping that has one.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.content {
            Content::Map(entries) => entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.is_null())
    }

    /// The first scalar, in reading order, whose text holds this.
    pub fn find_text(&self, part: &str) -> Option<&Self> {
        match &self.content {
            Content::Scalar(scalar) => scalar.text.contains(part).then_some(self),
            Content::List(items) => items.iter().find_map(|item| item.find_text(part)),
            Content::Map(entries) => entries.iter().find_map(|(_, node)| node.find_text(part)),
        }
    }

    /// How many nodes it is made of, itself included: what an alias to it costs.
    pub fn size(&self) -> usize {
        1 + match &self.content {
            Content::Scalar(_) => 0,
            Content::List(items) => items.iter().map(Self::size).sum(),
            Content::Map(entries) => entries.iter().map(|(_, node)| 1 + node.size()).sum(),
        }
    }

    pub fn depth(&self) -> usize {
        match &self.content {
            Content::Scalar(_) => 0,
            Content::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Content::Map(entries) => 1 + entries.iter().map(|(_, node)| node.depth()).max().unwrap_or(0),
        }
    }
}
