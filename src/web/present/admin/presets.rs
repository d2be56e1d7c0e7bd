//! OAuth apps and other org-wide values.

use std::collections::BTreeMap;

use crate::{
    domain::{
        input::Input,
        key::Key,
        user::Role,
        validation::{Field as At, FieldError},
    },
    flows::{Asked, Context, connect::CALLBACK_PATH, presets::PresetLook},
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
                presets::{PresetEdit, PresetIndex, PresetRow, Trial},
            },
            field::Field,
        },
        words::Words,
    },
};

/// What of a form was not taken.
#[derive(Default)]
pub struct Refused {
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
            href: urls::preset(&look.key),
            note: format!("{} {}", words.count("presets-count", set), used_by(words, look)),
        }
    };
    Ok(PresetIndex {
        words,
        frame: present::frame(context, Exit::None, session::take_flash(&admin.session)),
        console: super::console(context, admin, Section::Integrations)?,
        redirect_uri: context.absolute(CALLBACK_PATH),
        presets: looks.iter().map(row).collect(),
    })
}

fn title(words: Words, look: &PresetLook) -> String {
    words.with_two("presets-name", "connector", &look.connector, "type", &look.type_name)
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
    let drawn = |stem: &str, slot: &str, (number, input): (usize, &Input), has_secret: bool, errors: &BTreeMap<Key, FieldError>| {
        let asked = Asked { input: input.clone(), value: None, has_secret, secret_revision: None };
        let at = At::Input { slot: Key::parse(slot).ok()?, input: input.key.clone() };
        let place = Place { id: format!("{stem}-{number}"), typed: None, error: errors.get(&input.key), organization, at };
        Some(field(words, &asked, &place, &[]))
    };
    let form = |action: String| Form { action, csrf: console.csrf.clone(), version: String::new() };
    let values = look.values.iter().enumerate().filter_map(|(number, value)| {
        let drawn: Field = drawn("p", "preset", (number, &value.input), false, &refused.errors)?;
        Some((Field { optional: false, ..drawn }, value.is_set))
    });
    let asked = look.asked.iter().enumerate().filter_map(|one| drawn("t", "trial", one, false, &refused.trial_errors));
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
        form: form(urls::preset(&look.key)),
        fields: values.collect(),
        trial: may_try.then(|| Trial { form: form(urls::preset_part(&look.key, "trial")), fields: asked.collect() }),
        console,
    })
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
    values.chain(trial).chain(foreign).chain(said).collect()
}
