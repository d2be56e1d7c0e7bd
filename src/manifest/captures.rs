//! `auth.context`: which values of the callback and of the token answer are captured, and under which names.

use super::{
    auth::pointer,
    reader::{Object, Reading},
    tree::{Content, Node},
};
use crate::domain::{
    capture::{CAPTURES_MAX, Capture, Captures, NAME_MAX_CHARS, looks_secret},
    key::Key,
};

#[derive(Clone, Copy)]
enum Source {
    Callback,
    Token,
}

pub fn captures(node: &Node, reading: &mut Reading<'_>) -> Captures {
    let Some(mut object) = Object::of(node, "`context`", reading) else { return Captures::default() };
    let mut read = |key, source| match object.take(key) {
        Some(list) => reading.list(list, key).iter().filter_map(|node| capture(node, source, reading)).collect(),
        None => Vec::new(),
    };
    let captures = Captures { from_callback: read("from_callback", Source::Callback), from_token: read("from_token", Source::Token) };
    object.finish(reading);
    if captures.names().count() > CAPTURES_MAX {
        reading.problem(node.at, format!("at most {CAPTURES_MAX} values are captured"));
    }
    captures
}

/// A name alone stands for the parameter, or the member, of that name.
fn capture(node: &Node, source: Source, reading: &mut Reading<'_>) -> Option<Capture> {
    let Content::Map(_) = node.content else {
        let name = captured_name(node, reading)?;
        let at = match source {
            Source::Callback => name.to_string(),
            Source::Token => format!("/{}", name.as_str().replace('~', "~0").replace('/', "~1")),
        };
        return Some(Capture { name, at });
    };
    let mut object = Object::of(node, "a captured value", reading)?;
    let name = object.need("name", reading).and_then(|node| captured_name(node, reading));
    let at = match source {
        Source::Callback => object.need_text("parameter", reading),
        Source::Token => object.need("pointer", reading).and_then(|node| pointer(node, "pointer", reading)),
    };
    object.finish(reading);
    let (name, at) = (name?, at?);
    refuse_secret(node, at.rsplit('/').next().unwrap_or_default(), reading).then_some(Capture { name, at })
}

fn captured_name(node: &Node, reading: &mut Reading<'_>) -> Option<Key> {
    let name = reading.key(node, "name")?;
    if name.as_str().chars().count() > NAME_MAX_CHARS {
        reading.problem(node.at, format!("the name of a captured value has at most {NAME_MAX_CHARS} characters"));
        return None;
    }
    refuse_secret(node, name.as_str(), reading).then_some(name)
}

fn refuse_secret(node: &Node, name: &str, reading: &mut Reading<'_>) -> bool {
    if looks_secret(name) {
        reading.problem(node.at, format!("`{name}` sounds like a secret, and what is captured is kept in clear: take it away"));
        return false;
    }
    true
}
