//! Pages of signing in, and what their refusals say.

use crate::{
    domain::customer_user::CustomerUser,
    flows::{Context, mail::PersonalLink},
    web::{
        errors::Failure,
        session::{self, Admin},
        urls,
        view::{
            ErrorSummary, Exit, Form,
            admin::sessions::SessionNew,
            customer::CustomerSignInPage,
            notice::{LinkEnded, LinkShow},
            plain::{FormPage, PlainField, PlainForm, PlainKind, refusal},
        },
        words::Words,
    },
};

pub fn form(action: impl Into<String>, csrf: String) -> Form {
    Form { action: action.into(), csrf, version: String::new() }
}

/// What becomes of a link that was made for a person. `prefix`: of the words.
pub fn link_sentence(words: Words, prefix: &str, link: &PersonalLink) -> String {
    let key = if link.is_mailed { "mailed" } else { "sentence" };
    words.with(&format!("{prefix}-{key}"), "email", &link.email)
}

pub fn refused(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("sign-in-refused"), words.t("sign-in-refused-next"), "email")
}
pub fn wait(words: Words, seconds: i64, field: &str) -> Option<ErrorSummary> {
    refusal(words.t("sign-in-wait"), words.count("sign-in-wait-next", usize::try_from(seconds).unwrap_or_default()), field)
}
pub fn wrong_code(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("code-wrong"), words.t("code-wrong-next"), "code")
}
pub fn not_confirmed(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("confirm-refused"), words.t("confirm-refused-next"), "password")
}
pub fn short_password(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("password-short"), words.t("password-short-next"), "password")
}
pub fn wrong_password(words: Words, field: &str) -> Option<ErrorSummary> {
    refusal(words.t("password-wrong"), words.t("password-wrong-next"), field)
}
pub fn no_role(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("role-none"), words.t("role-none-next"), "role")
}
pub fn no_address(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("address-none"), words.t("address-none-next"), "email")
}
pub fn address_taken(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("address-taken"), words.t("address-taken-next"), "email")
}
pub fn last_owner(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("last-owner"), words.t("last-owner-next"), "role")
}

pub fn sso_refusal(words: Words, said: &str) -> Option<ErrorSummary> {
    let find = |end: &str| words.find(&format!("{said}{end}"), []).unwrap_or_default();
    refusal(find(""), find("-next"), "email")
}
pub fn colleague_taken(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("colleague-taken"), words.t("colleague-taken-next"), "email")
}
pub fn password_elsewhere(words: Words) -> Option<ErrorSummary> {
    refusal(words.t("password-elsewhere"), words.t("password-elsewhere-next"), "password")
}

pub fn customer_sign_in(context: &Context, csrf: String, email: &str, errors: Option<ErrorSummary>) -> CustomerSignInPage {
    let words = super::words();
    let fields = vec![
        PlainField::new("email", words.t("sign-in-email"), PlainKind::Email("username")).value(email),
        PlainField::new("password", words.t("sign-in-password"), PlainKind::CurrentPassword),
    ];
    CustomerSignInPage {
        words,
        frame: super::frame(context, Exit::None, None),
        errors,
        plain: PlainForm { form: form(urls::SESSION, csrf.clone()), fields, submit: words.t("sign-in-submit") },
        sso: PlainForm { form: form(urls::SSO, csrf), fields: Vec::new(), submit: words.t("sso-continue") },
    }
}

pub fn sign_in_link(context: &Context, csrf: String, action: String, user: &CustomerUser) -> FormPage {
    let words = super::words();
    FormPage {
        words,
        frame: super::frame(context, Exit::None, None),
        title: words.t("link-sign-in-title"),
        lead: Some(words.with("link-sign-in-sentence", "email", &user.email)),
        plain: PlainForm { form: form(action, csrf), fields: Vec::new(), submit: words.t("sign-in-submit") },
        errors: None,
        other: None,
    }
}

pub fn new_password(words: Words) -> PlainField {
    PlainField::new("password", words.t("password-new"), PlainKind::NewPassword).hint(words.t("password-hint"))
}

pub fn sign_in(context: &Context, csrf: String, email: &str, errors: Option<ErrorSummary>) -> SessionNew {
    let words = super::words();
    let fields = vec![
        PlainField::new("email", words.t("sign-in-email"), PlainKind::Email("username")).value(email),
        PlainField::new("password", words.t("sign-in-password"), PlainKind::CurrentPassword),
    ];
    SessionNew {
        words,
        frame: super::frame(context, Exit::None, None),
        plain: PlainForm { form: form(urls::admin::SESSION, csrf), fields, submit: words.t("sign-in-submit") },
        errors,
        sso_action: context.org_sso().map(|_| urls::admin::SSO.to_owned()),
        is_again: false,
    }
}

/// As signing in, of somebody whose address is known.
pub async fn confirmation(context: &Context, admin: &Admin, errors: Option<ErrorSummary>) -> Result<SessionNew, Failure> {
    let words = super::words();
    let user = context.store().read().org_users().find(admin.id).await?.ok_or(Failure::NoSession)?;
    let mut fields = Vec::new();
    if user.password_hash.is_some() {
        fields.push(PlainField::new("password", words.t("sign-in-password"), PlainKind::CurrentPassword));
        if user.confirmed_step().is_some() {
            fields.push(PlainField::new("code", words.t("code-label"), PlainKind::Code).hint(words.t("code-hint")));
        }
    }
    let csrf = session::csrf_or_new(&admin.session, context)?;
    Ok(SessionNew {
        words,
        frame: super::frame(context, Exit::None, None),
        plain: PlainForm { form: form(urls::admin::CONFIRMATION, csrf), fields, submit: words.t("confirm-submit") },
        errors,
        sso_action: (context.org_sso().is_some() && user.identity.is_some()).then(|| urls::admin::SSO.to_owned()),
        is_again: true,
    })
}

pub fn code(context: &Context, csrf: String, errors: Option<ErrorSummary>) -> FormPage {
    let words = super::words();
    let field = PlainField::new("code", words.t("code-label"), PlainKind::Code).hint(words.t("code-hint"));
    FormPage {
        words,
        frame: super::frame(context, Exit::None, None),
        title: words.t("code-title"),
        lead: None,
        plain: PlainForm { form: form(urls::admin::CODE, csrf), fields: vec![field], submit: words.t("code-submit") },
        errors,
        other: Some((words.t("code-other"), urls::admin::SESSION.into())),
    }
}

pub fn accept(context: &Context, csrf: String, action: String, email: &str, errors: Option<ErrorSummary>) -> FormPage {
    let words = super::words();
    FormPage {
        words,
        frame: super::frame(context, Exit::None, None),
        title: words.with("accept-title", "organization", &context.organization().name),
        lead: Some(words.with("accept-sentence", "email", email)),
        plain: PlainForm { form: form(action, csrf), fields: vec![new_password(words)], submit: words.t("accept-submit") },
        errors,
        other: None,
    }
}

pub fn reset(context: &Context, csrf: String, action: String, email: &str, errors: Option<ErrorSummary>) -> FormPage {
    let words = super::words();
    FormPage {
        words,
        frame: super::frame(context, Exit::None, None),
        title: words.t("reset-title"),
        lead: Some(words.with("reset-sentence", "email", email)),
        plain: PlainForm { form: form(action, csrf), fields: vec![new_password(words)], submit: words.t("reset-submit") },
        errors,
        other: None,
    }
}

/// A link that opens nothing any more; which of the ways it ended is not told.
pub fn ended(context: &Context) -> LinkShow {
    LinkShow { words: super::words(), frame: super::frame(context, Exit::None, None), ended: LinkEnded::Unknown, request: None }
}
