//! Scopes as sets of words: some providers part them by commas, in requests or only in answers.

pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c.is_whitespace()).filter(|scope| !scope.is_empty())
}

/// Those asked for that were not granted; `asked` as the `scopes` input holds it.
pub fn missing_scopes(asked: &str, granted: &[String]) -> Vec<String> {
    split(asked).filter(|scope| !granted.iter().any(|g| g == scope)).map(str::to_owned).collect()
}
