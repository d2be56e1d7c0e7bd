//! `check`: the request by which a connection is tried, and what its answer must be.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    auth::{headers, pointer},
    reader::{Object, Reading},
    suggest::did_you_mean,
    tree::{Content, Node},
};
use crate::domain::{
    check::{Check, EVERY_MIN_SECONDS, Expect, Method},
    key::Key,
    template::Template,
};

pub fn check(node: &Node, reading: &mut Reading<'_>) -> Option<Check> {
    let mut object = Object::of(node, "`check`", reading)?;
    let (get, post) = (object.take("get"), object.take("post"));
    let (method, url) = match (get, post) {
        (Some(url), None) => (Method::Get, reading.template(url, "get")),
        (None, Some(url)) => (Method::Post, reading.template(url, "post")),
        (Some(_), Some(post)) => {
            reading.problem(post.at, "a check has one request: keep either `get` or `post`");
            (Method::Post, None)
        }
        (None, None) => {
            reading.problem(node.at, "`check` needs the address to ask: `get` or `post`");
            (Method::Get, None)
        }
    };
    if let (Some(template), Some(node)) = (&url, get.or(post))
        && !template.is_url()
        && !template.as_str().starts_with("{{")
    {
        reading.problem(node.at, format!("`{template}` is not a web address: begin it with https:// or with an input that holds one"));
    }
    let headers = object.take("headers").map(|node| headers(node, "headers", reading)).unwrap_or_default();
    let body = object.take("body");
    if let (Method::Get, Some(body)) = (method, body) {
        reading.problem(body.at, "only a `post` has a `body`");
    }
    let expect = object.take("expect").map(|node| expect(node, reading)).unwrap_or_else(anything);
    let account = object.take("account").and_then(|node| pointer(node, "account", reading));
    let every_seconds = object.take("every").and_then(|node| every(node, reading));
    object.finish(reading);
    Some(Check { method, url: url?, headers, body: body.map(Node::to_json), expect, account, every_seconds })
}

/// Letter → seconds, the longest first.
const UNITS: [(char, i64); 3] = [('d', 86_400), ('h', 3_600), ('m', 60)];
const EVERY_MAX_SECONDS: i64 = 30 * 86_400;

/// `90m`, `1h`, `1d`.
fn every(node: &Node, reading: &mut Reading<'_>) -> Option<i64> {
    let text = reading.text(node, "every")?;
    let seconds = UNITS.iter().find_map(|(letter, unit)| text.strip_suffix(*letter)?.parse::<i64>().ok()?.checked_mul(*unit));
    match seconds {
        Some(seconds) if (EVERY_MIN_SECONDS..=EVERY_MAX_SECONDS).contains(&seconds) => return Some(seconds),
        Some(_) => reading.problem(node.at, "`every` is between 5 minutes and 30 days"),
        None => reading.problem(node.at, "`every` is a whole number and `m`, `h` or `d`, like `30m`, `1h` or `1d`"),
    }
    None
}

/// As `every` reads it.
pub fn every_in_words(seconds: i64) -> String {
    let (letter, unit) = UNITS.into_iter().find(|(_, unit)| seconds % unit == 0).unwrap_or(('m', 60));
    format!("{}{letter}", seconds / unit)
}

const fn anything() -> Expect {
    Expect { status: Vec::new(), body: BTreeMap::new() }
}

fn expect(node: &Node, reading: &mut Reading<'_>) -> Expect {
    let mut expect = anything();
    let Some(mut object) = Object::of(node, "`expect`", reading) else { return expect };
    if let Some(node) = object.take("status") {
        let one = std::slice::from_ref(node);
        let statuses = if matches!(node.content, Content::List(_)) { reading.list(node, "status") } else { one };
        expect.status = statuses.iter().filter_map(|node| status(node, reading)).collect();
    }
    if let Some(node) = object.take("body") {
        for (name, node) in reading.entries(node, "body") {
            if name.text.starts_with('/') {
                expect.body.insert(name.text.clone(), node.to_json());
            } else {
                reading.problem(name.at, format!("a key of `body` is a JSON pointer and begins with a slash: `/{}`", name.text));
            }
        }
    }
    object.finish(reading);
    expect
}

fn status(node: &Node, reading: &mut Reading<'_>) -> Option<u16> {
    let status = reading.scalar(node, "status")?.to_json().as_u64().and_then(|n| u16::try_from(n).ok()).filter(|n| (100..600).contains(n));
    if status.is_none() {
        reading.problem(node.at, "`status` is an HTTP status between 100 and 599, or a list of them");
    }
    status
}

/// The strings of a body are templates; the type's soundness looks only at the address and the headers.
pub fn body_templates(check: &Node, keys: &BTreeSet<&Key>, reading: &mut Reading<'_>) {
    if let Some(body) = check.get("body") {
        strings(body, &mut |node, text| match Template::parse(text) {
            Err(error) => reading.problem(node.at, error.to_string()),
            Ok(template) => {
                for unknown in template.keys().filter(|key| !keys.contains(key) && key.as_str() != "access_token") {
                    let hint = did_you_mean(unknown.as_str(), keys.iter().map(|key| key.as_str())).unwrap_or_default();
                    reading.problem(node.at, format!("the template names `{unknown}`, which is no input of this type{hint}"));
                }
            }
        });
    }
}

fn strings(node: &Node, visit: &mut impl FnMut(&Node, &str)) {
    match &node.content {
        Content::Scalar(scalar) => visit(node, &scalar.text),
        Content::List(items) => items.iter().for_each(|item| strings(item, visit)),
        Content::Map(entries) => entries.iter().for_each(|(_, node)| strings(node, visit)),
    }
}
