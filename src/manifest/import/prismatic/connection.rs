//! One connection → one connection type.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::{super::Report, input, one_line, template, text};
use crate::{
    domain::{connection_type::standard, key::Key},
    manifest::{connector::is_sound_type, tree::Node},
};

/// Names of OAuth's own inputs there and here.
const STANDARD: [(&str, &str); 8] = [
    ("authorizeUrl", standard::AUTHORIZE_URL),
    ("tokenUrl", standard::TOKEN_URL),
    ("refreshUrl", standard::REFRESH_URL),
    ("revokeUrl", standard::REVOKE_URL),
    ("scopes", standard::SCOPES),
    ("clientId", standard::CLIENT_ID),
    ("clientSecret", standard::CLIENT_SECRET),
    ("headers", standard::HEADERS),
];

const EXPRESSED: [&str; 6] = ["key", "label", "display", "oauth2Type", "oauth2PkceMethod", "inputs"];

/// Input names there → keys here.
pub type Keys = BTreeMap<String, Key>;

/// `taken`: keys of the connector's other types. `None`: it could not be taken over, which is noted.
pub fn connection_type(connection: &Json, taken: &[String], report: &mut Report) -> Option<Json> {
    let Some(key) = Key::parse(text(connection, "key").trim()).ok().map(|key| free(&key, taken)) else {
        report.note("a connection without a usable key is left out");
        return None;
    };
    report.within(key.as_str(), |report| {
        if key.as_str() != text(connection, "key") {
            report.note(format!("its key `{}` is taken already or has outer space; it became `{key}`", text(connection, "key")));
        }
        not_expressed(connection, report);
        let auth = auth(connection, report);
        let oauth = auth["kind"] == "oauth2";
        let mut inputs = inputs(connection, oauth, report);
        if oauth {
            complete(&mut inputs, &auth, report);
        }
        let mut body = json!({"key": key, "name": name(connection, &key), "auth": auth, "inputs": inputs});
        make_sound(&mut body, report).then_some(body)
    })
}

fn free(key: &Key, taken: &[String]) -> Key {
    let numbered = (2..).map(|n| format!("{key}_{n}"));
    let mut candidates = std::iter::once(key.to_string()).chain(numbered);
    let free = candidates.find(|candidate| !taken.contains(candidate)).and_then(|free| Key::parse(free).ok());
    free.unwrap_or_else(|| key.clone())
}

fn name(connection: &Json, key: &Key) -> String {
    let labels = [text(&connection["display"], "label"), text(connection, "label")];
    labels.into_iter().map(one_line).find(|label| !label.is_empty()).unwrap_or_else(|| key.to_string())
}

fn not_expressed(connection: &Json, report: &mut Report) {
    for (property, value) in connection.as_object().into_iter().flatten().filter(|(p, _)| !EXPRESSED.contains(&p.as_str())) {
        match (property.as_str(), value.as_str()) {
            (_, Some("")) => {}
            ("comments", Some(comments)) => report.note(format!("comments “{}”", shortened(comments))),
            ("iconPath", Some(path)) => report.note(format!("icon `{path}`; a connection type has none of its own")),
            _ => report.note(format!("`{property}`")),
        }
    }
    for (property, value) in connection["display"].as_object().into_iter().flatten() {
        match (property.as_str(), value.as_str()) {
            ("label", _) | (_, Some("")) => {}
            ("description", Some(description)) => report.note(format!("description “{}”", shortened(description))),
            _ => report.note(format!("`{property}` of its display")),
        }
    }
}

fn shortened(prose: &str) -> String {
    const MAX: usize = 80;
    let line = one_line(prose);
    if line.chars().count() <= MAX { line } else { line.chars().take(MAX).collect::<String>() + "…" }
}

fn auth(connection: &Json, report: &mut Report) -> Json {
    let mut auth = match connection["oauth2Type"].as_str() {
        Some("authorization_code") => json!({"kind": "oauth2", "grant": "authorization_code", "pkce": "none"}),
        Some("client_credentials") => json!({"kind": "oauth2", "grant": "client_credentials"}),
        other => {
            if let Some(other) = other {
                report.note(format!("OAuth 2.0 grant `{other}`; its values are asked for, and no token is obtained"));
            }
            json!({"kind": "fields"})
        }
    };
    match (connection["oauth2PkceMethod"].as_str(), auth.get_mut("pkce")) {
        (None | Some("none"), _) => {}
        (Some("S256"), Some(pkce)) => *pkce = json!("S256"),
        (Some("plain"), Some(pkce)) => *pkce = json!("plain"),
        (Some(other), _) => report.note(format!("PKCE method `{other}`")),
    }
    auth
}

fn inputs(connection: &Json, oauth: bool, report: &mut Report) -> Vec<Json> {
    let mut keys = Keys::new();
    let mut definitions: Vec<(Key, &Map<String, Json>)> = Vec::new();
    for (name, definition) in connection["inputs"].as_object().into_iter().flatten() {
        let standard = STANDARD.iter().find(|(there, _)| oauth && there == name).map_or(name.as_str(), |(_, here)| here);
        match (Key::parse(standard.trim()).ok(), definition.as_object()) {
            (Some(key), Some(definition)) => {
                let taken: Vec<String> = definitions.iter().map(|(key, _)| key.to_string()).collect();
                let free = free(&key, &taken);
                if free != key {
                    report.note(format!("two inputs have the key `{key}`; the second became `{free}`"));
                }
                keys.insert(name.clone(), free.clone());
                definitions.push((free, definition));
            }
            _ => report.note(format!("input `{name}` has no usable key or definition; it is left out")),
        }
    }
    let converted = definitions
        .into_iter()
        .map(|(key, definition)| report.within(key.as_str(), |report| input::input(&key, definition, oauth, &keys, report)));
    converted.collect()
}

/// What the grant cannot do without; the organization sets it in a slot or a preset.
fn complete(inputs: &mut Vec<Json>, auth: &Json, report: &mut Report) {
    let code = auth["grant"] == "authorization_code";
    for key in [standard::AUTHORIZE_URL, standard::TOKEN_URL, standard::CLIENT_ID] {
        if (code || key != standard::AUTHORIZE_URL) && !inputs.iter().any(|input| input["key"] == key) {
            report.note(format!("it has no `{key}`; set it in a preset or in the integration's slot"));
            inputs.push(json!({"key": key, "type": "string", "visibility": "organization"}));
        }
    }
}

/// The reader has the last word. Templates are what inputs can wrongly do to each other, so they go first, and are noted.
fn make_sound(body: &mut Json, report: &mut Report) -> bool {
    if is_sound_type(&Node::from_json(body)).is_ok() {
        return true;
    }
    for input in body["inputs"].as_array_mut().into_iter().flatten() {
        template::set_apart(input, report);
    }
    match is_sound_type(&Node::from_json(body)) {
        Ok(()) => true,
        Err(message) => {
            report.note(format!("it is left out: {message}"));
            false
        }
    }
}
