//! The form by which a connection is filled in on a customer's behalf.

use std::collections::BTreeMap;

use super::connection::place;
use crate::{
    domain::{
        input::Raw,
        key::Key,
        reason::Reason,
        resolution::SetBy,
        validation::{Field as At, FieldError, FieldErrors},
    },
    flows::{
        Asked, Context,
        prefill::{Form as Filled, FormField},
    },
    web::{
        errors::Failure,
        forms,
        present::{
            self,
            field::{Place, field, sentence},
            slot::{Drawing, slot},
        },
        session::{self, Admin},
        urls::admin as urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Flash, FlashKind, Form,
            admin::{
                Section,
                values::{HeldField, ValuesEdit, Who},
            },
            slot::{Problem, Slot, reason},
        },
        words::Words,
    },
};

/// What became of a form that was not saved.
#[derive(Default)]
pub struct Refused {
    /// By input key.
    pub errors: BTreeMap<String, FieldError>,
    /// The service said no.
    pub reason: Option<Reason>,
    pub is_stale: bool,
    /// What was typed, to be shown again. Never a secret.
    pub typed: BTreeMap<At, Raw>,
    /// The choices beside the fields that were made: locked.
    pub locked: BTreeMap<Key, bool>,
}

pub fn at(filled: &Filled, input: &Key) -> At {
    At::Input { slot: filled.slot.key.clone(), input: input.clone() }
}

/// The form name of the choice beside a field.
pub fn who_name(at: &At) -> String {
    format!("who.{}", forms::name(at))
}

pub fn edit(
    context: &Context,
    words: Words,
    admin: &Admin,
    filled: &Filled,
    page: Option<&Key>,
    refused: &Refused,
) -> Result<ValuesEdit, Failure> {
    let organization = context.organization().name.as_str();
    let (id, key) = (filled.instance.id, &filled.slot.key);
    let console = super::console(context, admin, Section::Customers)?;
    let mut frame = present::frame(context, Exit::None, session::take_flash(&admin.session));
    if refused.is_stale {
        frame.flash = Some(Flash { kind: FlashKind::Notice, text: words.t("behalf-values-stale") });
    }
    let problem = refused.reason.map(|code| {
        let (title, sentence, next) = reason(words, code.code(), "admin", &filled.slot.connector, organization, "");
        Problem { title, sentence, next, may_save_anyway: false }
    });
    let siblings: Vec<Asked> = filled.fields.iter().map(|field| field.asked.clone()).collect();
    let drawn = |number: usize, one: &FormField| held(words, organization, filled, (number, one), refused, &siblings);
    let (hidden, fields): (Vec<_>, Vec<_>) = filled.fields.iter().enumerate().partition(|(_, one)| one.is_hidden);
    Ok(ValuesEdit {
        words,
        frame,
        place: place((&filled.customer.name, urls::customer(filled.customer.id)), &filled.instance.name, id),
        form: Form { action: urls::connection_values(id, key), csrf: console.csrf.clone(), version: filled.revision.to_string() },
        console,
        name: filled.slot.label.clone(),
        connector: filled.slot.connector.clone(),
        back_href: urls::connection(id, key),
        errors: ErrorSummary::of(items(words, organization, filled, refused, problem.as_ref())),
        problem,
        fields: fields.into_iter().map(|(number, one)| drawn(number, one)).collect(),
        hidden: hidden.into_iter().map(|(number, one)| drawn(number, one)).collect(),
        can_check: filled.can_check,
        needs_consent: filled.needs_consent,
        preview: preview(context, words, filled),
        preview_href: page.map_or_else(|| urls::instance(id), |page| urls::preview(id, page)),
    })
}

fn held(
    words: Words,
    organization: &str,
    filled: &Filled,
    (number, one): (usize, &FormField),
    refused: &Refused,
    siblings: &[Asked],
) -> HeldField {
    let at = at(filled, &one.asked.input.key);
    let id = format!("p-{number}");
    let locked = refused.locked.get(&one.asked.input.key).copied().unwrap_or_else(|| one.set_by.is_none_or(SetBy::is_locked));
    let who = (!one.is_hidden).then(|| Who { name: who_name(&at), id: format!("{id}-who"), locked, may_leave: one.set_by.is_some() });
    let place = Place { id, typed: refused.typed.get(&at), error: refused.errors.get(one.asked.input.key.as_str()), organization, at };
    let note = one.has_fixed_value.then(|| words.t("behalf-values-set"));
    HeldField { field: field(words, &one.asked, &place, siblings), who, note }
}

fn items(words: Words, organization: &str, filled: &Filled, refused: &Refused, problem: Option<&Problem>) -> Vec<ErrorItem> {
    let mut items: Vec<ErrorItem> =
        problem.map(|problem| ErrorItem { href: "#check-problem".into(), text: problem.title.clone() }).into_iter().collect();
    let mut known = 0;
    for (number, one) in filled.fields.iter().enumerate() {
        if let Some(error) = refused.errors.get(one.asked.input.key.as_str()) {
            known += 1;
            items.push(ErrorItem { href: format!("#p-{number}"), text: sentence(words, &one.asked.input, error, organization) });
        }
    }
    if known < refused.errors.len() {
        items.push(ErrorItem { href: "#page-form".into(), text: words.t("behalf-values-foreign") });
    }
    items
}

/// The slot as it is saved now: its buttons and links lead nowhere from here.
fn preview(context: &Context, words: Words, filled: &Filled) -> Slot {
    let (errors, typed, picks) = (FieldErrors::default(), BTreeMap::new(), BTreeMap::new());
    let drawing = Drawing {
        words,
        organization: &context.organization().name,
        instance_id: filled.instance.id,
        now: context.now(),
        errors: &errors,
        typed: &typed,
        picks: &picks,
    };
    Slot { details_href: None, disconnect_href: None, ..slot(&drawing, 900, &filled.slot, None) }
}
