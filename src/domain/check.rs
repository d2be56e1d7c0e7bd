//! The request by which a connection type is tried against the real service, and what came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{reason::Reason, template::Template, time::Timestamp};

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
    /// Runs by itself this often; `None`: only when somebody asks.
    pub every_seconds: Option<i64>,
}

/// What is asked more often than this is not for a check to watch.
pub const EVERY_MIN_SECONDS: i64 = 300;
/// How many of a connection's checks are kept.
pub const HISTORY: i64 = 20;

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

/// One check that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRun {
    pub at: Timestamp,
    pub outcome: CheckOutcome,
    /// From asking to the answer, a forced refresh included.
    pub latency_ms: i64,
    pub trigger: CheckTrigger,
}

/// What asked for a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckTrigger {
    /// Saved or checked on a page.
    Person,
    Api,
    /// Back from the provider's consent page.
    Consent,
    Schedule,
    /// A step told that the service refused it.
    Failure,
}

impl CheckTrigger {
    pub const ALL: [Self; 5] = [Self::Person, Self::Api, Self::Consent, Self::Schedule, Self::Failure];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Api => "api",
            Self::Consent => "consent",
            Self::Schedule => "schedule",
            Self::Failure => "failure",
        }
    }
}

impl std::str::FromStr for CheckTrigger {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == text).ok_or(())
    }
}
