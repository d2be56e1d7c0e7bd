//! Signing in, users, sessions and keys.

use askama::Template;

use super::super::admin::{Section, account::*, api_keys::*, sessions::SessionNew, users::*};
use super::super::plain::*;
use super::super::*;
use super::other_pages::console;
use super::{form, frame, words};

type Page = (String, askama::Result<String>);

fn plain(fields: Vec<PlainField>, submit: &str) -> PlainForm {
    PlainForm { form: form(), fields, submit: submit.into() }
}

fn password() -> PlainField {
    PlainField::new("password", "New password".into(), PlainKind::NewPassword).hint("At least 12 characters.".into())
}

fn email() -> PlainField {
    PlainField::new("email", "E-mail address".into(), PlainKind::Email("username")).value("lee@acme.example")
}

fn refused(is_so: bool, field: &str) -> Option<ErrorSummary> {
    is_so.then(|| refusal("The e-mail address and the password do not go together".into(), "Check both, then try again".into(), field))?
}

fn sign_in(wrong: bool, is_again: bool) -> SessionNew {
    SessionNew {
        words: words(),
        frame: frame(Exit::None),
        plain: plain(vec![email(), PlainField::new("password", "Password".into(), PlainKind::CurrentPassword)], "Sign in"),
        errors: refused(wrong, "email"),
        sso_action: Some("show.html".into()),
        is_again,
    }
}

fn form_page(wrong: bool) -> FormPage {
    let mut field = password();
    field.error = wrong.then(|| "Choose one with at least 12 characters".into());
    FormPage {
        words: words(),
        frame: frame(Exit::None),
        title: "Join Acme".into(),
        lead: Some("You were invited as lee@acme.example. Choose a password to sign in with.".into()),
        errors: refused(wrong, "password"),
        plain: plain(vec![field], "Join"),
        other: Some(("Sign in as someone else".into(), "show.html".into())),
    }
}

pub(super) fn sessions() -> Vec<SessionRow> {
    let row = |browser: &str, is_own| SessionRow {
        browser: browser.into(),
        detail: "2001:db8:85a3:8d3:1319:8a2e:370:7348 · since 22 November 2026, 14:02 UTC".into(),
        is_own,
        end_action: "show.html".into(),
    };
    vec![row("Firefox on Linux", true), row("Safari on iPhone", false)]
}

fn account(has_second_step: bool) -> AccountShow {
    AccountShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Settings),
        role: "Owner".into(),
        errors: None,
        plain: plain(
            vec![PlainField::new("current", "Current password".into(), PlainKind::CurrentPassword), password()],
            "Change password",
        ),
        second_step: has_second_step.then(|| ("On since 22 November 2026.".into(), "8 recovery codes are left.".into())),
        sessions: sessions(),
        parts: Parts {
            second_step: "show.html".into(),
            second_step_end: "show.html".into(),
            recovery_codes: "show.html".into(),
            sessions_end: "show.html".into(),
        },
    }
}

fn enrolment() -> SecondStepNew {
    SecondStepNew {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Settings),
        errors: None,
        qr: Qr { modules: 33, path: "M0 0h7v7h-7zM26 0h7v7h-7zM0 26h7v7h-7zM12 12h9v9h-9z".into() },
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".into(),
        plain: plain(vec![PlainField::new("code", "Code from the app".into(), PlainKind::Code).hint("Six digits.".into())], "Turn on"),
    }
}

fn once() -> ShownOnce {
    ShownOnce {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Settings),
        title: "Your recovery codes".into(),
        lead: "Each of these signs you in once. They are not shown again.".into(),
        label: "Your recovery codes".into(),
        lines: vec!["k4fh-9pqm-x2wd-ab7c".into(); 10],
        on: ("I have kept them".into(), "show.html".into()),
    }
}

fn role_field() -> PlainField {
    let choice = |value: &str, meaning: &str| (value.to_owned(), value.to_owned(), meaning.to_owned());
    let choices = vec![choice("viewer", "Sees how everything is."), choice("owner", "Also decides who is in.")];
    PlainField::new("role", "Role".into(), PlainKind::Choice(choices)).value("viewer")
}

fn users() -> UserIndex {
    let user = |email: &str, is_disabled| UserRow {
        email: email.into(),
        href: "show.html".into(),
        role: "Owner".into(),
        by: "Password and code".into(),
        signed_in: "22 November 2026".into(),
        is_disabled,
    };
    UserIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Settings),
        errors: None,
        users: vec![user("lee@acme.example", false), user("a-very-long-address-that-hardly-fits@subsidiary.acme.example", true)],
        invitations: vec![InvitationRow {
            email: "kim@acme.example".into(),
            role: "Support".into(),
            until: "until 4 December 2026".into(),
            renew_action: "show.html".into(),
            revoke_action: "show.html".into(),
        }],
        plain: plain(vec![email(), role_field()], "Make invitation"),
    }
}

fn user(is_disabled: bool) -> UserShow {
    UserShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Settings),
        errors: None,
        email: "kim@acme.example".into(),
        is_disabled,
        is_self: false,
        has_second_step: true,
        plain: plain(vec![role_field()], "Save role"),
        sessions: sessions(),
        actions: UserActions {
            reset: "show.html".into(),
            second_step_end: "show.html".into(),
            sessions_end: "show.html".into(),
            disable: "show.html".into(),
            enable: "show.html".into(),
        },
    }
}

fn api_keys() -> ApiKeyIndex {
    let key = |name: &str, revoke_action: Option<String>| ApiKeyRow {
        name: name.into(),
        scopes: "Manage, Credentials".into(),
        made: "3 March 2026".into(),
        used: "22 November 2026, 14:02 UTC".into(),
        revoke_action,
        revoked: "Revoked on 22 November 2026".into(),
    };
    let scope = |value: &str, ticked| (value.to_owned(), value.to_owned(), "What it allows.".to_owned(), ticked);
    ApiKeyIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Settings),
        errors: None,
        keys: vec![key("runtime", Some("show.html".into())), key("before", None)],
        plain: plain(vec![PlainField::new("name", "Name".into(), PlainKind::Text("off"))], "Make key"),
        scopes: vec![scope("manage", true), scope("credentials", false)],
    }
}

pub fn people() -> Vec<Page> {
    let mut pages = vec![
        ("account".to_owned(), account(false).render()),
        ("account-two-step".to_owned(), account(true).render()),
        ("second-step".to_owned(), enrolment().render()),
        ("shown-once".to_owned(), once().render()),
        ("users".to_owned(), users().render()),
        ("user".to_owned(), user(false).render()),
        ("user-disabled".to_owned(), user(true).render()),
        ("api-keys".to_owned(), api_keys().render()),
        ("confirmation".to_owned(), sign_in(false, true).render()),
    ];
    for wrong in [false, true] {
        pages.push((format!("sign-in-{wrong}"), sign_in(wrong, false).render()));
        pages.push((format!("short-form-{wrong}"), form_page(wrong).render()));
    }
    pages
}
