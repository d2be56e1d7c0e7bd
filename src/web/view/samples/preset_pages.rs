//! Apps and presets, filled.

use askama::Template;

use super::super::{
    admin::{
        Section,
        field::TextField,
        presets::{NewValues, PresetEdit, PresetIndex, PresetNew, PresetRow, Trial},
    },
    field::{Control, Field, LineKind},
    *,
};
use super::{
    behalf_pages::{choice, item},
    form, frame,
    other_pages::console,
    slots::subdomain,
    words,
};

pub fn pages() -> Vec<(String, askama::Result<String>)> {
    vec![
        ("console-presets".into(), presets(false).render()),
        ("console-presets-none".into(), presets(true).render()),
        ("console-preset".into(), preset(false, false).render()),
        ("console-preset-wrong".into(), preset(true, false).render()),
        ("console-preset-declared".into(), preset(false, true).render()),
        ("console-preset-type".into(), new_preset(false).render()),
        ("console-preset-new".into(), new_preset(true).render()),
    ]
}

const CALLBACK: &str = "https://connect.acme.example/oauth/callback";

fn presets(none: bool) -> PresetIndex {
    let preset = PresetRow {
        title: "Slack: OAuth 2.0".into(),
        href: Some("show.html".into()),
        note: "2 values are set. Used by Payroll sync. Made here.".into(),
    };
    PresetIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        redirect_uri: CALLBACK.into(),
        new_href: (!none).then(|| "new.html".into()),
        presets: if none { vec![] } else { vec![preset] },
    }
}

fn new_preset(chosen: bool) -> PresetNew {
    let secret = Field::new("p-2", "p-2", "Client secret", Control::Secret { saved: false, many_lines: false });
    let values = NewValues {
        title: "Slack: OAuth 2.0".into(),
        type_ref: "slack.oauth2".into(),
        form: form(),
        key: TextField {
            name: "key",
            label: "Key".into(),
            hint: Some("How a manifest names it".into()),
            value: "our-slack".into(),
            error: Some("There is a preset with this key. Enter another one".into()),
        },
        fields: vec![secret],
        redirect_uri: Some(CALLBACK.into()),
    };
    PresetNew {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        back_href: "index.html".into(),
        errors: if chosen { ErrorSummary::of(vec![item("#key", "There is a preset with this key. Enter another one")]) } else { None },
        types: vec![choice("slack.oauth2", chosen), choice("stripe.api_key", false)],
        values: chosen.then_some(values),
    }
}

fn preset(wrong: bool, declared: bool) -> PresetEdit {
    let line = |id: &str, label: &str| Field::new(id, id, label, Control::Line { kind: LineKind::Plain, value: String::new() });
    let secret = Field::new("p-2", "p-2", "Client secret", Control::Secret { saved: false, many_lines: false });
    let required = "Enter Subdomain";
    let subdomain = Field { id: "t-1".into(), name: "t-1".into(), error: wrong.then(|| required.into()), ..subdomain() };
    PresetEdit {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        title: "Slack: OAuth 2.0".into(),
        key: "our-slack".into(),
        back_href: "show.html".into(),
        used_by: "Used by Payroll sync.".into(),
        redirect_uri: Some(CALLBACK.into()),
        errors: if wrong { ErrorSummary::of(vec![item("#t-1", required)]) } else { None },
        form: (!declared).then(form),
        fields: vec![(line("p-1", "Client ID"), true), (secret, false)],
        trial: Some(Trial { form: form(), fields: vec![subdomain] }),
    }
}
