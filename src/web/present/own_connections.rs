//! A user's own connections of an instance, from what the flow answers.

use std::collections::BTreeMap;

use super::{
    field::sentence,
    slot::{Drawing, slot, status},
};
use crate::{
    domain::{
        connection::ConnectionState,
        input::Raw,
        instance::InstanceStatus,
        validation::{Field as At, FieldErrors},
    },
    flows::{
        Context, SlotState,
        user_connections::{Colleague, Own, OwnPage},
    },
    web::{
        urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Flash, FlashKind, Form,
            own_connections::{OwnColleague, OwnIndex, OwnSlot},
            slot::{SignIn, Slot, Status},
        },
    },
};

/// What was typed, and what is wrong with it.
#[derive(Default)]
pub struct Wrong {
    pub errors: FieldErrors,
    pub typed: BTreeMap<At, Raw>,
}

pub fn show(context: &Context, page: &OwnPage, csrf: &str, told: (Option<String>, Option<String>), wrong: &Wrong) -> OwnIndex {
    let (words, organization) = (super::words(), context.organization().name.as_str());
    let (id, picks) = (page.instance.id, BTreeMap::new());
    let drawing =
        Drawing { words, organization, instance_id: id, now: context.now(), errors: &wrong.errors, typed: &wrong.typed, picks: &picks };
    let mut frame = super::frame(context, Exit::None, told.0);
    frame.flash = told.1.map(|text| Flash { kind: FlashKind::Notice, text }).or(frame.flash);
    let items = page.slots.iter().enumerate().flat_map(|(number, own)| errors(&drawing, number, own)).collect();
    OwnIndex {
        words,
        frame,
        integration: page.instance.name.clone(),
        is_on: page.instance.status == InstanceStatus::Active,
        errors: ErrorSummary::of(items),
        slots: page.slots.iter().enumerate().map(|(number, own)| own_slot(&drawing, number, own, csrf)).collect(),
        colleagues: page.colleagues.iter().map(|colleague| line(page, colleague)).collect(),
        wizard_href: urls::wizard(id),
    }
}

fn errors(drawing: &Drawing<'_>, number: usize, own: &Own) -> Vec<ErrorItem> {
    let item = |(at, asked): (usize, &crate::flows::Asked)| {
        let field = At::Input { slot: own.summary.key.clone(), input: asked.input.key.clone() };
        let text = sentence(drawing.words, &asked.input, drawing.errors.of(&field)?, drawing.organization);
        Some(ErrorItem { href: format!("#f-{number}-{at}"), text })
    };
    own.summary.asked.iter().enumerate().filter_map(item).collect()
}

fn own_slot(drawing: &Drawing<'_>, number: usize, own: &Own, csrf: &str) -> OwnSlot {
    let (id, key) = (drawing.instance_id, &own.summary.key);
    let form = |action: String| Form { action, csrf: csrf.to_owned(), version: String::new() };
    let part = |part: &str| urls::own_part(id, key, part);
    let drawn = slot(drawing, number, &own.summary, None);
    let is_begun = !matches!(drawn.status, Status::NotConnected | Status::Managed);
    let slot = Slot {
        optional: false,
        help: None,
        sign_in: drawn.sign_in.map(|sign_in| SignIn { action: part("authorizations"), ..sign_in }),
        details_href: None,
        disconnect_href: is_begun.then(|| part("disconnection")),
        ..drawn
    };
    OwnSlot {
        form: form(urls::own_slot(id, key)),
        saves: slot.sign_in.is_none() && !slot.parts.is_empty(),
        check: (own.can_check && is_begun).then(|| form(part("checks"))),
        slot,
    }
}

/// How it is with a colleague's, and nothing of what they entered.
fn line(page: &OwnPage, colleague: &Colleague) -> OwnColleague {
    let label = |key: &crate::domain::key::Key| {
        page.slots.iter().find(|own| own.summary.key == *key).map_or_else(|| key.to_string(), |own| own.summary.label.clone())
    };
    let state = |state: Option<ConnectionState>| status(SlotState::Connection(state.unwrap_or(ConnectionState::NotConnected)));
    OwnColleague {
        name: if colleague.user.name.is_empty() { colleague.user.email.clone() } else { colleague.user.name.clone() },
        connections: colleague.connections.iter().map(|(key, one)| (label(key), state(one.as_ref().map(|one| one.state)))).collect(),
    }
}
