//! Lists ordered by customers' names, a page at a time: where one goes on, and what a search looks for.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// The last row of the page before: its place among the names, and its id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameCursor {
    pub name_key: String,
    pub id: Uuid,
}

impl fmt::Display for NameCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.name_key)
    }
}

impl FromStr for NameCursor {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, name_key) = text.split_once('.').ok_or(())?;
        Ok(Self { name_key: name_key.to_owned(), id: id.parse().map_err(|_| ())? })
    }
}

/// By which a name is ordered and found.
pub(super) fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A `LIKE` pattern for whatever holds this text; for no text, everything. Its escape is `!`.
pub(super) fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in name_key(text).chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// From and up to where whatever begins with this text stands, in the order of its bytes.
pub(super) fn beginning_with(text: &str) -> (String, String) {
    let from = name_key(text);
    let to = format!("{from}{}", char::MAX);
    (from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_whatever_the_name_holds() {
        for name_key in ["acme", "a.b", "", "größe ü"] {
            let cursor = NameCursor { name_key: name_key.to_owned(), id: Uuid::max() };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        assert_eq!("none".parse::<NameCursor>(), Err(()));
    }

    #[test]
    fn what_a_search_holds_is_text_and_no_pattern() {
        assert_eq!(containing(" 100 %_!"), "%100 !%!_!!%");
        assert_eq!(containing(""), "%%");
    }
}
