//! `templateValue`: `{{#otherInput}}` → `{{other_input}}`.

use serde_json::{Value as Json, json};

use super::{super::Report, connection::Keys};
use crate::domain::template::Template;

/// Every name must be an input of the connection.
pub fn converted(source: &str, keys: &Keys) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = source;
    while let Some((literal, tail)) = rest.split_once("{{") {
        let (inner, tail) = tail.split_once("}}").ok_or("`{{` without its `}}`")?;
        let name = inner.trim();
        let name = name.strip_prefix('#').unwrap_or(name).trim();
        let key = keys.get(name).ok_or_else(|| format!("it names `{name}`, which is no input of this connection"))?;
        out.push_str(literal);
        out.push_str(&format!("{{{{{key}}}}}"));
        rest = tail;
    }
    out.push_str(rest);
    Template::parse(&out).map(|_| out).map_err(|error| error.to_string())
}

/// Makes a computed input an ordinary one, which the organization fills.
pub fn set_apart(input: &mut Json, report: &mut Report) {
    let Some(input) = input.as_object_mut() else { return };
    let Some(template) = input.remove("template") else { return };
    let key = input.get("key").and_then(Json::as_str).unwrap_or_default();
    report.note(format!("{key}: template {template}; the organization sets its value instead"));
    input.insert("type".into(), json!("string"));
    input.insert("visibility".into(), json!("organization"));
}
