//! The organization's users, as its owners see them.

use secrecy::ExposeSecret;

use super::{account, admin::console, people};
use crate::{
    domain::{
        invitation::Invitation,
        user::{OrgUser, Role},
    },
    flows::{Context, mail::PersonalLink},
    web::{
        errors::Failure,
        session::{self, Admin},
        urls,
        view::{
            ErrorSummary, Exit,
            admin::{
                Section,
                account::ShownOnce,
                users::{InvitationRow, UserActions, UserIndex, UserRow, UserShow},
            },
            plain::{PlainField, PlainForm, PlainKind},
        },
        words::Words,
    },
};

/// `email`, `role`: as typed into the form that invites.
pub async fn index(
    context: &Context,
    admin: &Admin,
    email: &str,
    role: Option<Role>,
    errors: Option<ErrorSummary>,
) -> Result<UserIndex, Failure> {
    let words = super::words();
    let users = context.store().read().org_users().list().await?;
    let invitations = context.store().read().invitations().list_open().await?;
    let console = console(context, admin, Section::Settings)?;
    let fields = vec![PlainField::new("email", words.t("sign-in-email"), PlainKind::Email("off")).value(email), roles(words, role)];
    Ok(UserIndex {
        words,
        frame: super::frame(context, Exit::None, session::take_flash(&admin.session)),
        errors,
        users: users.iter().map(|user| row(words, user)).collect(),
        invitations: invitations.iter().map(|invitation| invited(words, context, invitation)).collect(),
        plain: PlainForm { form: people::form(urls::admin::USERS, console.csrf.clone()), fields, submit: words.t("invite-submit") },
        console,
    })
}

fn roles(words: Words, chosen: Option<Role>) -> PlainField {
    let choice = |role: Role| {
        let meaning = words.find(&format!("role-{}-means", role.as_str()), []).unwrap_or_default();
        (role.as_str().to_owned(), account::role(words, role.as_str()), meaning)
    };
    let choices = Role::ALL.into_iter().map(choice).collect();
    PlainField::new("role", words.t("users-role"), PlainKind::Choice(choices)).value(chosen.map(Role::as_str).unwrap_or_default())
}

fn row(words: Words, user: &OrgUser) -> UserRow {
    let by = match (user.password_hash.is_some(), user.identity.is_some(), user.confirmed_step().is_some()) {
        (true, false, true) => "users-by-two",
        (true, false, false) => "users-by-password",
        (true, true, _) => "users-by-both",
        (false, ..) => "users-by-sso",
    };
    UserRow {
        email: user.email.clone(),
        href: urls::admin::user(user.id),
        role: account::role(words, user.role.as_str()),
        by: words.find(by, []).unwrap_or_default(),
        signed_in: user.signed_in_at.map_or_else(|| words.t("users-never"), |at| at.day()),
        is_disabled: !user.is_enabled(),
    }
}

fn invited(words: Words, context: &Context, invitation: &Invitation) -> InvitationRow {
    let until = if invitation.is_open(context.now()) {
        words.with("invitation-until", "day", invitation.expires_at.day())
    } else {
        words.t("invitation-expired")
    };
    InvitationRow {
        email: invitation.email.clone(),
        role: account::role(words, invitation.role.as_str()),
        until,
        renew_action: urls::admin::invitation_part(invitation.id, "renewal"),
        revoke_action: urls::admin::invitation_part(invitation.id, "revocation"),
    }
}

pub async fn show(context: &Context, admin: &Admin, user: &OrgUser, errors: Option<ErrorSummary>) -> Result<UserShow, Failure> {
    let words = super::words();
    let console = console(context, admin, Section::Settings)?;
    let lines = session::list(context, &admin.session, &user.id.to_string()).await?;
    let part = |part: &str| urls::admin::user_part(user.id, part);
    Ok(UserShow {
        words,
        frame: super::frame(context, Exit::None, session::take_flash(&admin.session)),
        errors,
        email: user.email.clone(),
        is_disabled: !user.is_enabled(),
        is_self: user.id == admin.id,
        has_second_step: user.confirmed_step().is_some(),
        plain: PlainForm {
            form: people::form(part("role"), console.csrf.clone()),
            fields: vec![roles(words, Some(user.role))],
            submit: words.t("user-role-save"),
        },
        console,
        sessions: lines.iter().map(|line| account::row(words, line, urls::admin::user_session_end(user.id, &line.id))).collect(),
        actions: UserActions {
            reset: part("password-reset"),
            second_step_end: part("second-step/end"),
            sessions_end: part("sessions/end"),
            disable: part("disablement"),
            enable: part("enablement"),
        },
    })
}

pub fn invitation_link(context: &Context, admin: &Admin, link: &PersonalLink) -> Result<ShownOnce, Failure> {
    let words = super::words();
    Ok(ShownOnce {
        words,
        frame: super::frame(context, Exit::None, None),
        console: console(context, admin, Section::Settings)?,
        title: words.t("invitation-link-title"),
        lead: people::link_sentence(words, "invitation-link", link),
        label: words.t("once-link"),
        lines: vec![link.url.expose_secret().to_owned()],
        on: (words.t("users-back"), urls::admin::USERS.into()),
    })
}

pub fn reset_link(context: &Context, admin: &Admin, user: &OrgUser, link: &PersonalLink) -> Result<ShownOnce, Failure> {
    let words = super::words();
    Ok(ShownOnce {
        words,
        frame: super::frame(context, Exit::None, None),
        console: console(context, admin, Section::Settings)?,
        title: words.t("reset-link-title"),
        lead: people::link_sentence(words, "reset-link", link),
        label: words.t("once-link"),
        lines: vec![link.url.expose_secret().to_owned()],
        on: (words.t("user-back"), urls::admin::user(user.id)),
    })
}
