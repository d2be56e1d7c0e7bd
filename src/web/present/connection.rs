//! A connection's own page, and the two of a disconnect, from what the flows answer.

use std::collections::BTreeMap;

use super::slot::{Drawing, ago, slot};
use crate::{
    domain::{
        check::{CheckOutcome, CheckRun, CheckTrigger},
        ids::InstanceId,
        reason::Reason,
        time::Timestamp,
    },
    flows::{
        Context,
        connect::Question,
        disconnect::{Before, Revocation, Use},
        life::{Life, Renewal},
    },
    web::{
        urls,
        view::{
            Exit, Flash, FlashKind, Form, Frame,
            connections::{self, CheckLine, ConnectionGone, ConnectionShow, Disconnect, OtherAccount},
            slot::{Status, reason as in_words},
        },
        words::Words,
    },
};

/// `told`: what just happened, as a flash or as a notice.
pub fn show(
    context: &Context,
    words: Words,
    id: InstanceId,
    life: &Life,
    csrf: &str,
    told: (Option<String>, Option<String>),
) -> ConnectionShow {
    let (organization, now) = (context.organization().name.as_str(), context.now());
    let (errors, typed) = (Default::default(), BTreeMap::new());
    let drawing = Drawing { words, organization, instance_id: id, now, errors: &errors, typed: &typed, picks: &BTreeMap::new() };
    let summary = &life.slot;
    let form = |action: String| Form { action, csrf: csrf.to_owned(), version: String::new() };
    let mut frame = super::frame(context, Exit::None, told.0);
    frame.flash = told.1.map(|text| Flash { kind: FlashKind::Notice, text }).or(frame.flash);
    let step_href = urls::page(id, &life.page);
    ConnectionShow {
        words,
        frame,
        slot: slot(&drawing, 0, summary, None),
        facts: facts(words, life, organization, now, "customer"),
        checks: life.checks.iter().map(|run| check_line(words, run, &summary.connector, organization, now, "customer")).collect(),
        check: (life.can_check && !life.is_disconnected()).then(|| form(urls::checks(id, &summary.key))),
        sign_in: summary.needs_consent.then(|| form(urls::retries(id, &summary.key))),
        back_href: step_href.clone(),
        step_href,
    }
}

/// `reader`: `customer` or `admin`.
pub(super) fn facts(words: Words, life: &Life, organization: &str, now: Timestamp, reader: &str) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut add = |label: &str, text: Option<String>| facts.extend(text.map(|text| (words.t(label), text)));
    add("life-account", life.slot.account.clone());
    add("life-used-for", Some(uses(words, &life.uses)));
    add("life-access", renewal(words, &life.renewal, &life.slot.connector, organization, now, reader));
    add("life-renewed", life.renewal.last_at.map(|at| ago(words, at, now)));
    add("life-ends", life.renewal.ends_at.map(|at| words.with("life-ends-on", "when", ahead(words, at, now))));
    add("life-checked", Some(life.checks.first().map_or_else(|| words.t("life-never-checked"), |run| ago(words, run.at, now))));
    if let Some(acted) = &life.acted {
        let said = words.with_two("life-acted-on", "when", ago(words, acted.at, now), "reason", &acted.reason);
        facts.push((words.with("life-acted", "organization", organization), said));
    }
    facts
}

pub(super) fn uses(words: Words, uses: &[Use]) -> String {
    let one = |used: &Use| match used.is_on {
        true => words.with("life-use-on", "integration", &used.name),
        false => words.with("life-use-off", "integration", &used.name),
    };
    uses.iter().map(one).collect::<Vec<_>>().join("\n")
}

pub(super) fn renewal(
    words: Words,
    renewal: &Renewal,
    connector: &str,
    organization: &str,
    now: Timestamp,
    reader: &str,
) -> Option<String> {
    match (renewal.next_at, renewal.failing) {
        (Some(next), Some(reason)) => {
            let (title, ..) = in_words(words, reason.code(), reader, connector, organization, "");
            Some(words.with_two("life-renewal-failing", "reason", title, "when", ahead(words, next, now)))
        }
        (Some(next), None) => Some(words.with("life-renews", "when", ahead(words, next, now))),
        (None, _) => None,
    }
}

const DAY_SECONDS: i64 = 86_400;

/// "in a moment", "at 14:02", or the day. UTC.
pub(super) fn ahead(words: Words, at: Timestamp, now: Timestamp) -> String {
    match now.seconds_until(at) {
        ..60 => words.t("time-soon"),
        60..DAY_SECONDS => words.with("time-at", "time", at.clock()),
        _ => words.with("time-on", "day", at.day()),
    }
}

pub(super) fn check_line(words: Words, run: &CheckRun, connector: &str, organization: &str, now: Timestamp, reader: &str) -> CheckLine {
    let (status, result) = match &run.outcome {
        CheckOutcome::Passed { .. } | CheckOutcome::NotDeclared => (Status::Connected, words.t("check-passed")),
        CheckOutcome::Failed { reason } => (Status::NotWorking, in_words(words, reason.code(), reader, connector, organization, "").0),
    };
    let when = ago(words, run.at, now);
    let note = match run.trigger {
        CheckTrigger::Person => when,
        CheckTrigger::Api => words.with_two("check-by-api", "when", when, "organization", organization),
        CheckTrigger::Consent => words.with("check-after-consent", "when", when),
        CheckTrigger::Schedule => words.with("check-by-schedule", "when", when),
        CheckTrigger::Failure => words.with("check-after-failure", "when", when),
    };
    CheckLine { status, result, note, latency: words.with("check-latency", "ms", run.latency_ms) }
}

/// One line about a check that just failed.
pub fn check_failed(words: Words, reason: Reason, connector: &str, organization: &str, account: &str) -> String {
    let (title, ..) = in_words(words, reason.code(), "customer", connector, organization, account);
    words.with("notice-check-failed", "title", title)
}

pub(super) fn stops(words: Words, used: &Use) -> String {
    match used.is_on {
        true => words.with("disconnect-stops-integration", "integration", &used.name),
        false => words.with("disconnect-keeps-off", "integration", &used.name),
    }
}

/// `action`: where the choice is sent.
pub fn other_account(words: Words, frame: Frame, question: Question, action: String, csrf: String) -> OtherAccount {
    let Question { attempt, connector, connected, signed_in, return_to } = question;
    let form = Form { action, csrf, version: attempt.to_string() };
    OtherAccount { words, frame, form, connector, connected, signed_in, back_href: return_to }
}

pub fn disconnect(context: &Context, words: Words, id: InstanceId, before: Before, csrf: String) -> Disconnect {
    Disconnect {
        words,
        frame: super::frame(context, Exit::None, None),
        form: Form { action: urls::disconnection(id, &before.slot.key), csrf, version: String::new() },
        connector: before.slot.connector,
        account: before.slot.account,
        stops: before.uses.iter().map(|used| stops(words, used)).collect(),
        back_href: urls::wizard(id),
    }
}

pub fn disconnected(context: &Context, words: Words, id: InstanceId, life: Life, revocation: Option<Revocation>) -> ConnectionGone {
    let organization = context.organization().name.as_str();
    let connector = life.slot.connector;
    let revocation = revocation.map(|revocation| match revocation {
        Revocation::Revoked => connections::Revocation::Revoked,
        Revocation::NotSupported => connections::Revocation::NotSupported,
        Revocation::Failed(reason) => {
            connections::Revocation::Failed(in_words(words, reason.code(), "customer", &connector, organization, "").0)
        }
    });
    ConnectionGone {
        words,
        frame: super::frame(context, Exit::None, None),
        connector,
        revocation,
        host: life.slot.provider_host,
        step_href: urls::page(id, &life.page),
    }
}
