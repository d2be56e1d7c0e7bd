//! One's own account.

use qrcodegen::{QrCode, QrCodeEcc};
use secrecy::ExposeSecret;

use super::{admin::console, people};
use crate::{
    flows::{Broken, Context, second_step::Enrolment},
    web::{
        errors::Failure,
        session::{self, Admin, SessionLine},
        urls,
        view::{
            ErrorSummary, Exit,
            admin::{
                Section,
                account::{AccountShow, Parts, Qr, SecondStepNew, SessionRow, ShownOnce},
            },
            plain::{PlainField, PlainForm, PlainKind},
        },
        words::Words,
    },
};

pub async fn show(context: &Context, admin: &Admin, errors: Option<ErrorSummary>) -> Result<AccountShow, Failure> {
    let words = super::words();
    let user = context.store().read().org_users().find(admin.id).await?.ok_or(Failure::NoSession)?;
    let console = console(context, admin, Section::Settings)?;
    let mut fields = Vec::new();
    if user.password_hash.is_some() {
        fields.push(PlainField::new("current", words.t("password-current"), PlainKind::CurrentPassword));
    }
    fields.push(people::new_password(words));
    let second_step = match user.confirmed_step().and_then(|step| step.confirmed_at) {
        Some(at) => {
            let left = context.store().read().recovery_codes().count(user.id).await?;
            let codes = words.count("recovery-left", usize::try_from(left).unwrap_or_default());
            Some((words.with("second-step-since", "day", at.day()), codes))
        }
        None => None,
    };
    let lines = session::list(context, &admin.session, &user.id.to_string()).await?;
    Ok(AccountShow {
        words,
        frame: super::frame(context, Exit::None, session::take_flash(&admin.session)),
        role: role(words, admin.role.as_str()),
        errors,
        plain: PlainForm {
            form: people::form(urls::admin::ACCOUNT_PASSWORD, console.csrf.clone()),
            fields,
            submit: words.t("account-password-change"),
        },
        console,
        second_step,
        sessions: lines.iter().map(|line| row(words, line, urls::admin::account_session_end(&line.id))).collect(),
        parts: Parts {
            second_step: urls::admin::SECOND_STEP.into(),
            second_step_end: urls::admin::SECOND_STEP_END.into(),
            recovery_codes: urls::admin::RECOVERY_CODES.into(),
            sessions_end: urls::admin::ACCOUNT_SESSIONS_END.into(),
        },
    })
}

/// The role's name in words.
pub fn role(words: Words, role: &str) -> String {
    words.find(&format!("role-{role}"), []).unwrap_or_default()
}

pub fn row(words: Words, line: &SessionLine, end_action: String) -> SessionRow {
    let since = format!("{}, {} UTC", line.began_at.day(), line.began_at.clock());
    SessionRow {
        browser: browser(words, &line.agent),
        detail: words.with_two("session-detail", "address", &line.address, "since", since),
        is_own: line.is_own,
        end_action,
    }
}

/// "Firefox on Linux", from what a browser calls itself: enough to know one's own.
fn browser(words: Words, agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    // In this order: each later one's mark stands in the names of those before it.
    let name = first(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (name, system) {
        (Some(name), Some(system)) => words.with_two("session-browser", "browser", name, "system", system),
        (Some(name), None) => name.to_owned(),
        _ => words.t("session-other-browser"),
    }
}

pub fn enrolment(context: &Context, admin: &Admin, enrolment: &Enrolment, errors: Option<ErrorSummary>) -> Result<SecondStepNew, Failure> {
    let words = super::words();
    let console = console(context, admin, Section::Settings)?;
    let field = PlainField::new("code", words.t("second-step-code"), PlainKind::Code).hint(words.t("second-step-code-hint"));
    let secret: Vec<char> = enrolment.secret.expose_secret().chars().collect();
    Ok(SecondStepNew {
        words,
        frame: super::frame(context, Exit::None, None),
        errors,
        qr: qr(enrolment.uri.expose_secret())?,
        secret: secret.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" "),
        plain: PlainForm {
            form: people::form(urls::admin::SECOND_STEP, console.csrf.clone()),
            fields: vec![field],
            submit: words.t("second-step-on"),
        },
        console,
    })
}

fn qr(text: &str) -> Result<Qr, Failure> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)
        .map_err(|_| Failure::Broken(Broken::Inconsistent("an address is too long for a QR code".into())))?;
    let dark = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
    Ok(Qr { modules: code.size(), path: dark.map(|(x, y)| format!("M{x} {y}h1v1h-1z")).collect() })
}

pub fn recovery_codes(context: &Context, admin: &Admin, lines: Vec<String>) -> Result<ShownOnce, Failure> {
    let words = super::words();
    Ok(ShownOnce {
        words,
        frame: super::frame(context, Exit::None, None),
        console: console(context, admin, Section::Settings)?,
        title: words.t("recovery-title"),
        lead: words.t("recovery-sentence"),
        label: words.t("recovery-title"),
        lines,
        on: (words.t("recovery-on"), urls::admin::ACCOUNT.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        let words = Words::english();
        for (agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0 Safari/537.36 Edg/127.0",
                "Edge on Windows",
            ),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Safari/604.1", "Safari on iPhone"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/537.36 Chrome/127.0 Safari/537.36", "Chrome on macOS"),
            ("curl/8", "Another browser"),
            ("<script>", "Another browser"),
        ] {
            assert_eq!(browser(words, agent), name);
        }
    }

    #[test]
    fn a_qr_code_is_one_path() {
        let qr = qr("otpauth://totp/Acme:ann%40acme%2Eexample?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme").unwrap();
        assert!(qr.modules >= 33 && qr.path.starts_with("M0 0h1v1h-1z"));
    }
}
