//! A slot's summary as a row of the wizard's card.

use std::collections::BTreeMap;

use super::field::{Place, field};
use crate::{
    domain::{
        connection::ConnectionState,
        ids::InstanceId,
        input::Raw,
        key::Key,
        reason::Reason,
        time::Timestamp,
        validation::{Field as At, FieldErrors},
    },
    flows::{
        self, Asked, SlotState, SlotSummary,
        configure::{Pick, SlotProblem},
    },
    web::{
        forms, urls,
        view::{
            field::{Group, Part},
            slot::{Picker, Problem, SavedChoice, SignIn, Slot, Status},
        },
        words::Words,
    },
};

/// What one drawing of a page needs besides the slot itself.
pub struct Drawing<'a> {
    pub words: Words,
    pub organization: &'a str,
    pub instance_id: InstanceId,
    pub now: Timestamp,
    pub errors: &'a FieldErrors,
    pub typed: &'a BTreeMap<At, Raw>,
    /// What was chosen and not accepted, to be shown again.
    pub picks: &'a BTreeMap<Key, Pick>,
}

pub fn status(state: SlotState) -> Status {
    match state {
        SlotState::Managed => Status::Managed,
        SlotState::Connection(ConnectionState::NotConnected) => Status::NotConnected,
        SlotState::Connection(ConnectionState::Checking) => Status::Checking,
        SlotState::Connection(ConnectionState::Connected) => Status::Connected,
        SlotState::Connection(ConnectionState::NeedsReconnecting(_)) => Status::NeedsReconnecting,
        SlotState::Connection(ConnectionState::NotWorking(_)) => Status::NotWorking,
    }
}

pub fn slot(drawing: &Drawing<'_>, number: usize, summary: &SlotSummary, problem: Option<&SlotProblem>) -> Slot {
    let status = status(summary.state);
    let at = |asked: &Asked| At::Input { slot: summary.key.clone(), input: asked.input.key.clone() };
    let managed = status == Status::Managed;
    Slot {
        key: summary.key.to_string(),
        id: format!("slot-{number}"),
        name: summary.label.clone(),
        connector: summary.connector.clone(),
        optional: !summary.required,
        status,
        account: summary.account.clone(),
        checked: summary.checked_at.map(|at| ago(drawing.words, at, drawing.now)),
        problem: words_for(drawing, summary, problem),
        help: (managed && summary.is_failing).then(|| urls::help(drawing.instance_id, &summary.key)),
        parts: parts(drawing, &format!("f-{number}"), &summary.asked, at),
        picker: summary.picker.as_ref().map(|from| picker(drawing, number, summary, from)),
        sign_in: (summary.needs_consent && summary.picker.is_none())
            .then(|| SignIn { action: urls::authorizations(drawing.instance_id, &summary.key), host: summary.provider_host.clone() }),
        details_href: (!managed && status != Status::NotConnected).then(|| urls::connection(drawing.instance_id, &summary.key)),
        disconnect_href: (!managed && status != Status::NotConnected).then(|| urls::disconnection(drawing.instance_id, &summary.key)),
    }
}

fn picker(drawing: &Drawing<'_>, number: usize, summary: &SlotSummary, from: &flows::Picker) -> Picker {
    let words = drawing.words;
    let action = urls::authorizations(drawing.instance_id, &summary.key);
    let picked = drawing.picks.get(&summary.key).copied().unwrap_or(match from.chosen {
        Some(id) => Pick::Saved(id),
        None => Pick::New,
    });
    let choice = |(at, choice): (usize, &flows::Choice)| SavedChoice {
        id: format!("p-{number}-{at}"),
        value: choice.id.to_string(),
        name: choice.name.clone(),
        line: choice_line(words, choice, drawing.organization),
        is_chosen: picked == Pick::Saved(choice.id),
        reconnect: (summary.needs_consent && !choice.state.is_connected()).then(|| action.clone()),
    };
    Picker {
        name: forms::pick_name(&summary.key),
        choices: from.saved.iter().enumerate().map(choice).collect(),
        is_new: picked == Pick::New,
        sign_in: summary.needs_consent.then(|| SignIn { action: action.clone(), host: summary.provider_host.clone() }),
    }
}

/// "priya@northwind.com. Used in 2 integrations."
pub fn choice_line(words: Words, choice: &flows::Choice, organization: &str) -> String {
    let shown = status(SlotState::Connection(choice.state));
    let used = words.count("pick-used", usize::try_from(choice.used_in).unwrap_or(0));
    let who = match (&choice.account, shown) {
        (Some(account), Status::Connected) => account.clone(),
        (None, Status::Connected) => return used,
        (Some(account), _) => words.with_two("slot-bad-as", "status", shown.text(&words, organization), "account", account),
        (None, _) => shown.text(&words, organization),
    };
    words.with_two("pick-line", "who", who, "used", used)
}

fn words_for(drawing: &Drawing<'_>, summary: &SlotSummary, problem: Option<&SlotProblem>) -> Option<Problem> {
    let account = summary.account.as_deref().unwrap_or_default();
    // Nobody entered anything that could be copied again: they signed in.
    let code = |reason: Reason| match reason {
        Reason::AuthRejected if summary.needs_consent => Reason::AuthNeedsReconnect.code(),
        reason => reason.code(),
    };
    let of = |reason: Reason| Problem::of(drawing.words, code(reason), &summary.connector, drawing.organization, account);
    let plain = |stem: &str| Problem {
        title: drawing.words.with(&format!("{stem}-title"), "connector", &summary.connector),
        sentence: drawing.words.with(&format!("{stem}-sentence"), "connector", &summary.connector),
        next: String::new(),
        may_save_anyway: false,
    };
    match (problem, summary.state) {
        (Some(SlotProblem::Check { reason }), _) => Some(Problem { may_save_anyway: reason.is_inconclusive(), ..of(*reason) }),
        (Some(SlotProblem::ConnectFirst), _) => Some(plain("slot-connect-first")),
        (Some(SlotProblem::ReconnectToApply), _) => Some(plain("slot-reconnect-to-apply")),
        (None, SlotState::Connection(state)) => state.reason().map(of),
        // The customer cannot mend it, and is not told how.
        (None, SlotState::Managed) => summary.is_failing.then(|| Problem {
            title: drawing.words.t("slot-managed-problem-title"),
            sentence: drawing.words.with("slot-managed-problem-sentence", "organization", drawing.organization),
            next: String::new(),
            may_save_anyway: false,
        }),
    }
}

/// Fields in order; those that follow each other with the same `group` stand under one legend.
pub fn parts(drawing: &Drawing<'_>, stem: &str, asked: &[Asked], at: impl Fn(&Asked) -> At) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (index, one) in asked.iter().enumerate() {
        let at = at(one);
        let place = Place {
            id: format!("{stem}-{index}"),
            typed: drawing.typed.get(&at),
            error: drawing.errors.of(&at),
            organization: drawing.organization,
            at,
        };
        let drawn = field(drawing.words, one, &place, asked);
        match (&one.input.group, parts.last_mut()) {
            (Some(legend), Some(Part::Group(group))) if group.legend == *legend => group.fields.push(drawn),
            (Some(legend), _) => parts.push(Part::Group(Group { legend: legend.clone(), fields: vec![drawn] })),
            (None, _) => parts.push(Part::Field(drawn)),
        }
    }
    parts
}

const DAY_SECONDS: i64 = 86_400;

/// "just now", "today at 14:02", or the day. UTC, as the server knows no other.
pub fn ago(words: Words, at: Timestamp, now: Timestamp) -> String {
    match at.seconds_until(now) {
        ..60 => words.t("time-just-now"),
        60..DAY_SECONDS if at.day() == now.day() => words.with("time-today", "time", at.clock()),
        _ => words.with("time-on", "day", at.day()),
    }
}
