//! Who and what the make-believe world is made of: people, apps, scopes, outcomes and keys. Data only.

use serde::{Deserialize, Serialize};

/// Whom a token or a key speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    /// Signed in at the provider: the account behind **Allow**.
    Maya,
    /// The account behind **Another account**.
    Jonas,
    /// The owner of `tasks-demo-key`.
    Operations,
    /// The owner of `tasks-other-key`.
    OtherOperations,
    /// No person: the app itself (client credentials).
    App,
}

impl Person {
    pub fn name(self) -> &'static str {
        match self {
            Self::Maya => "Maya Lindqvist",
            Self::Jonas => "Jonas Weber",
            Self::Operations => "Northwind Operations",
            Self::OtherOperations => "Harbor Lane Operations",
            Self::App => "The app itself",
        }
    }

    pub fn email(self) -> &'static str {
        match self {
            Self::Maya => "maya@northwind.example",
            Self::Jonas => "jonas@harborlane.example",
            Self::Operations => "ops@northwind.example",
            Self::OtherOperations => "ops@harborlane.example",
            Self::App => "app@umbrella.example",
        }
    }

    pub fn workspace(self) -> &'static str {
        match self {
            Self::Maya | Self::Operations => "Northwind",
            Self::Jonas | Self::OtherOperations => "Harbor Lane",
            Self::App => "Umbrella",
        }
    }
}

/// The name on the consent page; a client id that is not listed is its own name.
pub(super) fn app_name(client_id: &str) -> &str {
    match client_id {
        "demo-chat" => "Umbrella Chat",
        "demo-crm" => "Umbrella CRM",
        "demo-docs" => "Umbrella Docs",
        "demo-short" => "Umbrella Quick",
        other => other,
    }
}

/// How long the client's access tokens last.
pub(super) fn access_token_seconds(client_id: &str) -> i64 {
    match client_id {
        "demo-short" => 30,
        _ => 3600,
    }
}

/// What the scope allows, in plain words, where they are known.
pub(super) fn scope_meaning(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "profile" => "See your name and e-mail address",
        "channels:read" => "See the list of your channels",
        "chat:write" => "Post messages in your channels",
        "contacts:read" => "See your contacts",
        "contacts:write" => "Add and change contacts",
        "files:read" => "Read your documents",
        "files:write" => "Add and change documents",
        "offline_access" => "Stay connected while you are away",
        _ => return None,
    })
}

/// A button of the consent page beside Allow and Deny.
pub(super) struct Twist {
    pub decision: &'static str,
    pub label: &'static str,
    pub meaning: &'static str,
}

pub(super) const TWISTS: [Twist; 7] = [
    Twist { decision: "fewer_scopes", label: "Fewer scopes", meaning: "Allows the first permission of the list only." },
    Twist { decision: "another_account", label: "Another account", meaning: "Allows, but as Jonas Weber of Harbor Lane." },
    Twist { decision: "slow", label: "Slow", meaning: "Allows, then takes 8 seconds to hand over the token." },
    Twist { decision: "expired_code", label: "Expired code", meaning: "Allows, but the code is too old when it arrives." },
    Twist { decision: "error_500", label: "Error 500", meaning: "Allows, then breaks when asked for the token." },
    Twist { decision: "cancel", label: "Cancel", meaning: "Leaves without an answer: the person changed their mind." },
    Twist { decision: "needs_administrator", label: "Needs an administrator", meaning: "Says that only an administrator may allow this." },
];

pub(super) const CHANNELS_SCOPE: &str = "channels:read";
pub(super) const CHANNELS: [(&str, &str); 4] =
    [("c-general", "General"), ("c-alerts", "Alerts"), ("c-support", "Support"), ("c-random", "Random")];

pub(super) enum KeyOutcome {
    Works,
    WorksSlowly,
    Forbidden,
    Limited,
    Down,
}

pub(super) struct ApiKey {
    pub key: &'static str,
    pub owner: Person,
    pub outcome: KeyOutcome,
    /// For the page that lists the keys.
    pub meaning: &'static str,
}

pub(super) const API_KEYS: [ApiKey; 6] = [
    ApiKey {
        key: "tasks-demo-key",
        owner: Person::Operations,
        outcome: KeyOutcome::Works,
        meaning: "Works. It belongs to ops@northwind.example.",
    },
    ApiKey {
        key: "tasks-other-key",
        owner: Person::OtherOperations,
        outcome: KeyOutcome::Works,
        meaning: "Works, but belongs to another account: ops@harborlane.example.",
    },
    ApiKey {
        key: "forbidden-key",
        owner: Person::Operations,
        outcome: KeyOutcome::Forbidden,
        meaning: "Is known, but may not do this (403).",
    },
    ApiKey {
        key: "limited-key",
        owner: Person::Operations,
        outcome: KeyOutcome::Limited,
        meaning: "Was used too often: try again in 30 seconds (429).",
    },
    ApiKey {
        key: "down-key",
        owner: Person::Operations,
        outcome: KeyOutcome::Down,
        meaning: "Finds the service down for maintenance (503).",
    },
    ApiKey {
        key: "slow-key",
        owner: Person::Operations,
        outcome: KeyOutcome::WorksSlowly,
        meaning: "Works, but the answer takes 20 seconds.",
    },
];
