//! The request by which a connection type is tried against the real service, and what came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{reason::Reason, template::Template};

/// Declared by the manifest, sent with the connection's auth through the guarded client.
#[derive(Clone, Debug)]
pub struct Check {
    pub method: Method,
    pub url: Template,
    pub headers: BTreeMap<String, Template>,
    /// A JSON body whose strings are templates; only for `Method::Post`.
    pub body: Option<serde_json::Value>,
    pub expect: Expect,
    /// JSON pointer (RFC 6901) to the name of the account in the answer.
    pub account: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

impl Method {
    /// RFC 9110 §9.1.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// Empty: any 2xx.
    pub status: Vec<u16>,
    /// Pointers into the body and the values they must have, for services that refuse with a 200.
    pub body: BTreeMap<String, serde_json::Value>,
}

/// How one check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CheckOutcome {
    Passed {
        account: Option<String>,
    },
    Failed {
        reason: Reason,
    },
    /// The connection type declares no check.
    NotDeclared,
}

impl CheckOutcome {
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Failed { reason } => Some(*reason),
            Self::Passed { .. } | Self::NotDeclared => None,
        }
    }
}
