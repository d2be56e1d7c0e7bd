//! The list of saved connections, and one of them, from what the flows answer.

use std::collections::BTreeMap;

use super::{
    connection::{ahead, renewal, stops, uses},
    field::sentence,
    slot::{Drawing, ago, choice_line, parts, status},
};
use crate::{
    domain::{
        ids::{ConnectionId, InstanceId},
        input::Raw,
        validation::{Field as At, FieldErrors},
    },
    flows::{
        Asked, Choice, Context, SlotState,
        disconnect::Before,
        reusable::{Look, Saved},
    },
    web::{
        urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Flash, FlashKind, Form, Frame,
            connections::Disconnect,
            field::Part,
            saved_connections::{SavedDone, SavedIndex, SavedNew, SavedRow, SavedShow},
            slot::{Problem, Status},
        },
        words::Words,
    },
};

const FILTERS: [(&str, &str); 3] = [("", "saved-any"), ("broken", "saved-broken"), ("unused", "saved-unused")];

/// `text` and `wanted` narrow the list.
pub fn index(context: &Context, words: Words, all: &[Saved], text: &str, wanted: &str, flash: Option<String>) -> SavedIndex {
    let organization = context.organization().name.as_str();
    let row = |saved: &Saved| {
        let (connection, kind) = (&saved.connection.connection, saved.connection.reusable.as_ref().map(|of| of.name.clone()));
        let name = if connection.name.is_empty() { kind.clone().unwrap_or_default() } else { connection.name.clone() };
        let choice =
            Choice { id: connection.id, name, state: saved.connection.status, account: connection.account.clone(), used_in: saved.used_in };
        let line = choice_line(words, &choice, organization);
        let line =
            kind.filter(|kind| *kind != choice.name).map_or(line.clone(), |kind| words.with_two("pick-line", "who", kind, "used", line));
        SavedRow { name: choice.name, href: urls::saved(choice.id), status: status(SlotState::Connection(choice.state)), line }
    };
    let is_wanted = |saved: &Saved, row: &SavedRow| {
        let holds = format!("{} {}", row.name, row.line).to_lowercase().contains(&text.trim().to_lowercase());
        holds
            && match wanted {
                "broken" => row.status != Status::Connected,
                "unused" => saved.used_in == 0,
                _ => true,
            }
    };
    SavedIndex {
        words,
        frame: super::frame(context, Exit::None, flash),
        text: text.to_owned(),
        filters: FILTERS.iter().map(|(value, label)| (*value, words.t(label), *value == wanted)).collect(),
        rows: all.iter().map(|saved| (saved, row(saved))).filter(|(saved, row)| is_wanted(saved, row)).map(|(_, row)| row).collect(),
        is_all: text.trim().is_empty() && wanted.is_empty(),
    }
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
pub struct Refused {
    pub errors: FieldErrors,
    pub typed: BTreeMap<At, Raw>,
}

/// What just happened, and what did not.
pub type Told = (Option<String>, Option<String>);

pub fn show(context: &Context, id: ConnectionId, look: &Look, csrf: &str, told: Told, refused: &Refused) -> SavedShow {
    let (words, organization, now) = (super::words(), context.organization().name.as_str(), context.now());
    let summary = &look.slot;
    let (asked, errors) = asked(context, words, look, refused);
    let form = |part: &str| Form { action: urls::saved_part(id, part), csrf: csrf.to_owned(), version: String::new() };
    let shown = status(summary.state);
    let account = summary.account.as_deref().unwrap_or_default();
    let choice = Choice {
        id,
        name: look.name.clone(),
        state: match summary.state {
            SlotState::Connection(state) => state,
            SlotState::Managed => crate::domain::connection::ConnectionState::Connected,
        },
        account: summary.account.clone(),
        used_in: i64::try_from(look.uses.len()).unwrap_or(0),
    };
    SavedShow {
        words,
        frame: frame(context, told),
        name: look.name.clone(),
        connector: summary.connector.clone(),
        status: shown,
        line: choice_line(words, &choice, organization),
        problem: summary.state.reason().map(|reason| Problem::of(words, reason.code(), &summary.connector, organization, account)),
        errors,
        facts: facts(words, look, organization, now),
        used_by: look.uses.iter().map(|used| used.name.clone()).collect(),
        back_href: urls::SAVED.to_owned(),
        parts: if summary.needs_consent { Vec::new() } else { asked },
        form: Form { action: urls::saved(id), csrf: csrf.to_owned(), version: look.revision.to_string() },
        rename: form("name"),
        check: (look.can_check && shown != Status::NotConnected).then(|| form("checks")),
        sign_in: summary.needs_consent.then(|| form("authorizations")),
        disconnect_href: (shown != Status::NotConnected).then(|| urls::saved_part(id, "disconnection")),
        deletion: form("deletion"),
    }
}

/// The fields of what is asked, as they were filled in, and what is wrong with them.
fn asked(context: &Context, words: Words, look: &Look, refused: &Refused) -> (Vec<Part>, Option<ErrorSummary>) {
    let (summary, organization, now, picks) = (&look.slot, context.organization().name.as_str(), context.now(), BTreeMap::new());
    let instance_id = InstanceId::from_uuid(uuid::Uuid::nil());
    let drawing = Drawing { words, organization, instance_id, now, errors: &refused.errors, typed: &refused.typed, picks: &picks };
    let at = |asked: &Asked| At::Input { slot: summary.key.clone(), input: asked.input.key.clone() };
    let item = |(number, asked): (usize, &Asked)| {
        let error = refused.errors.of(&at(asked))?;
        Some(ErrorItem { href: format!("#f-{number}"), text: sentence(words, &asked.input, error, organization) })
    };
    let errors = ErrorSummary::of(summary.asked.iter().enumerate().filter_map(item).collect());
    (parts(&drawing, "f", &summary.asked, at), errors)
}

fn frame(context: &Context, told: Told) -> Frame {
    let frame = super::frame(context, Exit::None, told.0);
    Frame { flash: told.1.map(|text| Flash { kind: FlashKind::Notice, text }).or(frame.flash), ..frame }
}

/// A new one, which a link began.
pub fn new(context: &Context, id: ConnectionId, look: &Look, csrf: &str, told: Told, refused: &Refused) -> SavedNew {
    let words = super::words();
    let (parts, errors) = asked(context, words, look, refused);
    let summary = &look.slot;
    let action = if summary.needs_consent { urls::saved_part(id, "authorizations") } else { urls::saved(id) };
    SavedNew {
        words,
        frame: frame(context, told),
        name: look.kind.clone(),
        connector: summary.connector.clone(),
        errors,
        parts,
        host: summary.provider_host.clone(),
        leaves: summary.needs_consent,
        form: Form { action, csrf: csrf.to_owned(), version: look.revision.to_string() },
    }
}

/// It is connected, and there is nothing left to do.
pub fn done(context: &Context, id: ConnectionId, look: &Look) -> SavedDone {
    SavedDone {
        words: super::words(),
        frame: super::frame(context, Exit::None, None),
        name: look.name.clone(),
        account: look.slot.account.clone(),
        show_href: urls::saved(id),
    }
}

fn facts(words: Words, look: &Look, organization: &str, now: crate::domain::time::Timestamp) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut add = |label: &str, text: Option<String>| facts.extend(text.map(|text| (words.t(label), text)));
    add("life-account", look.slot.account.clone());
    let used = uses(words, &look.uses);
    add("life-used-for", Some(if used.is_empty() { words.count("pick-used", 0) } else { used }));
    add("life-access", renewal(words, &look.renewal, &look.slot.connector, organization, now, "customer"));
    add("life-ends", look.renewal.ends_at.map(|at| words.with("life-ends-on", "when", ahead(words, at, now))));
    add("life-checked", look.slot.checked_at.map(|at| ago(words, at, now)));
    facts
}

/// What stops, before it does.
pub fn disconnect(context: &Context, words: Words, id: ConnectionId, before: Before, csrf: String) -> Disconnect {
    Disconnect {
        words,
        frame: super::frame(context, Exit::None, None),
        form: Form { action: urls::saved_part(id, "disconnection"), csrf, version: String::new() },
        connector: before.slot.connector,
        account: before.slot.account,
        stops: before.uses.iter().map(|used| stops(words, used)).collect(),
        back_href: urls::saved(id),
    }
}
