//! The organization's settings as fields, and the outbox in words.

use super::{console, day};
use crate::{
    domain::{
        mail::MailSummary,
        organization::{OrganizationSettings, Support},
        user::Role,
    },
    flows::{
        Context, mail,
        settings::{Typed, Wrong},
    },
    web::{
        errors::Failure,
        present,
        session::Admin,
        urls::admin as urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Form,
            admin::{
                Section,
                settings::{MailRow, SettingField, SettingsShow},
            },
        },
        words::Words,
    },
};

/// As the form shows what is saved.
pub fn typed(settings: &OrganizationSettings) -> Typed {
    let colour = |of: fn(&crate::domain::organization::Accent) -> String| settings.accent.as_ref().map(of).unwrap_or_default();
    Typed {
        name: settings.name.clone(),
        accent: colour(|accent| accent.light.to_string()),
        accent_dark: colour(|accent| accent.dark.to_string()),
        support: settings.support.as_ref().map(Support::as_str).unwrap_or_default().to_owned(),
        check_failures: settings.check_failures.to_string(),
    }
}

pub fn show(
    context: &Context,
    admin: &Admin,
    typed: &Typed,
    wrong: &[Wrong],
    mails: &[MailSummary],
    flash: Option<String>,
) -> Result<SettingsShow, Failure> {
    let words = present::words();
    let console = console(context, admin, Section::Settings)?;
    let fields = fields(words, typed, wrong);
    let item = |field: &SettingField| Some(ErrorItem { href: format!("#{}", field.name), text: field.error.clone()? });
    Ok(SettingsShow {
        words,
        frame: present::frame(context, Exit::None, flash),
        form: Form { action: urls::SETTINGS.to_owned(), csrf: console.csrf.clone(), version: String::new() },
        console,
        errors: ErrorSummary::of(fields.iter().filter_map(item).collect()),
        may_change: admin.is_at_least(Role::Admin),
        fields,
        mail_works: mail::is_configured(context),
        test_mail_action: urls::TEST_MAIL.to_owned(),
        mails: mails.iter().map(|mail| mail_row(words, mail)).collect(),
    })
}

fn fields(words: Words, typed: &Typed, wrong: &[Wrong]) -> Vec<SettingField> {
    let field = |name: &'static str, value: &str, short: bool| SettingField {
        name,
        label: words.t(&format!("settings-{}", name.replace('_', "-"))),
        hint: words.t(&format!("settings-{}-hint", name.replace('_', "-"))),
        value: value.to_owned(),
        error: wrong.iter().find_map(|wrong| error(words, name, wrong)),
        short,
    };
    vec![
        field("name", &typed.name, false),
        field("support", &typed.support, false),
        field("accent", &typed.accent, true),
        field("accent_dark", &typed.accent_dark, true),
        field("check_failures", &typed.check_failures, true),
    ]
}

fn error(words: Words, name: &str, wrong: &Wrong) -> Option<String> {
    let (of, text) = match wrong {
        Wrong::Name => ("name", words.t("settings-name-wrong")),
        Wrong::Accent => ("accent", words.t("settings-accent-wrong")),
        Wrong::AccentDark => ("accent_dark", words.t("settings-accent-wrong")),
        Wrong::Support => ("support", words.t("settings-support-wrong")),
        Wrong::CheckFailures => ("check_failures", words.t("settings-check-failures-wrong")),
        Wrong::Unreadable(found) => {
            let contrast = format!("{:.1}", found.contrast);
            let key = if found.dark { "settings-accent-unreadable-dark" } else { "settings-accent-unreadable" };
            (if found.dark { "accent_dark" } else { "accent" }, words.with_two(key, "contrast", contrast, "instead", found.instead))
        }
    };
    (of == name).then_some(text)
}

fn mail_row(words: Words, mail: &MailSummary) -> MailRow {
    let state = words.find(&format!("mail-state-{}", mail.status.replace('_', "-")), []).unwrap_or_else(|| mail.status.clone());
    MailRow {
        what: words.find(&format!("mail-kind-{}", mail.kind), []).unwrap_or_else(|| mail.kind.clone()),
        recipient: mail.recipient.clone(),
        state: match &mail.failure {
            Some(failure) => words.with_two("mail-state-why", "state", state, "failure", failure),
            None => state,
        },
        is_bad: mail.failure.is_some(),
        at: words.with_two("mail-at", "day", day(mail.created_at), "clock", mail.created_at.clock()),
    }
}
