//! Scalars: without quotes where no reader of YAML could take them for anything but that text.

use std::fmt::Write;

use serde_json::Value as Json;

pub fn scalar(value: &Json) -> String {
    match value {
        Json::String(value) => text(value),
        other => other.to_string(),
    }
}

pub fn text(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    // YAML 1.1 readers know more words for true, false and nothing than 1.2 does.
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    text.starts_with(|c: char| c.is_alphabetic() || c == '/')
        && !text.ends_with(' ')
        && text.chars().all(|c| c.is_alphanumeric() || " _-./()+;=".contains(c))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// A JSON string is a double-quoted YAML scalar, once what is not printable is escaped too (YAML 1.2 §5.1).
fn quoted(text: &str) -> String {
    let json = Json::String(text.to_owned()).to_string();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

/// Several lines that a literal block gives back exactly; other texts with line breaks are quoted.
pub fn is_multi_line(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.starts_with([' ', '\n', '\t'])
        && !body.ends_with('\n')
        && body.lines().all(|line| !line.ends_with([' ', '\t']))
        && body
            .chars()
            .all(|c| c == '\n' || (!c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')))
}

pub fn literal_block(out: &mut String, text: &str, indent: usize) {
    out.push_str(if text.ends_with('\n') { " |" } else { " |-" });
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
}
