//! A link that was made just now, with a message to send it in.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    domain::{link::Link, user::LinkUser},
    flows::Context,
    web::{
        errors::Failure,
        present,
        session::Admin,
        view::{
            Exit,
            admin::{Section, connections::LinkMade},
        },
        words::Words,
    },
};

/// What the message is about.
pub struct About {
    pub customer: String,
    /// The integration, or the connection.
    pub what: String,
    /// It worked before.
    pub is_reconnect: bool,
    pub back_href: String,
}

pub fn made(context: &Context, words: Words, admin: &Admin, link: &Link, url: &SecretString, about: About) -> Result<LinkMade, Failure> {
    let ends = link.expires_at.day();
    let kind = if about.is_reconnect { "reconnect" } else { "connect" };
    Ok(LinkMade {
        words,
        frame: present::frame(context, Exit::None, None),
        console: super::console(context, admin, Section::Customers)?,
        subject: words.with(&format!("links-subject-{kind}"), "what", &about.what),
        message: message(context, words, link.user.as_ref(), (kind, &about.what), url.expose_secret(), &ends),
        url: url.expose_secret().to_owned(),
        customer: about.customer,
        ends,
        back_href: about.back_href,
    })
}

fn message(context: &Context, words: Words, user: Option<&LinkUser>, (kind, what): (&str, &str), url: &str, ends: &str) -> String {
    let organization = &context.organization().name;
    let hello = user.map_or_else(|| words.t("links-hello-anyone"), |user| words.with("links-hello", "name", &user.name));
    let text = words.with_two(&format!("links-text-{kind}"), "what", what, "organization", organization);
    let end = words.with("links-text-end", "when", ends);
    format!("{hello}\n\n{text}\n\n{url}\n\n{end}\n\n{organization}")
}
