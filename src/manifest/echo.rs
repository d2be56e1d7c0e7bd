//! What of a manifest's own text may be shown again to the one who sent it: not the values that stand in it.

use std::sync::LazyLock;

use regex::Regex;

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

/// `{value: eu, label: Europe}`: a choice, which everybody is shown.
static CHOICE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\{\s*"?value"?\s*:[^,{}\n]*,\s*"?label"?\s*:"#));
/// A value that is written out, not asked of the environment or of a file.
static VALUE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?m)(?:^|[\s{,"'])value["']?\s*:[ \t]*["']?(?:[^\s"'$]|\$[^{])"#));
/// Documents that are made to hold values, and values given to inputs: a mapping, where a connector lists what it asks for. However
/// the keys within are misspelled.
static INPUTS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"preset|reusable_connection|inputs["']?[ \t]*:[ \t]*(?:\{|(?:#[^\n]*)?(?:\r?\n[ \t]*)+[^\s\-#])"#));
/// A key at the beginning of a line.
static KEY: LazyLock<Regex> = LazyLock::new(|| pattern(r#"^[\s-]*"?[a-z_]+"?\s*:(?:\s|$)"#));

/// Whether values stand in it, any of which may be a secret.
pub fn holds_values(text: &str) -> bool {
    INPUTS.is_match(text) || VALUE.is_match(&CHOICE.replace_all(text, ""))
}

/// Line `number`, from 1, as it may be shown again; `None`: there is nothing to see.
pub fn line(text: &str, number: usize) -> Option<String> {
    const WIDTH: usize = 160;
    let line = text.lines().nth(number.checked_sub(1)?).filter(|line| !line.trim().is_empty())?;
    if holds_values(text) {
        return Some(KEY.find(line).map_or_else(|| "…".to_owned(), |key| format!("{} …", key.as_str().trim_end())));
    }
    let shown: String = line.chars().take(WIDTH).map(|c| if c.is_control() { ' ' } else { c }).collect();
    Some(if line.chars().count() > WIDTH { shown + "…" } else { shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_noticed_however_they_are_written() {
        for text in [
            "value: s3cret",
            "{value: \"s3cret\"}",
            "inputs: {a: {'value': 's3cret'}}",
            "  value: |\n    -----BEGIN",
            "{\"value\":\"x\"}",
            "value: $3cret",
            "kind: preset",
            "inputs: {client_secret: {valu: s3cret}}",
            "inputs:\n\n      client_secret: s3cret",
        ] {
            assert!(holds_values(text), "{text}");
        }
        for text in [
            "choices: [{value: eu, label: Europe}]",
            "value: \"${env:TOKEN}\"",
            "value: ${file:/run/x}",
            "values: no",
            "inputs: [{key: a}]",
            "inputs:\n  - key: a",
            "name: Value: none",
        ] {
            assert!(!holds_values(text), "{text}");
        }
    }

    #[test]
    fn of_a_line_only_the_key_is_shown_where_a_value_could_stand() {
        let text = "inputs:\n  token: {value: \"a: b, c\"}\n  key: |\n    MIIEvAIBADAN\n\n";
        let shown: Vec<_> = (1..=5).map(|number| line(text, number)).collect();
        assert_eq!(shown, [Some("inputs: …"), Some("  token: …"), Some("  key: …"), Some("…"), None].map(|line| line.map(str::to_owned)));
        assert_eq!(line("name: Desk", 1).as_deref(), Some("name: Desk"));
        assert_eq!(line("name: Desk", 9), None);
    }
}
