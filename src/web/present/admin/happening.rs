//! What happened, in words: an audit event as a line that people read.

use crate::{
    domain::{access::Actor, audit::AuditEvent, time::Timestamp},
    web::{
        present::slot::ago,
        view::{admin::connections::Happening, slot::reason},
        words::Words,
    },
};

pub fn of(words: Words, event: &AuditEvent, connector: &str, organization: &str, now: Timestamp) -> Happening {
    let key = format!("happening-{}", event.action.name().replace(['.', '_'], "-"));
    let failed = event.detail["reason"].as_str().map(|code| reason(words, code, "admin", connector, organization, "").0);
    let what = match failed {
        Some(title) => words.find(&format!("{key}-failed"), [("reason", title)]),
        None => None,
    };
    let what = what.or_else(|| words.find(&key, [])).unwrap_or_else(|| words.with("happening-other", "action", event.action.name()));
    let note = words.with_two("happening-note", "when", ago(words, event.at, now), "who", who(words, &event.actor, organization));
    Happening { what, note }
}

pub fn who(words: Words, actor: &Actor, organization: &str) -> String {
    match actor {
        Actor::CustomerUser { user: Some(user), .. } => words.with("who-customer-user", "name", &user.name),
        Actor::CustomerUser { user: None, .. } => words.t("who-customer"),
        Actor::OrgUser { .. } => words.with("who-org-user", "organization", organization),
        Actor::Acting { reason, .. } => words.with_two("who-acting", "organization", organization, "reason", reason),
        Actor::ApiKey { .. } => words.t("who-api"),
        Actor::System => words.t("who-system"),
    }
}
