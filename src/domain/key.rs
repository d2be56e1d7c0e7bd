//! Keys: the unchanging names that manifests give to connectors, inputs, slots, pages and variables.

use std::{borrow::Borrow, fmt};

use serde::{Deserialize, Serialize};

/// 1 to 128 printable characters (`ocp-apim-subscription-key`, `Ocp Apim`), no `{{` or `}}`, no space at either end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("a key needs at least one character")]
    Empty,
    #[error("a key has at most 128 characters")]
    TooLong,
    #[error("a key holds only printable characters, no line breaks or other control characters")]
    NotPrintable,
    #[error("a key has no space at its beginning or end")]
    OuterSpace,
    #[error("a key cannot hold {{{{ or }}}}: templates use them")]
    Braces,
}

impl Key {
    pub fn parse(text: impl Into<String>) -> Result<Self, KeyError> {
        let text = text.into();
        if text.is_empty() {
            Err(KeyError::Empty)
        } else if text.chars().count() > 128 {
            Err(KeyError::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(KeyError::NotPrintable)
        } else if text.trim() != text {
            Err(KeyError::OuterSpace)
        } else if text.contains("{{") || text.contains("}}") {
            Err(KeyError::Braces)
        } else {
            Ok(Self(text))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Key {
    type Error = KeyError;
    fn try_from(text: String) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

impl std::str::FromStr for Key {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

/// Lets a map keyed by `Key` be asked with a plain `&str`.
impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
