//! Events as sentences.

use serde_json::Value as Json;

use crate::{
    domain::{
        access::Actor,
        audit::{AuditAction, AuditEvent},
        time::Timestamp,
    },
    flows::activity::Happened,
    web::{
        present::slot::ago,
        urls,
        view::{
            admin::{
                audit::{Day, Line},
                connections::Happening,
            },
            slot::reason as reason_words,
        },
        words::Words,
    },
};

/// By day, the newest first.
pub fn days(words: Words, happened: &[Happened]) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for one in happened {
        let day = one.event.at.day();
        match days.last_mut().filter(|last| last.day == day) {
            Some(last) => last.lines.push(line(words, one)),
            None => days.push(Day { day, lines: vec![line(words, one)] }),
        }
    }
    days
}

pub fn line(words: Words, happened: &Happened) -> Line {
    let event = &happened.event;
    let reason = event.detail.get("reason").and_then(Json::as_str);
    let title = |code: &str| reason_words(words, code, "admin", &words.t("activity-the-service"), "", "").0;
    Line {
        at: words.with("activity-at", "time", event.at.clock()),
        moment: event.at.to_string(),
        who: who(words, happened),
        did: did(words, event.action, &what(words, happened)),
        customer: happened.customer.clone(),
        customer_href: event.customer_id.map(|id| format!("{}?customer={id}", urls::admin::AUDIT)),
        note: reason.map(title),
        is_bad: reason.is_some(),
    }
}

pub fn did(words: Words, action: AuditAction, what: &str) -> String {
    let key = format!("activity-{}", action.name().replace(['.', '_'], "-"));
    words.find(&key, [("what", what.to_owned())]).unwrap_or_else(|| action.name().to_owned())
}

fn who(words: Words, happened: &Happened) -> String {
    match (&happened.event.actor, happened.actor.as_ref().filter(|name| !name.is_empty())) {
        (Actor::ApiKey { .. }, Some(name)) => words.with("activity-the-key", "name", name),
        (Actor::Acting { .. }, Some(name)) => words.with("activity-acting", "name", name),
        (Actor::System, _) => words.t("activity-jackfield"),
        (_, Some(name)) => name.clone(),
        (Actor::ApiKey { .. }, None) => words.t("activity-a-key"),
        (Actor::OrgUser { .. } | Actor::Acting { .. }, None) => words.t("activity-someone-of-yours"),
        (Actor::CustomerUser { .. }, None) => words.t("activity-someone"),
    }
}

/// What it was done to, as far as the event says.
fn what(words: Words, happened: &Happened) -> String {
    let event = &happened.event;
    let text = |key: &str| event.detail.get(key).and_then(Json::as_str).map(ToOwned::to_owned);
    let integration = happened.integration.clone().or_else(|| text("integration"));
    match (event.connection_id, text("slot"), integration) {
        (_, Some(slot), Some(integration)) => words.with_two("activity-of", "slot", slot, "integration", integration),
        (_, Some(slot), None) => slot,
        (Some(_), None, Some(integration)) => {
            words.with_two("activity-of", "slot", words.t("activity-a-connection"), "integration", integration)
        }
        (Some(_), None, None) => words.t("activity-a-connection"),
        (None, None, Some(integration)) => integration,
        (None, None, None) => {
            ["name", "email", "external_id"].into_iter().find_map(text).unwrap_or_else(|| words.t("activity-an-integration"))
        }
    }
}

/// As a line on the page of the connection that it is about: what of it, when, and who in a word.
pub fn happening(words: Words, event: &AuditEvent, connector: &str, organization: &str, now: Timestamp) -> Happening {
    let key = format!("happening-{}", event.action.name().replace(['.', '_'], "-"));
    let failed = event.detail["reason"].as_str().map(|code| reason_words(words, code, "admin", connector, organization, "").0);
    let what = match failed {
        Some(title) => words.find(&format!("{key}-failed"), [("reason", title)]),
        None => None,
    };
    let what = what.or_else(|| words.find(&key, [])).unwrap_or_else(|| words.with("happening-other", "action", event.action.name()));
    let note = words.with_two("happening-note", "when", ago(words, event.at, now), "who", by_whom(words, &event.actor, organization));
    Happening { what, note }
}

fn by_whom(words: Words, actor: &Actor, organization: &str) -> String {
    match actor {
        Actor::CustomerUser { user: Some(user), .. } => words.with("who-customer-user", "name", &user.name),
        Actor::CustomerUser { user: None, .. } => words.t("who-customer"),
        Actor::OrgUser { .. } => words.with("who-org-user", "organization", organization),
        Actor::Acting { reason, .. } => words.with_two("who-acting", "organization", organization, "reason", reason),
        Actor::ApiKey { .. } => words.t("who-api"),
        Actor::System => words.t("who-system"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_words() {
        for action in AuditAction::ALL {
            let did = did(Words::english(), *action, "tasks");
            assert!(did != action.name() && !did.contains('{'), "{}: a line in locales/en/activity.ftl is missing", action.name());
        }
    }
}
