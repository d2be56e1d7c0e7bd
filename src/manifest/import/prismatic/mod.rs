//! Prismatic's published connections as plain JSON: a list of `{component, componentDisplay, connection}`, functions as `{"$fn": …}`.

mod connection;
mod input;
mod template;

use serde_json::{Map, Value as Json, json};

use super::{Imported, Report};
use crate::{domain::key::Key, manifest::yaml::to_yaml};

/// What describes the list itself, and says nothing about how to connect.
const ENVELOPE: [&str; 6] = ["component", "componentKey", "componentDisplay", "published", "helper", "connection"];

pub fn prismatic(json: &str) -> Result<Imported, String> {
    let definitions: Json = serde_json::from_str(json).map_err(|error| format!("this is not JSON: {error}"))?;
    let definitions = match definitions {
        Json::Array(items) => items,
        one @ Json::Object(_) => vec![one],
        _ => return Err("expected a list of definitions, each with a `component` and a `connection`".into()),
    };
    let mut report = Report::new();
    let mut connectors: Vec<Json> = Vec::new();
    for (at, definition) in definitions.iter().enumerate() {
        match definition["component"].as_str().and_then(connector_key) {
            Some(key) => definition_into(&mut connectors, &key, definition, &mut report),
            None => report.lines.push(format!("definition {}: it names no component, so it is left out", at + 1)),
        }
    }
    connectors.retain(|connector| {
        let whole = connector["connection_types"].as_array().is_some_and(|types| !types.is_empty());
        if !whole {
            report.lines.push(format!("{}: no connection of it could be taken over, so it is left out", text(connector, "key")));
        }
        whole
    });
    Ok(Imported { yaml: to_yaml(&connectors), not_expressed: report.lines })
}

fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json[key].as_str().unwrap_or_default()
}

/// A dot would part the connector from its type in `connector.type`.
fn connector_key(component: &str) -> Option<Key> {
    Key::parse(component.trim().replace('.', "-")).ok()
}

fn definition_into(connectors: &mut Vec<Json>, key: &Key, definition: &Json, report: &mut Report) {
    report.within(key.as_str(), |report| {
        let at = connectors.iter().position(|connector| connector["key"] == key.as_str()).unwrap_or_else(|| {
            connectors.push(connector(key, definition, report));
            connectors.len() - 1
        });
        for property in definition.as_object().into_iter().flat_map(Map::keys).filter(|p| !ENVELOPE.contains(&p.as_str())) {
            report.note(format!("`{property}`"));
        }
        let Some(types) = connectors[at]["connection_types"].as_array_mut() else { return };
        let taken: Vec<String> = types.iter().map(|t| text(t, "key").to_owned()).collect();
        types.extend(connection::connection_type(&definition["connection"], &taken, report));
    })
}

fn connector(key: &Key, definition: &Json, report: &mut Report) -> Json {
    let display = &definition["componentDisplay"];
    if text(definition, "component") != key.as_str() {
        report.note(format!("its component is `{}`; a connector's key has no dot and no outer space", text(definition, "component")));
    }
    let name = one_line(text(display, "label"));
    let mut connector = Map::from_iter([
        ("kind".to_owned(), json!("connector")),
        ("key".to_owned(), json!(key)),
        ("name".to_owned(), json!(if name.is_empty() { key.as_str() } else { &name })),
    ]);
    for (property, value) in display.as_object().into_iter().flatten() {
        match (property.as_str(), value.as_str()) {
            ("label", _) | (_, Some("")) => {}
            ("documentationUrl", Some(url)) if url.starts_with("https://") && url::Url::parse(url).is_ok() => {
                connector.insert("docs_url".into(), json!(url));
            }
            ("iconPath", Some(path)) => report.note(format!("icon `{path}`; put an SVG beside the manifest and name it in `icon`")),
            _ => report.note(format!("`{property}` of the component")),
        }
    }
    connector.insert("connection_types".into(), json!([]));
    Json::Object(connector)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
