//! Pages of customer users who are signed in.

use secrecy::ExposeSecret;

use super::{account, people};
use crate::{
    domain::{
        customer_user::{CustomerRole, CustomerUser},
        instance::InstanceStatus,
    },
    flows::{Context, home, mail::PersonalLink},
    web::{
        errors::Failure,
        session::{self, Colleague},
        urls,
        view::{
            ErrorSummary, Exit,
            customer::{CustomerAccount, HomeIndex, HomeLine, PeopleIndex, Person, PersonActions, PersonLink, PersonRow},
            plain::{PlainField, PlainForm, PlainKind},
        },
        words::Words,
    },
};

fn person(context: &Context, colleague: &Colleague, here: &'static str) -> Result<Person, Failure> {
    let name = if colleague.user.name.is_empty() { &colleague.user.email } else { &colleague.user.name };
    let csrf = session::csrf_or_new(&colleague.session, context)?;
    Ok(Person { name: name.clone(), csrf, is_admin: colleague.is_admin(), here })
}

pub async fn home(context: &Context, colleague: &Colleague) -> Result<HomeIndex, Failure> {
    let words = super::words();
    let lines = home::lines(context, colleague.user.customer_id).await?;
    let line = |line: &home::Line| HomeLine {
        integration: line.integration.clone(),
        href: urls::wizard(line.instance.id),
        state: match line.instance.status {
            InstanceStatus::Draft => words.t("home-draft"),
            InstanceStatus::Active => words.t("home-on"),
            InstanceStatus::Paused => words.t("home-paused"),
        },
        is_draft: line.instance.status == InstanceStatus::Draft,
        own_href: (line.has_user_slots && line.instance.status == InstanceStatus::Active).then(|| urls::own(line.instance.id)),
        connections: line.slots.iter().map(|slot| (slot.label.clone(), super::slot::status(slot.state), slot.account.clone())).collect(),
    };
    Ok(HomeIndex {
        words,
        frame: super::frame(context, Exit::None, session::take_flash(&colleague.session)),
        person: person(context, colleague, "home")?,
        lines: lines.iter().map(line).collect(),
    })
}

/// The role's name in words.
pub fn role(words: Words, role: CustomerRole) -> String {
    words.find(&format!("customer-role-{}", role.as_str()), []).unwrap_or_default()
}

pub async fn account(context: &Context, colleague: &Colleague, errors: Option<ErrorSummary>) -> Result<CustomerAccount, Failure> {
    let words = super::words();
    let person = person(context, colleague, "account")?;
    let mut fields = Vec::new();
    if colleague.user.password_hash.is_some() {
        fields.push(PlainField::new("current", words.t("password-current"), PlainKind::CurrentPassword));
    }
    fields.push(people::new_password(words));
    let lines = session::list(context, &colleague.session, &colleague.user.id.to_string()).await?;
    Ok(CustomerAccount {
        words,
        frame: super::frame(context, Exit::None, session::take_flash(&colleague.session)),
        email: colleague.user.email.clone(),
        role: role(words, colleague.user.role),
        errors,
        plain: PlainForm { form: people::form(urls::ACCOUNT_PASSWORD, person.csrf.clone()), fields, submit: words.t("reset-submit") },
        person,
        sessions: lines.iter().map(|line| account::row(words, line, urls::account_session_end(&line.id))).collect(),
        sessions_end: urls::ACCOUNT_SESSIONS_END.into(),
    })
}

/// The fields that make a user; `email` and `name` as typed.
pub fn new_user_fields(words: Words, (email, name): (&str, &str)) -> Vec<PlainField> {
    let choice = |one: CustomerRole| {
        let meaning = words.find(&format!("customer-role-{}-means", one.as_str()), []).unwrap_or_default();
        (one.as_str().to_owned(), role(words, one), meaning)
    };
    vec![
        PlainField::new("email", words.t("sign-in-email"), PlainKind::Email("off")).value(email),
        PlainField::new("name", words.t("customer-user-name"), PlainKind::Text("off")).value(name),
        PlainField::new("role", words.t("users-role"), PlainKind::Choice(CustomerRole::ALL.into_iter().map(choice).collect()))
            .value(CustomerRole::Member.as_str()),
    ]
}

/// `part`: the address of one form; what is `false` is not offered.
pub fn row(words: Words, user: &CustomerUser, links: bool, changes: bool, part: impl Fn(&str) -> String) -> PersonRow {
    let last = user.signed_in_at.map_or_else(|| words.t("users-never"), |at| at.day());
    let who = if user.name.is_empty() { user.email.clone() } else { format!("{} · {}", user.name, user.email) };
    let (other, text) = match user.role {
        CustomerRole::Member => (CustomerRole::Admin, "people-make-admin"),
        CustomerRole::Admin => (CustomerRole::Member, "people-make-member"),
    };
    let enabled = user.is_enabled();
    let actions = PersonActions {
        link: (links && enabled).then(|| part("link")),
        role: (changes && enabled).then(|| (part("role"), other.as_str().to_owned(), words.find(text, []).unwrap_or_default())),
        disable: (changes && enabled).then(|| part("disablement")),
        enable: (changes && !enabled).then(|| part("enablement")),
    };
    PersonRow {
        who,
        detail: words.with_two("people-detail", "role", role(words, user.role), "last", last),
        actions: (links || changes).then_some(actions),
        is_disabled: !enabled,
    }
}

pub async fn people(
    context: &Context,
    colleague: &Colleague,
    typed: (&str, &str),
    errors: Option<ErrorSummary>,
) -> Result<PeopleIndex, Failure> {
    let words = super::words();
    let person = person(context, colleague, "people")?;
    let users = context.store().read().customer_users().list(colleague.user.customer_id).await?;
    let line = |user: &CustomerUser| {
        let is_other = user.id != colleague.user.id;
        row(words, user, is_other, is_other, |part| urls::person_part(user.id, part))
    };
    Ok(PeopleIndex {
        words,
        frame: super::frame(context, Exit::None, session::take_flash(&colleague.session)),
        errors,
        people: users.iter().map(line).collect(),
        plain: PlainForm {
            form: people::form(urls::PEOPLE, person.csrf.clone()),
            fields: new_user_fields(words, typed),
            submit: words.t("people-invite-submit"),
        },
        person,
    })
}

pub fn person_link(context: &Context, colleague: &Colleague, link: &PersonalLink) -> Result<PersonLink, Failure> {
    let words = super::words();
    Ok(PersonLink {
        words,
        frame: super::frame(context, Exit::None, None),
        person: person(context, colleague, "people")?,
        title: words.t("person-link-title"),
        lead: people::link_sentence(words, "person-link", link),
        url: link.url.expose_secret().to_owned(),
    })
}
