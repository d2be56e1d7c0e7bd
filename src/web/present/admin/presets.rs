//! OAuth apps and other org-wide values.

use std::collections::BTreeMap;

use crate::{
    domain::{
        connection_type::TypeRef,
        input::{Input, Raw},
        key::Key,
        user::Role,
        validation::{Field as At, FieldError},
    },
    flows::{
        Asked, Context,
        connect::CALLBACK_PATH,
        presets::{self, KeyProblem, PresetLook, TypeOffer},
    },
    web::{
        errors::Failure,
        present::{
            self,
            field::{Place, field, sentence},
        },
        session::{self, Admin},
        urls::admin as urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Flash, FlashKind, Form,
            admin::{
                Section,
                field::TextField,
                presets::{NewValues, PresetEdit, PresetIndex, PresetNew, PresetRow, Trial},
            },
            field::{Choice, Field},
        },
        words::Words,
    },
};

/// What of a form was not taken, and what it held.
#[derive(Default)]
pub struct Refused {
    pub typed: BTreeMap<Key, Raw>,
    pub typed_key: Option<String>,
    pub trial_typed: BTreeMap<Key, Raw>,
    pub key: Option<KeyProblem>,
    pub errors: BTreeMap<Key, FieldError>,
    pub trial_errors: BTreeMap<Key, FieldError>,
    /// By reading it as a manifest.
    pub said: Option<String>,
}

pub fn index(context: &Context, words: Words, admin: &Admin, looks: &[PresetLook]) -> Result<PresetIndex, Failure> {
    let row = |look: &PresetLook| {
        let set = look.values.iter().filter(|value| value.is_set).count();
        PresetRow {
            title: title(words, look),
            href: admin.is_at_least(Role::Admin).then(|| urls::preset(&look.key)),
            note: format!("{} {} {}", words.count("presets-count", set), used_by(words, look), words.t(owner(look))),
        }
    };
    Ok(PresetIndex {
        words,
        frame: present::frame(context, Exit::None, session::take_flash(&admin.session)),
        console: super::console(context, admin, Section::Integrations)?,
        redirect_uri: context.absolute(CALLBACK_PATH),
        new_href: admin.is_at_least(Role::Admin).then(|| urls::NEW_PRESET.to_owned()),
        presets: looks.iter().map(row).collect(),
    })
}

fn title(words: Words, look: &PresetLook) -> String {
    words.with_two("presets-name", "connector", &look.connector, "type", &look.type_name)
}

/// A key of the catalogue.
const fn owner(look: &PresetLook) -> &'static str {
    if look.is_declared { "presets-of-manifest" } else { "presets-of-console" }
}

fn used_by(words: Words, look: &PresetLook) -> String {
    match look.used_by.as_slice() {
        [] => words.t("presets-unused"),
        names => words.with("presets-used-by", "names", names.join(", ")),
    }
}

pub fn edit(context: &Context, words: Words, admin: &Admin, look: &PresetLook, refused: &Refused) -> Result<PresetEdit, Failure> {
    let organization = context.organization().name.as_str();
    let console = super::console(context, admin, Section::Integrations)?;
    let mut frame = present::frame(context, Exit::None, session::take_flash(&admin.session));
    frame.flash = session::take_notice(&admin.session).map(|text| Flash { kind: FlashKind::Notice, text }).or(frame.flash);
    let form = |action: String| Form { action, csrf: console.csrf.clone(), version: String::new() };
    let values = values(words, look, refused, organization);
    let (typed, errors) = (&refused.trial_typed, &refused.trial_errors);
    let asked = look.asked.iter().enumerate().filter_map(|one| drawn(words, ("t", "trial"), one, (typed, errors), organization));
    let may_try = look.needs_consent && admin.is_at_least(Role::Admin);
    Ok(PresetEdit {
        words,
        frame,
        title: title(words, look),
        key: look.key.to_string(),
        back_href: urls::PRESETS.into(),
        used_by: used_by(words, look),
        redirect_uri: look.needs_consent.then(|| context.absolute(CALLBACK_PATH)),
        errors: ErrorSummary::of(items(words, look, refused, organization)),
        form: (!look.is_declared).then(|| form(urls::preset(&look.key))),
        fields: values,
        trial: may_try.then(|| Trial { form: form(urls::preset_part(&look.key, "trial")), fields: asked.collect() }),
        console,
    })
}

/// With whether it is set. The organization decides what a preset sets, so nothing has to be filled in.
fn values(words: Words, look: &PresetLook, refused: &Refused, organization: &str) -> Vec<(Field, bool)> {
    let value = |(number, value): (usize, &presets::PresetValue)| {
        let one = (number, &value.input);
        let drawn = drawn(words, ("p", "preset"), one, (&refused.typed, &refused.errors), organization)?;
        Some((Field { optional: false, ..drawn }, value.is_set))
    };
    look.values.iter().enumerate().filter_map(value).collect()
}

fn drawn(
    words: Words,
    (stem, slot): (&str, &str),
    (number, input): (usize, &Input),
    (typed, errors): (&BTreeMap<Key, Raw>, &BTreeMap<Key, FieldError>),
    organization: &str,
) -> Option<Field> {
    let asked = Asked { input: input.clone(), value: None, has_secret: false, secret_revision: None };
    let at = At::Input { slot: Key::parse(slot).ok()?, input: input.key.clone() };
    let (typed, error) = (typed.get(&input.key), errors.get(&input.key));
    Some(field(words, &asked, &Place { id: format!("{stem}-{number}"), typed, error, organization, at }, &[]))
}

/// `chosen`: of which type it is; until then there is only that to choose.
pub async fn new(
    context: &Context,
    words: Words,
    admin: &Admin,
    chosen: Option<&TypeRef>,
    refused: &Refused,
) -> Result<PresetNew, Failure> {
    let console = super::console(context, admin, Section::Integrations)?;
    let look = match chosen {
        Some(type_ref) => Some((type_ref, presets::blank(context, type_ref).await?.ok_or(Failure::NotFound)?)),
        None => None,
    };
    let choice = |offer: TypeOffer| Choice {
        value: offer.type_ref.to_string(),
        selected: chosen == Some(&offer.type_ref),
        label: words.with_two("presets-name", "connector", &offer.connector, "type", &offer.type_name),
    };
    let organization = context.organization().name.as_str();
    Ok(PresetNew {
        words,
        frame: present::frame(context, Exit::None, None),
        types: presets::types(context).await?.into_iter().map(choice).collect(),
        back_href: urls::PRESETS.into(),
        errors: look.as_ref().and_then(|(_, look)| ErrorSummary::of(items(words, look, refused, organization))),
        values: look.as_ref().map(|(type_ref, look)| NewValues {
            title: title(words, look),
            type_ref: type_ref.to_string(),
            form: Form { action: urls::PRESETS.into(), csrf: console.csrf.clone(), version: String::new() },
            key: key_field(words, look, refused),
            fields: values(words, look, refused, organization).into_iter().map(|(field, _)| field).collect(),
            redirect_uri: look.needs_consent.then(|| context.absolute(CALLBACK_PATH)),
        }),
        console,
    })
}

fn key_field(words: Words, look: &PresetLook, refused: &Refused) -> TextField {
    TextField {
        name: "key",
        label: words.t("presets-key"),
        hint: Some(words.t("presets-key-hint")),
        value: refused.typed_key.clone().unwrap_or_else(|| look.key.to_string()),
        error: refused.key.map(|problem| words.t(key_problem(problem))),
    }
}

const fn key_problem(problem: KeyProblem) -> &'static str {
    match problem {
        KeyProblem::Wrong => "presets-key-wrong",
        KeyProblem::Taken => "presets-key-taken",
    }
}

fn items(words: Words, look: &PresetLook, refused: &Refused, organization: &str) -> Vec<ErrorItem> {
    let of = |stem: &str, number: usize, input: &Input, error: Option<&FieldError>| {
        error.map(|error| ErrorItem { href: format!("#{stem}-{number}"), text: sentence(words, input, error, organization) })
    };
    let values = look.values.iter().enumerate().filter_map(|(at, value)| of("p", at, &value.input, refused.errors.get(&value.input.key)));
    let trial = look.asked.iter().enumerate().filter_map(|(at, input)| of("t", at, input, refused.trial_errors.get(&input.key)));
    let foreign = refused.errors.keys().any(|key| !look.values.iter().any(|value| value.input.key == *key));
    let foreign = foreign.then(|| ErrorItem { href: "#page-form".into(), text: words.t("behalf-values-foreign") });
    let said = refused.said.clone().map(|text| ErrorItem { href: "#page-form".into(), text });
    let key = refused.key.map(|problem| ErrorItem { href: "#key".into(), text: words.t(key_problem(problem)) });
    key.into_iter().chain(values).chain(trial).chain(foreign).chain(said).collect()
}
