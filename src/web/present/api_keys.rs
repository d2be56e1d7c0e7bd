//! Keys of the API.

use std::collections::BTreeSet;

use super::{admin::console, people};
use crate::{
    domain::access::{ApiKey, ApiScope},
    flows::Context,
    web::{
        errors::Failure,
        session::{self, Admin},
        urls,
        view::{
            Exit,
            admin::{
                Section,
                account::ShownOnce,
                api_keys::{ApiKeyIndex, ApiKeyRow},
            },
            plain::{PlainField, PlainForm, PlainKind, refusal},
        },
        words::Words,
    },
};

/// `name`, `scopes`: as chosen; `wrong`: the field that was not.
pub async fn index(
    context: &Context,
    admin: &Admin,
    name: &str,
    scopes: &BTreeSet<ApiScope>,
    wrong: Option<&str>,
) -> Result<ApiKeyIndex, Failure> {
    let words = super::words();
    let console = console(context, admin, Section::Settings)?;
    let keys = context.store().read().api_keys().list().await?;
    let errors = wrong.and_then(|field| match field {
        "scope" => refusal(words.t("api-key-no-scope"), words.t("api-key-no-scope-next"), "scope-manage"),
        _ => refusal(words.t("api-key-no-name"), words.t("api-key-no-name-next"), "name"),
    });
    let scope = |scope: ApiScope| {
        let (label, meaning) = scope_words(words, scope);
        (scope.as_str().to_owned(), label, meaning, scopes.contains(&scope))
    };
    Ok(ApiKeyIndex {
        words,
        frame: super::frame(context, Exit::None, session::take_flash(&admin.session)),
        errors,
        keys: keys.iter().rev().map(|key| row(words, key)).collect(),
        plain: PlainForm {
            form: people::form(urls::admin::API_KEYS, console.csrf.clone()),
            fields: vec![
                PlainField::new("name", words.t("api-key-name"), PlainKind::Text("off")).hint(words.t("api-key-name-hint")).value(name),
            ],
            submit: words.t("api-key-make"),
        },
        console,
        scopes: ApiScope::OF_ORGANIZATION.into_iter().map(scope).collect(),
    })
}

fn scope_words(words: Words, scope: ApiScope) -> (String, String) {
    let find = |end: &str| words.find(&format!("scope-{}{end}", scope.as_str()), []).unwrap_or_default();
    (find(""), find("-means"))
}

fn row(words: Words, key: &ApiKey) -> ApiKeyRow {
    ApiKeyRow {
        name: key.name.clone(),
        scopes: key.scopes.iter().map(|scope| scope_words(words, *scope).0).collect::<Vec<_>>().join(", "),
        made: key.created_at.day(),
        used: key.used_at.map_or_else(|| words.t("api-key-never"), |at| format!("{}, {} UTC", at.day(), at.clock())),
        revoke_action: key.revoked_at.is_none().then(|| urls::admin::api_key_revocation(key.id)),
        revoked: key.revoked_at.map(|at| words.with("api-key-revoked-at", "day", at.day())).unwrap_or_default(),
    }
}

pub fn made(context: &Context, admin: &Admin, name: &str, secret: &str) -> Result<ShownOnce, Failure> {
    let words = super::words();
    Ok(ShownOnce {
        words,
        frame: super::frame(context, Exit::None, None),
        console: console(context, admin, Section::Settings)?,
        title: words.with("api-key-made-title", "name", name),
        lead: words.t("api-key-made-sentence"),
        label: words.t("api-key-label"),
        lines: vec![secret.to_owned()],
        on: (words.t("api-keys-back"), urls::admin::API_KEYS.into()),
    })
}
