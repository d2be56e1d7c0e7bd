//! `auth.assertion`: the claims that we sign to be given a token (RFC 7523 §2.1).

use super::{
    reader::{Object, Reading},
    tree::Node,
};
use crate::domain::auth::{Assertion, SigningAlgorithm};

pub const ALGORITHMS: [(&str, SigningAlgorithm); 4] = [
    ("RS256", SigningAlgorithm::Rs256),
    ("PS256", SigningAlgorithm::Ps256),
    ("ES256", SigningAlgorithm::Es256),
    ("EdDSA", SigningAlgorithm::EdDsa),
];
pub const DEFAULT_LIFE_SECONDS: i64 = 3600;
const MAX_LIFE_SECONDS: i64 = 86_400;
/// What we set ourselves.
const OWN_CLAIMS: [&str; 6] = ["iss", "sub", "aud", "iat", "exp", "jti"];

pub fn assertion(node: &Node, reading: &mut Reading<'_>) -> Option<Assertion> {
    let mut object = Object::of(node, "`assertion`", reading)?;
    let issuer = object.need("issuer", reading).and_then(|node| reading.template(node, "issuer"));
    let audience = object.need("audience", reading).and_then(|node| reading.template(node, "audience"));
    let key = object.need("key", reading).and_then(|node| reading.template(node, "key"));
    let subject = object.take("subject").and_then(|node| reading.template(node, "subject"));
    let key_id = object.take("key_id").and_then(|node| reading.template(node, "key_id"));
    let life = object.take("expires_in").and_then(|node| life(node, reading));
    let algorithm = object.word("algorithm", &ALGORITHMS, SigningAlgorithm::Rs256, reading);
    if let Some(node) = object.take("claims") {
        for (name, _) in reading.entries(node, "claims").iter().filter(|(name, _)| OWN_CLAIMS.contains(&name.text.as_str())) {
            reading.problem(name.at, format!("the claim `{}` is set by the assertion itself; take it out of `claims`", name.text));
        }
    }
    let claims = object.templates("claims", reading);
    object.finish(reading);
    let expires_in_seconds = life.unwrap_or(DEFAULT_LIFE_SECONDS);
    Some(Assertion { issuer: issuer?, subject, audience: audience?, expires_in_seconds, algorithm, key: key?, key_id, claims })
}

fn life(node: &Node, reading: &mut Reading<'_>) -> Option<i64> {
    let seconds = reading.integer(node, "expires_in")?;
    if !(1..=MAX_LIFE_SECONDS).contains(&seconds) {
        reading.problem(node.at, format!("`expires_in` is a number of seconds from 1 to {MAX_LIFE_SECONDS}"));
    }
    Some(seconds)
}
