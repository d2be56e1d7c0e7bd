//! Values that the organization enters, as fields; and how their connection is.

use std::collections::BTreeMap;

use super::{integrations, reusable_connections::used};
use crate::{
    domain::{
        connection::ConnectionState,
        input::Raw,
        key::Key,
        validation::{Field as At, FieldError, FieldErrors},
    },
    flows::{Asked, Broken, Context, SlotState, entered::ValuesForm, reusable::Stops},
    web::{
        errors::Failure,
        present::{
            self,
            field::{Place, field, sentence},
            slot::status,
        },
        session::{self, Admin},
        view::{
            ErrorItem, ErrorSummary, Exit, Flash, FlashKind, Form, Frame,
            admin::{
                Section,
                entered_values::{EnteredEnding, EnteredValues},
            },
            slot::Status,
        },
        words::Words,
    },
};

/// Where such a page stands, and what it is of.
pub struct Sheet {
    pub title: String,
    /// Its address; what can be done is below it.
    pub href: String,
    pub back_href: String,
    pub section: Section,
    /// What a change reaches.
    pub reach: String,
}

pub(super) fn told(context: &Context, admin: &Admin) -> Frame {
    let mut frame = present::frame(context, Exit::None, session::take_flash(&admin.session));
    frame.flash = session::take_notice(&admin.session).map(|text| Flash { kind: FlashKind::Notice, text }).or(frame.flash);
    frame
}

pub(super) fn shown(state: ConnectionState) -> Status {
    status(SlotState::Connection(state))
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
pub struct Refused {
    pub errors: BTreeMap<String, FieldError>,
    pub typed: BTreeMap<Key, Raw>,
}

pub fn show(
    context: &Context,
    words: Words,
    admin: &Admin,
    of: &ValuesForm,
    sheet: &Sheet,
    refused: &Refused,
) -> Result<EnteredValues, Failure> {
    let console = super::console(context, admin, sheet.section)?;
    let organization = context.organization().name.as_str();
    let slot = Key::parse("values").map_err(|error| Broken::Inconsistent(error.to_string()))?;
    let at = |asked: &Asked| At::Input { slot: slot.clone(), input: asked.input.key.clone() };
    let mut errors = FieldErrors::default();
    for asked in &of.fields {
        if let Some(error) = refused.errors.get(asked.input.key.as_str()) {
            errors.push(at(asked), error.clone());
        }
    }
    let drawn = |(number, asked): (usize, &Asked)| {
        let place = Place {
            id: format!("f-{number}"),
            typed: refused.typed.get(&asked.input.key),
            error: errors.of(&at(asked)),
            organization,
            at: at(asked),
        };
        field(words, asked, &place, &of.fields)
    };
    let item = |(number, asked): (usize, &Asked)| {
        let error = errors.of(&at(asked))?;
        Some(ErrorItem { href: format!("#f-{number}"), text: sentence(words, &asked.input, error, organization) })
    };
    let form = |part: &str| Form { action: format!("{}/{part}", sheet.href), csrf: console.csrf.clone(), version: String::new() };
    let status = shown(of.state);
    let is_set = status != Status::NotConnected;
    Ok(EnteredValues {
        words,
        frame: told(context, admin),
        title: sheet.title.clone(),
        back_href: sheet.back_href.clone(),
        connector: of.connector.clone(),
        status,
        line: match &of.account {
            Some(account) => words.with_two("slot-bad-as", "status", status.text(&words, organization), "account", account),
            None => status.text(&words, organization),
        },
        reach: sheet.reach.clone(),
        errors: ErrorSummary::of(of.fields.iter().enumerate().filter_map(item).collect()),
        form: Form { action: sheet.href.clone(), csrf: console.csrf.clone(), version: of.revision.to_string() },
        fields: of.fields.iter().enumerate().map(drawn).collect(),
        check: (of.can_check && is_set).then(|| form("checks")),
        sign_in: of.needs_consent.then(|| form("authorizations")),
        disconnect_href: is_set.then(|| format!("{}/disconnection", sheet.href)),
        console,
    })
}

pub fn ending(context: &Context, admin: &Admin, of: &ValuesForm, sheet: &Sheet, stops: &Stops) -> Result<EnteredEnding, Failure> {
    let (words, console) = (present::words(), super::console(context, admin, sheet.section)?);
    let place = |(customer, instance): &(String, String)| words.with_two("reusable-place", "customer", customer, "instance", instance);
    let untold = stops.instances - i64::try_from(stops.places.len()).unwrap_or(i64::MAX);
    Ok(EnteredEnding {
        words,
        frame: present::frame(context, Exit::None, None),
        form: Form { action: format!("{}/disconnection", sheet.href), csrf: console.csrf.clone(), version: String::new() },
        console,
        connector: of.connector.clone(),
        account: of.account.clone(),
        stops: words.count("reusable-stops", integrations::count(stops.running)),
        used_in: used(words, stops.instances),
        places: stops.places.iter().map(place).collect(),
        more: (untold > 0).then(|| words.count("conversion-more", integrations::count(untold))),
        back_href: sheet.href.clone(),
    })
}
