//! Signing in, users, sessions and keys.

use askama::Template;

use super::super::admin::{Section, account::*, api_keys::*, customer_users::*, sessions::SessionNew, users::*};
use super::super::customer::*;
use super::super::plain::*;
use super::super::slot::Status;
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

pub(super) fn person(here: &'static str) -> Person {
    Person { name: "Kim".into(), csrf: "c5rf".into(), is_admin: true, here }
}

fn home(is_empty: bool) -> HomeIndex {
    let line = |integration: &str, is_draft| HomeLine {
        integration: integration.into(),
        href: "show.html".into(),
        state: if is_draft { "Not turned on yet" } else { "Turned on" }.into(),
        is_draft,
        own_href: (!is_draft).then(|| "own.html".into()),
        connections: vec![
            ("Slack".into(), Status::Connected, Some("northwind.slack.com".into())),
            ("Asana".into(), Status::NeedsReconnecting, None),
        ],
    };
    let lines = if is_empty { Vec::new() } else { vec![line("Team alerts", false), line("Payroll sync", true)] };
    HomeIndex { words: words(), frame: frame(Exit::None), person: person("home"), lines }
}

fn person_rows() -> Vec<PersonRow> {
    let actions = || PersonActions {
        link: Some("show.html".into()),
        role: Some(("show.html".into(), "admin".into(), "Make admin".into())),
        disable: Some("show.html".into()),
        enable: None,
    };
    let row = |who: &str, actions, is_disabled| PersonRow {
        who: who.into(),
        detail: "Member · last signed in: Never".into(),
        actions,
        is_disabled,
    };
    vec![row("Kim · kim@northwind.example", None, false), row("lee@northwind.example", Some(actions()), false)]
}

#[expect(clippy::too_many_lines, reason = "a list")]
fn customer_pages() -> Vec<Page> {
    let account = CustomerAccount {
        words: words(),
        frame: frame(Exit::None),
        person: person("account"),
        email: "kim@northwind.example".into(),
        role: "Admin".into(),
        errors: None,
        plain: plain(vec![password()], "Save password"),
        sessions: sessions(),
        sessions_end: "show.html".into(),
    };
    let people = PeopleIndex {
        words: words(),
        frame: frame(Exit::None),
        person: person("people"),
        errors: None,
        people: person_rows(),
        plain: plain(vec![email(), role_field()], "Make invitation"),
    };
    let link = PersonLink {
        words: words(),
        frame: frame(Exit::None),
        person: person("people"),
        title: "The link is ready".into(),
        lead: "Send it.".into(),
        url: "https://connect.acme.example/sign-in/0dV8f2cJk3m_X1yqTz5nB7aLw9eRu4sHpGiKoYtQxCv".into(),
    };
    let sign_in = |wrong| CustomerSignInPage {
        words: words(),
        frame: frame(Exit::None),
        errors: refused(wrong, "email"),
        plain: plain(vec![email(), PlainField::new("password", "Password".into(), PlainKind::CurrentPassword)], "Sign in"),
        sso: plain(Vec::new(), "Continue"),
    };
    let users = CustomerUserIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        errors: None,
        customer: "Northwind".into(),
        people: person_rows(),
        plain: Some(plain(vec![email(), role_field()], "Make invitation")),
        back_href: "show.html".into(),
        sso_href: Some("show.html".into()),
    };
    let sso = CustomerSsoEdit {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        errors: None,
        customer: "Northwind".into(),
        back_href: "show.html".into(),
        redirect_uri: "https://connect.acme.example/sso/callback".into(),
        plain: plain(vec![PlainField::new("issuer", "Issuer".into(), PlainKind::Text("off")), role_field()], "Save"),
        end_action: Some("show.html".into()),
    };
    vec![
        ("home".to_owned(), home(false).render()),
        ("home-empty".to_owned(), home(true).render()),
        ("customer-account".to_owned(), account.render()),
        ("people".to_owned(), people.render()),
        ("person-link".to_owned(), link.render()),
        ("customer-sign-in".to_owned(), sign_in(false).render()),
        ("customer-sign-in-wrong".to_owned(), sign_in(true).render()),
        ("customer-users".to_owned(), users.render()),
        ("customer-sso".to_owned(), sso.render()),
    ]
}

pub fn people() -> Vec<Page> {
    let mut pages = customer_pages();
    pages.extend(vec![
        ("account".to_owned(), account(false).render()),
        ("account-two-step".to_owned(), account(true).render()),
        ("second-step".to_owned(), enrolment().render()),
        ("shown-once".to_owned(), once().render()),
        ("users".to_owned(), users().render()),
        ("user".to_owned(), user(false).render()),
        ("user-disabled".to_owned(), user(true).render()),
        ("api-keys".to_owned(), api_keys().render()),
        ("confirmation".to_owned(), sign_in(false, true).render()),
    ]);
    for wrong in [false, true] {
        pages.push((format!("sign-in-{wrong}"), sign_in(wrong, false).render()));
        pages.push((format!("short-form-{wrong}"), form_page(wrong).render()));
    }
    pages
}
