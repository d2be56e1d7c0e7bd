//! The users of a customer and their single sign-on, as the organization sees them.

use secrecy::ExposeSecret;

use super::{admin::console, customer as of_customer, people};
use crate::{
    domain::{
        customer::Customer,
        customer_user::{CustomerRole, CustomerUser},
        user::Role,
    },
    flows::{Context, customer_sso::Saved, mail::PersonalLink, sso},
    web::{
        errors::Failure,
        forms::Posted,
        session::{self, Admin},
        urls,
        view::{
            ErrorSummary, Exit,
            admin::{
                Section,
                account::ShownOnce,
                customer_users::{CustomerSsoEdit, CustomerUserIndex},
            },
            plain::{PlainField, PlainForm, PlainKind},
        },
        words::Words,
    },
};

pub async fn index(
    context: &Context,
    admin: &Admin,
    customer: &Customer,
    typed: (&str, &str),
    errors: Option<ErrorSummary>,
) -> Result<CustomerUserIndex, Failure> {
    let words = super::words();
    let console = console(context, admin, Section::Customers)?;
    let users = context.store().read().customer_users().list(customer.id).await?;
    let (links, changes) = (admin.is_at_least(Role::Support), admin.is_at_least(Role::Admin));
    let line = |user: &CustomerUser| {
        of_customer::row(words, user, links, changes, |part| urls::admin::customer_user_part(customer.id, user.id, part))
    };
    let form = PlainForm {
        form: people::form(urls::admin::customer_users(customer.id), console.csrf.clone()),
        fields: of_customer::new_user_fields(words, typed),
        submit: words.t("people-invite-submit"),
    };
    Ok(CustomerUserIndex {
        words,
        frame: super::frame(context, Exit::None, session::take_flash(&admin.session)),
        console,
        errors,
        customer: customer.name.clone(),
        people: users.iter().map(line).collect(),
        plain: changes.then_some(form),
        back_href: urls::admin::customer(customer.id),
        sso_href: changes.then(|| urls::admin::customer_sso(customer.id)),
    })
}

pub fn link(context: &Context, admin: &Admin, customer: &Customer, link: &PersonalLink) -> Result<ShownOnce, Failure> {
    let words = super::words();
    Ok(ShownOnce {
        words,
        frame: super::frame(context, Exit::None, None),
        console: console(context, admin, Section::Customers)?,
        title: words.t("person-link-title"),
        lead: people::link_sentence(words, "person-link", link),
        label: words.t("once-link"),
        lines: vec![link.url.expose_secret().to_owned()],
        on: (words.t("people-back"), urls::admin::customer_users(customer.id)),
    })
}

/// `typed`: a form that was refused; the client secret comes back from neither.
pub async fn sso(
    context: &Context,
    admin: &Admin,
    customer: &Customer,
    typed: Option<&Posted>,
    refused: Option<Saved>,
) -> Result<CustomerSsoEdit, Failure> {
    let words = super::words();
    let console = console(context, admin, Section::Customers)?;
    let saved = context.store().read().customer_sso().find(customer.id).await?;
    let value = |name: &str, of_saved: Option<&str>| {
        typed.map_or_else(|| of_saved.unwrap_or_default().to_owned(), |form| form.get(name).unwrap_or_default().to_owned())
    };
    let choice = |role: CustomerRole| (role.as_str().to_owned(), of_customer::role(words, role), String::new());
    let mut secret = PlainField::new("client_secret", words.t("customer-sso-client-secret"), PlainKind::NewPassword);
    if saved.is_some() {
        secret = secret.hint(words.t("customer-sso-secret-kept"));
    }
    let of = saved.as_ref();
    let fields = vec![
        PlainField::new("issuer", words.t("customer-sso-issuer"), PlainKind::Text("off"))
            .hint(words.t("customer-sso-issuer-hint"))
            .value(value("issuer", of.map(|sso| sso.issuer.as_str()))),
        PlainField::new("client_id", words.t("customer-sso-client-id"), PlainKind::Text("off"))
            .value(value("client_id", of.map(|sso| sso.client_id.as_str()))),
        secret,
        PlainField::new("domain", words.t("customer-sso-domain"), PlainKind::Text("off"))
            .hint(words.t("customer-sso-domain-hint"))
            .value(value("domain", of.map(|sso| sso.domain.as_str()))),
        PlainField::new("role", words.t("customer-sso-role"), PlainKind::Choice(CustomerRole::ALL.into_iter().map(choice).collect()))
            .value(value("role", Some(of.map_or("member", |sso| sso.default_role.as_str())))),
    ];
    let fields: Vec<_> = fields.into_iter().map(|field| with_error(words, field, refused)).collect();
    let plain = PlainForm {
        form: people::form(urls::admin::customer_sso(customer.id), console.csrf.clone()),
        fields,
        submit: words.t("customer-sso-save"),
    };
    Ok(CustomerSsoEdit {
        words,
        frame: super::frame(context, Exit::None, session::take_flash(&admin.session)),
        errors: plain.errors(),
        console,
        customer: customer.name.clone(),
        back_href: urls::admin::customer_users(customer.id),
        redirect_uri: context.absolute(sso::CALLBACK),
        plain,
        end_action: saved.map(|_| urls::admin::customer_sso_end(customer.id)),
    })
}

fn with_error(words: Words, field: PlainField, refused: Option<Saved>) -> PlainField {
    let (id, key) = match refused {
        None | Some(Saved::Done) => return field,
        Some(Saved::Issuer) => ("issuer", "customer-sso-wrong-issuer"),
        Some(Saved::ClientId) => ("client_id", "customer-sso-wrong-client-id"),
        Some(Saved::ClientSecret) => ("client_secret", "customer-sso-wrong-secret"),
        Some(Saved::Domain) => ("domain", "customer-sso-wrong-domain"),
        Some(Saved::DomainTaken) => ("domain", "customer-sso-domain-taken"),
    };
    if field.id == id { field.error(words.find(key, [])) } else { field }
}
