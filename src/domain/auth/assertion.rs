//! What a signed assertion (RFC 7523 §3) says, and with what it is signed.

use std::collections::BTreeMap;

use crate::domain::template::Template;

/// RFC 7518 §3.1, RFC 8037 §3.1: the algorithms of private keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningAlgorithm {
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

/// The grant of `Grant::JwtBearer`, rendered from the inputs anew for each token.
#[derive(Clone, Debug)]
pub struct Assertion {
    pub issuer: Template,
    pub subject: Option<Template>,
    pub audience: Template,
    /// From its making to its `exp`; most providers refuse more than an hour.
    pub expires_in_seconds: i64,
    pub algorithm: SigningAlgorithm,
    /// PEM.
    pub key: Template,
    pub key_id: Option<Template>,
    /// Further claims, each a text (`scope`, `box_sub_type`).
    pub claims: BTreeMap<String, Template>,
}

impl Assertion {
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let ours = [&self.issuer, &self.audience, &self.key];
        ours.into_iter().chain(&self.subject).chain(&self.key_id).chain(self.claims.values())
    }
}
