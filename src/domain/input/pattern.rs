//! A manifest's `pattern`: compiled once at load, with limits, so that no value can make it run away.

use std::fmt;

/// Linear-time where `regex` takes it; `fancy-regex` (with a backtracking limit) only for look-around.
#[derive(Clone)]
pub struct Pattern {
    source: String,
    compiled: Compiled,
}

#[derive(Clone)]
enum Compiled {
    Linear(regex::Regex),
    Backtracking(Box<fancy_regex::Regex>),
}

const SIZE_LIMIT_BYTES: usize = 256 * 1024;
const BACKTRACK_LIMIT: usize = 100_000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(pub String);

impl Pattern {
    pub fn parse(source: &str) -> Result<Self, PatternError> {
        if source.len() > 1000 {
            return Err(PatternError("a pattern has at most 1000 characters".into()));
        }
        let compiled = match regex::RegexBuilder::new(source).size_limit(SIZE_LIMIT_BYTES).build() {
            Ok(regex) => Compiled::Linear(regex),
            Err(regex::Error::CompiledTooBig(_)) => return Err(PatternError("this pattern is too large to run safely".into())),
            Err(linear) => {
                match fancy_regex::RegexBuilder::new(source).backtrack_limit(BACKTRACK_LIMIT).delegate_size_limit(SIZE_LIMIT_BYTES).build()
                {
                    Ok(regex) => Compiled::Backtracking(Box::new(regex)),
                    Err(_) => return Err(PatternError(last_line(&linear.to_string()))),
                }
            }
        };
        Ok(Self { source: source.to_owned(), compiled })
    }

    /// A value on which a backtracking pattern gives up does not match.
    pub fn matches(&self, text: &str) -> bool {
        match &self.compiled {
            Compiled::Linear(regex) => regex.is_match(text),
            Compiled::Backtracking(regex) => regex.is_match(text).unwrap_or(false),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.source
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.source)
    }
}

fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or(text).trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_with_look_ahead_still_works() {
        let pattern = Pattern::parse("^(?!www)[a-z]+$").unwrap();
        assert!(pattern.matches("acme") && !pattern.matches("wwwacme"));
    }

    #[test]
    fn a_pattern_that_would_explode_is_refused_or_gives_up() {
        assert!(Pattern::parse("(a{1000}){1000}").is_err());
        assert!(!Pattern::parse(r"^(?=(a+)+$)\1b").unwrap().matches(&"a".repeat(40)));
    }
}
