//! A link that was made just now, with a message to send it in.

use secrecy::ExposeSecret;

use super::links::value_of;
use crate::{
    domain::{customer::Customer, user::LinkUser},
    flows::{Context, links::Fresh, mail},
    web::{
        errors::Failure,
        present,
        session::Admin,
        urls::admin as urls,
        view::{
            Exit, Form,
            admin::{
                Section,
                connections::{LinkMade, Sending},
            },
        },
        words::Words,
    },
};

/// What the message is about.
pub struct About<'c> {
    pub customer: &'c Customer,
    /// The integration, or the connection.
    pub what: String,
    /// It worked before.
    pub is_reconnect: bool,
    pub back_href: String,
}

pub fn made(context: &Context, words: Words, admin: &Admin, fresh: &Fresh, about: About<'_>) -> Result<LinkMade, Failure> {
    let (link, url) = (&fresh.link, fresh.url.expose_secret());
    let console = super::console(context, admin, Section::Customers)?;
    let ends = link.expires_at.day();
    let kind = if about.is_reconnect { "reconnect" } else { "connect" };
    Ok(LinkMade {
        words,
        frame: present::frame(context, Exit::None, None),
        sending: sending(context, fresh, about.customer, &console.csrf),
        console,
        subject: words.with(&format!("links-subject-{kind}"), "what", &about.what),
        message: message(context, words, link.user.as_ref(), (kind, &about.what), url, &ends),
        url: url.to_owned(),
        customer: about.customer.name.clone(),
        ends,
        back_href: about.back_href,
    })
}

fn sending(context: &Context, fresh: &Fresh, customer: &Customer, csrf: &str) -> Sending {
    match &fresh.link.user {
        Some(user) if fresh.is_mailed => Sending::Mailed(user.email.clone()),
        _ if !mail::is_configured(context) => Sending::NoServer,
        Some(_) => Sending::OwnWay,
        None => Sending::NobodyKnown {
            target: value_of(&fresh.link.target),
            form: Form { action: urls::customer_links(customer.id), csrf: csrf.to_owned(), version: String::new() },
        },
    }
}

fn message(context: &Context, words: Words, user: Option<&LinkUser>, (kind, what): (&str, &str), url: &str, ends: &str) -> String {
    let organization = &context.organization().name;
    let hello = user.map_or_else(|| words.t("links-hello-anyone"), |user| words.with("links-hello", "name", &user.name));
    let text = words.with_two(&format!("links-text-{kind}"), "what", what, "organization", organization);
    let end = words.with("links-text-end", "when", ends);
    format!("{hello}\n\n{text}\n\n{url}\n\n{end}\n\n{organization}")
}
