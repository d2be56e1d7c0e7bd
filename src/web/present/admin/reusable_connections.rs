//! Reusable connections on the console's pages.

use std::collections::BTreeMap;

use super::integrations;
use crate::{
    domain::{
        connection::ConnectionState,
        input::Raw,
        key::Key,
        user::Role,
        validation::{Field as At, FieldError, FieldErrors},
    },
    flows::{
        Asked, Context, SlotState,
        reusable::{CustomerValues, Definition, Stops, ValuesForm, Whose},
    },
    manifest::{Activation, InputScope},
    web::{
        errors::Failure,
        present::{
            self,
            field::{Place, field, sentence},
            slot::status,
        },
        session::{self, Admin},
        urls::admin as urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Flash, FlashKind, Form, Frame,
            admin::{
                Section,
                reusable_connections::{
                    Customers, ReusableEnding, ReusableIndex, ReusableKind, ReusablePart, ReusableShow, ReusableValues,
                },
            },
            slot::Status,
        },
        words::Words,
    },
};

const KINDS: [(Activation, &str); 3] = [
    (Activation::Customer, "customer"),
    (Activation::OrganizationCustomer, "organization-customer"),
    (Activation::OrganizationGlobal, "organization-global"),
];

fn stem(activation: Activation) -> &'static str {
    KINDS.iter().find(|(kind, _)| *kind == activation).map_or("customer", |(_, stem)| stem)
}

fn used(words: Words, count: i64) -> String {
    words.count("reusable-used", usize::try_from(count).unwrap_or(0))
}

fn told(context: &Context, admin: &Admin) -> Frame {
    let mut frame = present::frame(context, Exit::None, session::take_flash(&admin.session));
    frame.flash = session::take_notice(&admin.session).map(|text| Flash { kind: FlashKind::Notice, text }).or(frame.flash);
    frame
}

pub fn index(context: &Context, words: Words, admin: &Admin, all: &[Definition]) -> Result<ReusableIndex, Failure> {
    let row = |of: &Definition| (of.name.clone(), urls::reusable(&of.key), used(words, of.used_in));
    let kind = |(activation, stem): &(Activation, &'static str)| ReusableKind {
        id: stem,
        title: words.t(&format!("reusable-kind-{stem}")),
        hint: words.t(&format!("reusable-kind-{stem}-hint")),
        rows: all.iter().filter(|of| of.activation == *activation).map(row).collect(),
    };
    Ok(ReusableIndex {
        words,
        frame: told(context, admin),
        console: super::console(context, admin, Section::Connections)?,
        kinds: KINDS.iter().map(kind).collect(),
    })
}

fn shown(state: ConnectionState) -> Status {
    status(SlotState::Connection(state))
}

/// `states`: of what serves all, and of the test.
pub fn show(
    context: &Context,
    admin: &Admin,
    of: &Definition,
    customers: &[CustomerValues],
    states: (ConnectionState, ConnectionState),
    paused: usize,
) -> Result<ReusableShow, Failure> {
    let (words, console) = (present::words(), super::console(context, admin, Section::Connections)?);
    let may = admin.is_at_least(Role::Admin);
    let form = |part: &str| Form { action: urls::reusable_part(&of.key, part), csrf: console.csrf.clone(), version: String::new() };
    let is_global = of.activation == Activation::OrganizationGlobal;
    let mut parts = Vec::new();
    if is_global || of.inputs.iter().any(|input| input.scope == InputScope::Global) {
        let title = words.t(if is_global { "reusable-organization-connection" } else { "reusable-global-values" });
        parts.push(ReusablePart {
            title,
            href: urls::reusable_values(&of.key, "organization"),
            status: is_global.then(|| shown(states.0)),
            note: used(words, of.used_in),
        });
    }
    parts.push(ReusablePart {
        title: words.t("reusable-test"),
        href: urls::reusable_values(&of.key, "test"),
        status: Some(shown(states.1)),
        note: words.t("reusable-test-note"),
    });
    let of_customers = (of.activation == Activation::OrganizationCustomer).then(|| {
        let row = |one: &CustomerValues| {
            let state = one.state.unwrap_or(ConnectionState::NotConnected);
            (one.customer.name.clone(), urls::reusable_values(&of.key, &one.customer.id.to_string()), shown(state))
        };
        let mut rows: Vec<_> = customers.iter().map(row).collect();
        rows.sort_by_key(|(.., status)| *status == Status::Connected);
        let missing = rows.iter().filter(|(.., status)| *status == Status::NotConnected).count();
        Customers { rows, missing: words.count("reusable-missing", missing), import: may.then(|| (form("rows"), heads(of))) }
    });
    Ok(ReusableShow {
        words,
        frame: told(context, admin),
        name: of.name.clone(),
        key: of.key.to_string(),
        kind: words.t(&format!("reusable-kind-{}-hint", stem(of.activation))),
        used_in: used(words, of.used_in),
        back_href: urls::REUSABLE_CONNECTIONS.to_owned(),
        parts: if may { parts } else { Vec::new() },
        customers: of_customers,
        disable: (may && of.used_in > 0).then(|| form("disablement")),
        enable: (may && paused > 0).then(|| (form("enablement"), words.count("reusable-waiting", paused))),
        console,
    })
}

/// The first line of many customers' values.
fn heads(of: &Definition) -> String {
    let own = of.inputs.iter().filter(|input| input.scope == InputScope::Customer).map(|input| input.key.to_string());
    std::iter::once("external_id".to_owned()).chain(own).collect::<Vec<_>>().join(",")
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
pub struct Refused {
    pub errors: BTreeMap<String, FieldError>,
    pub typed: BTreeMap<Key, Raw>,
}

pub fn whose(words: Words, form: &ValuesForm, whose: &Whose) -> String {
    match (whose, &form.customer) {
        (Whose::Customer(_), Some(customer)) => customer.name.clone(),
        (Whose::Test, _) => words.t("reusable-test"),
        _ => words.t("reusable-global-values"),
    }
}

pub fn values(
    context: &Context,
    words: Words,
    admin: &Admin,
    of: &ValuesForm,
    (whom, part): (&Whose, &str),
    refused: &Refused,
) -> Result<ReusableValues, Failure> {
    let console = super::console(context, admin, Section::Connections)?;
    let organization = context.organization().name.as_str();
    let at = |asked: &Asked| At::Input { slot: of.definition.clone(), input: asked.input.key.clone() };
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
    let here = urls::reusable_values(&of.definition, part);
    let form = |part: &str| Form { action: format!("{here}/{part}"), csrf: console.csrf.clone(), version: String::new() };
    let status = shown(of.state);
    let reaches = usize::try_from(of.reaches).unwrap_or(0);
    let is_set = status != Status::NotConnected;
    Ok(ReusableValues {
        words,
        frame: told(context, admin),
        title: words.with_two("reusable-values-of", "name", &of.name, "whose", whose(words, of, whom)),
        back_href: urls::reusable(&of.definition),
        connector: of.connector.clone(),
        status,
        line: match &of.account {
            Some(account) => words.with_two("slot-bad-as", "status", status.text(&words, organization), "account", account),
            None => status.text(&words, organization),
        },
        reach: if *whom == Whose::Test { words.t("reusable-test-note") } else { words.count("reusable-reach", reaches) },
        errors: ErrorSummary::of(of.fields.iter().enumerate().filter_map(item).collect()),
        form: Form { action: here.clone(), csrf: console.csrf.clone(), version: of.revision.to_string() },
        fields: of.fields.iter().enumerate().map(drawn).collect(),
        check: (of.can_check && is_set).then(|| form("checks")),
        sign_in: of.needs_consent.then(|| form("authorizations")),
        disconnect_href: is_set.then(|| format!("{here}/disconnection")),
        console,
    })
}

pub fn ending(context: &Context, admin: &Admin, of: &ValuesForm, here: &str, stops: &Stops) -> Result<ReusableEnding, Failure> {
    let (words, console) = (present::words(), super::console(context, admin, Section::Connections)?);
    let place = |(customer, instance): &(String, String)| words.with_two("reusable-place", "customer", customer, "instance", instance);
    let untold = stops.instances - i64::try_from(stops.places.len()).unwrap_or(i64::MAX);
    Ok(ReusableEnding {
        words,
        frame: present::frame(context, Exit::None, None),
        form: Form { action: format!("{here}/disconnection"), csrf: console.csrf.clone(), version: String::new() },
        console,
        connector: of.connector.clone(),
        account: of.account.clone(),
        stops: words.count("reusable-stops", integrations::count(stops.running)),
        used_in: used(words, stops.instances),
        places: stops.places.iter().map(place).collect(),
        more: (untold > 0).then(|| words.count("conversion-more", integrations::count(untold))),
        back_href: here.to_owned(),
    })
}
