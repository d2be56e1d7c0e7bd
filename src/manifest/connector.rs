//! `kind: connector`: a service and its connection types. What makes a type unsound is found by the domain; here it gets a place.

use std::collections::BTreeSet;

use super::{
    auth,
    check::{body_templates, check},
    input::{PlacedInput, Role, input, place, type_shown_when},
    placeholder::ValidateOnly,
    reader::{Object, Reading},
    tree::{At, Node},
};
use crate::domain::{
    auth::Auth,
    connection_type::{ConnectionType, Flaw, FlawKind, FlawPlace, standard},
    connector::Connector,
    key::Key,
};

/// `None` if it has no usable key. Otherwise all that could be read, so that other documents' references to it are checked;
/// whether it is right is for `reading.problems` to say.
pub fn connector(mut object: Object<'_>, reading: &mut Reading<'_>) -> Option<Connector> {
    let key_node = object.need("key", reading);
    let key = key_node.and_then(|node| reading.key(node, "key"));
    if let (Some(node), Some(key)) = (key_node, &key)
        && key.as_str().contains('.')
    {
        reading.problem(node.at, "a connector's key has no dot: `connector.type` is how its types are named");
    }
    let name = object.need_text("name", reading);
    let icon = object.take("icon").and_then(|node| icon(node, reading));
    let docs_url = object.take("docs_url").and_then(|node| web_address(node, "docs_url", reading));
    let mut connection_types: Vec<ConnectionType> = Vec::new();
    if let Some(node) = object.need("connection_types", reading) {
        let items = reading.list(node, "connection_types");
        if items.is_empty() {
            reading.problem(node.at, "a connector has at least one connection type");
        }
        for item in items {
            let Some(connection_type) = connection_type(item, reading) else { continue };
            if connection_types.iter().any(|other| other.key() == connection_type.key()) {
                let message = format!("two connection types have the key `{}`; give one of them another key", connection_type.key());
                reading.problem(place(item, &["key"]), message);
            }
            connection_types.push(connection_type);
        }
    }
    object.finish(reading);
    Some(Connector { key: key?, name: name.unwrap_or_default(), icon, docs_url, connection_types })
}

fn icon(node: &Node, reading: &mut Reading<'_>) -> Option<String> {
    let icon = reading.text(node, "icon")?;
    if !icon.ends_with(".svg") || icon.contains(['/', '\\']) {
        reading.problem(node.at, "`icon` is the name of an SVG file beside the manifest, like `zendesk.svg`");
    }
    Some(icon)
}

fn web_address(node: &Node, what: &str, reading: &mut Reading<'_>) -> Option<String> {
    let text = reading.text(node, what)?;
    if !url::Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "https" | "http")) {
        reading.problem(node.at, format!("`{what}` is a web address that begins with https://"));
    }
    Some(text)
}

fn connection_type(node: &Node, reading: &mut Reading<'_>) -> Option<ConnectionType> {
    let mut object = Object::of(node, "a connection type", reading)?;
    let key = object.need_key("key", reading);
    let name = object.need_text("name", reading);
    let auth_node = object.need("auth", reading);
    let auth = auth_node.and_then(|node| auth::auth(node, reading)).unwrap_or(Auth::Fields);
    let mut all_have_keys = true;
    let mut placed: Vec<PlacedInput<'_>> = Vec::new();
    if let Some(list) = object.take("inputs") {
        for item in reading.list(list, "inputs") {
            match input(item, Role::Input, reading) {
                Some(input) => placed.push(input),
                None => all_have_keys = false,
            }
        }
    }
    let check_node = object.take("check");
    let check = check_node.and_then(|node| check(node, reading));
    object.finish(reading);
    type_shown_when(&mut placed, reading);
    if !all_have_keys {
        return None;
    }
    let nodes: Vec<&Node> = placed.iter().map(|placed| placed.node).collect();
    let inputs: Vec<_> = placed.into_iter().map(|placed| placed.input).collect();
    if let Some(node) = check_node {
        body_templates(node, &inputs.iter().map(|input| &input.key).collect::<BTreeSet<&Key>>(), reading);
    }
    ConnectionType::new(key?, name.unwrap_or_default(), auth, inputs, check)
        .map_err(|flaws| {
            let places = Places { connection_type: node, inputs: &nodes };
            for flaw in flaws {
                reading.problem(places.of(&flaw), flaw.kind.to_string());
            }
        })
        .ok()
}

/// Whether a connection type would be read without a mistake; the first one otherwise.
pub fn is_sound_type(node: &Node) -> Result<(), String> {
    let mut reading = Reading::of_source(&ValidateOnly);
    let read = connection_type(node, &mut reading);
    match reading.problems.into_iter().next() {
        Some(problem) => Err(problem.message),
        None => read.map(|_| ()).ok_or_else(|| "it cannot be read".into()),
    }
}

struct Places<'n> {
    connection_type: &'n Node,
    inputs: &'n [&'n Node],
}

impl Places<'_> {
    fn of(&self, flaw: &Flaw) -> At {
        match (&flaw.at, &flaw.kind) {
            (FlawPlace::Input(at), kind) => self.inputs.get(*at).map_or(self.connection_type.at, |node| place(node, in_input(kind))),
            (FlawPlace::Auth, FlawKind::SecretInAuthorizeUrl(_)) => {
                let computed =
                    self.inputs.iter().filter(|node| node.get("key").is_some_and(|k| k.find_text(standard::AUTHORIZE_URL).is_some()));
                computed.filter_map(|node| node.get("template")).map(|node| node.at).next().unwrap_or_else(|| self.part("auth", &flaw.kind))
            }
            (FlawPlace::Auth, kind) => self.part("auth", kind),
            (FlawPlace::Check, kind) => self.part("check", kind),
            (FlawPlace::Type, FlawKind::MissingStandardInput(_)) => place(self.connection_type, &["inputs"]),
            (FlawPlace::Type, _) => self.connection_type.at,
        }
    }

    /// Within `auth` or `check`: the very text that names the unknown key.
    fn part(&self, part: &str, kind: &FlawKind) -> At {
        let Some(node) = self.connection_type.get(part) else { return self.connection_type.at };
        let named = match kind {
            FlawKind::UnknownKey { unknown, .. } => {
                node.find_text(&format!("{{{{{unknown}}}}}")).or_else(|| node.find_text(unknown.as_str()))
            }
            _ => None,
        };
        named.unwrap_or(node).at
    }
}

pub const fn in_input(kind: &FlawKind) -> &'static [&'static str] {
    match kind {
        FlawKind::DuplicateKey(_) => &["key"],
        FlawKind::UnknownKey { .. } | FlawKind::Cycle(_) | FlawKind::SecretInAuthorizeUrl(_) => &["template"],
        FlawKind::ShownWhenUnknown(_) | FlawKind::ShownWhenSecret(_) => &["shown_when", "input"],
        FlawKind::BadDefault(_) | FlawKind::SecretDefault => &["default"],
        FlawKind::NoChoices | FlawKind::DuplicateChoice(_) => &["choices"],
        FlawKind::BadBounds => &["min"],
        FlawKind::MissingStandardInput(_) | FlawKind::NoLabel | FlawKind::OpenSigningKey => &[],
    }
}
