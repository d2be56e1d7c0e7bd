//! Bodies as YAML for people, in the style of the catalogue: blocks outside, one line for what fits on one.

mod scalar;

use serde_json::{Map, Value as Json, json};

use super::overrides::SECRET;
use scalar::{is_multi_line, literal_block, scalar, text};

const LINE_WIDTH: usize = 120;

/// One document a body. Where a body marks a secret stands a placeholder with a name of its own: `"${env:OUR_APP_CLIENT_SECRET}"`.
pub fn to_yaml<'b>(bodies: impl IntoIterator<Item = &'b Json>) -> String {
    let documents = bodies.into_iter().map(|body| {
        let mut out = String::new();
        match named_secrets(body) {
            Json::Object(map) if !map.is_empty() => block_map(&mut out, &map, 0),
            other => out.push_str(&flow(&other)),
        }
        out.trim_start_matches('\n').to_owned() + "\n"
    });
    documents.collect::<Vec<_>>().join("---\n")
}

fn named_secrets(body: &Json) -> Json {
    let mut body = body.clone();
    let document = body["key"].as_str().unwrap_or_default().to_owned();
    if let Some(inputs) = body.get_mut("inputs") {
        name_secrets(inputs, &[&document]);
    }
    let pages = body.get_mut("pages").and_then(Json::as_array_mut).into_iter().flatten();
    for element in pages.filter_map(|page| page.get_mut("elements")?.as_array_mut()).flatten() {
        let slot = element["connection"].as_str().map(str::to_owned);
        if let (Some(slot), Some(inputs)) = (slot, element.get_mut("inputs")) {
            name_secrets(inputs, &[&document, &slot]);
        }
    }
    body
}

fn name_secrets(inputs: &mut Json, path: &[&str]) {
    for (key, entry) in inputs.as_object_mut().into_iter().flatten() {
        let Some(entry) = entry.as_object_mut().filter(|entry| entry.contains_key(SECRET)) else { continue };
        let name: String = [path, &[key.as_str()]]
            .concat()
            .join("_")
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
            .collect();
        let rest = entry.iter().filter(|(key, _)| *key != SECRET).map(|(key, value)| (key.clone(), value.clone()));
        *entry = std::iter::once(("value".to_owned(), json!(format!("${{env:{name}}}")))).chain(rest).collect();
    }
}

fn line_start(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

fn block_map(out: &mut String, map: &Map<String, Json>, indent: usize) {
    for (at, (key, value)) in map.iter().enumerate() {
        // The first key of a list's item stands behind its dash.
        if at > 0 || indent == 0 || !out.ends_with("- ") {
            line_start(out, indent);
        }
        out.push_str(&text(key));
        out.push(':');
        under_key(out, key, value, indent);
    }
}

fn under_key(out: &mut String, key: &str, value: &Json, indent: usize) {
    let column = out.rsplit('\n').next().map_or(0, |line| line.chars().count());
    if let Json::String(value) = value
        && is_multi_line(value)
    {
        literal_block(out, value, indent + 2);
        return;
    }
    if fits(key, value, column + 1) {
        out.push(' ');
        out.push_str(&flow(value));
        return;
    }
    match value {
        Json::Object(map) => block_map(out, map, indent + 2),
        Json::Array(items) => block_list(out, items, indent + 2),
        _ => unreachable!("a scalar fits everywhere"),
    }
}

fn block_list(out: &mut String, items: &[Json], indent: usize) {
    for item in items {
        line_start(out, indent);
        out.push_str("- ");
        match item {
            Json::Object(map) if !fits("", item, indent + 2) => block_map(out, map, indent + 2),
            Json::Array(items) if !items.is_empty() && !fits("", item, indent + 2) => block_list(out, items, indent + 2),
            _ => out.push_str(&flow(item)),
        }
    }
}

/// Whether a value may stand on the line that has been begun.
fn fits(key: &str, value: &Json, column: usize) -> bool {
    match value {
        Json::Object(map) if map.is_empty() => true,
        Json::Array(items) if items.is_empty() => true,
        Json::Object(map) if map.contains_key("connection") => false,
        Json::Object(_) | Json::Array(_) => is_flowing(key, value) && column + flow(value).chars().count() <= LINE_WIDTH,
        _ => true,
    }
}

/// Lists of mappings are blocks, but for short choices; so is whatever holds one.
fn is_flowing(key: &str, value: &Json) -> bool {
    match value {
        Json::String(text) => !is_multi_line(text),
        Json::Array(items) => items.iter().all(|item| (key == "choices" || !item.is_object()) && is_flowing("", item)),
        Json::Object(map) => map.iter().all(|(key, value)| is_flowing(key, value)),
        _ => true,
    }
}

fn flow(value: &Json) -> String {
    match value {
        Json::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::Object(map) => {
            let entries = map.iter().map(|(key, value)| format!("{}: {}", text(key), flow(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => scalar(other),
    }
}

#[cfg(test)]
mod tests;
