//! Errors of manifests: where, what, and what to do about it.

use std::fmt;

use serde::Serialize;

use super::reader::Problem;

/// One mistake in a source. Its message never holds a secret; `snippet` shows the source and is for its author's eyes only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct ManifestError {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub message: String,
    #[serde(skip)]
    pub snippet: Option<String>,
}

/// A stored body that is no longer understood: written by another version, or changed by another hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored manifest cannot be read: {0}")]
pub struct BodyError(pub String);

const SNIPPET_WIDTH: usize = 100;

impl ManifestError {
    pub(super) fn new(file: &str, source: &str, problem: Problem) -> Self {
        let Problem { at, message } = problem;
        Self { file: file.to_owned(), line: at.line, column: at.column, message, snippet: snippet(source, at.line, at.column) }
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        self.snippet.iter().try_for_each(|snippet| write!(f, "\n{snippet}"))
    }
}

/// The line with a caret under the column; of a long line, the part around it.
fn snippet(source: &str, line: usize, column: usize) -> Option<String> {
    let text: Vec<char> = source.lines().nth(line.checked_sub(1)?)?.chars().collect();
    let at = column.saturating_sub(1).min(text.len());
    let from = if text.len() <= SNIPPET_WIDTH { 0 } else { at.saturating_sub(SNIPPET_WIDTH / 2) };
    let visible = |c: &char| if c.is_control() { ' ' } else { *c };
    let shown: String = text.iter().skip(from).take(SNIPPET_WIDTH).map(visible).collect();
    (!shown.trim().is_empty()).then(|| format!("  | {}\n  | {}^", shown.trim_end(), " ".repeat(at - from)))
}
