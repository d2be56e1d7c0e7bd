//! A customer's links, and the form that makes one.

use crate::{
    domain::{
        ids::CustomerId,
        link::{Link, LinkTarget},
        time::Timestamp,
        user::{LinkUser, Role},
    },
    flows::{
        Context,
        links::{Listed, OfCustomer, Opens, Targets},
        mail,
    },
    web::{
        errors::Failure,
        present::{self, slot::ago},
        session::{self, Admin},
        urls::admin as urls,
        view::{
            ErrorItem, ErrorSummary, Exit, Form,
            admin::{
                Section,
                links::{LinkIndex, LinkRow, NewLink},
            },
            field::Choice,
        },
        words::Words,
    },
};

/// What was chosen and typed, and what of it is wrong.
#[derive(Default)]
pub struct Typed {
    pub target: String,
    pub name: String,
    pub email: String,
    pub days: String,
    /// To the person's mailbox, if there is a mail server.
    pub is_mailed: bool,
    pub target_is_wrong: bool,
    /// A key of the catalogue.
    pub user_error: Option<&'static str>,
}

/// How long a link may work.
pub const DAYS: [i64; 4] = [1, 7, 30, 90];
const USUAL_DAYS: &str = "7";

pub fn index(context: &Context, words: Words, admin: &Admin, found: &OfCustomer, typed: &Typed) -> Result<LinkIndex, Failure> {
    let may_make = admin.is_at_least(Role::Support);
    let console = super::console(context, admin, Section::Customers)?;
    let can_mail = mail::is_configured(context);
    let new = may_make.then(|| NewLink {
        mail: can_mail.then_some(typed.is_mailed),
        ..new_link(words, found.customer.id, &console.csrf, &found.targets, typed)
    });
    Ok(LinkIndex {
        words,
        frame: present::frame(context, Exit::None, session::take_flash(&admin.session)),
        customer: found.customer.name.clone(),
        customer_href: urls::customer(found.customer.id),
        new,
        links: found
            .links
            .iter()
            .map(|listed| row(words, listed, context.now(), may_make.then_some(console.csrf.as_str()), can_mail))
            .collect(),
        console,
    })
}

/// The form value of a target.
pub fn value_of(target: &LinkTarget) -> String {
    match target {
        LinkTarget::Integration(key) => format!("integration:{key}"),
        LinkTarget::Instance(id) => format!("instance:{id}"),
        LinkTarget::Connection(id) => format!("connection:{id}"),
        LinkTarget::ReusableConnection { definition, .. } => format!("reusable:{definition}"),
        LinkTarget::Connections => "connections".to_owned(),
    }
}

fn new_link(words: Words, customer: CustomerId, csrf: &str, targets: &Targets, typed: &Typed) -> NewLink {
    let choice = |target: LinkTarget, label: String| {
        let value = value_of(&target);
        Choice { selected: value == typed.target, value, label }
    };
    let begun = targets
        .instances
        .iter()
        .map(|(id, name)| choice(LinkTarget::Instance(*id), words.with("links-what-instance", "integration", name)));
    let connections = targets.connections.iter().map(|(id, slot, integration)| {
        choice(LinkTarget::Connection(*id), words.with_two("links-what-connection", "slot", slot, "integration", integration))
    });
    let fresh = targets
        .integrations
        .iter()
        .map(|(key, name)| choice(LinkTarget::Integration(key.clone()), words.with("links-what-new", "integration", name)));
    let saved = targets.reusable.iter().map(|(key, name)| {
        let target = LinkTarget::ReusableConnection { definition: key.clone(), made: None };
        choice(target, words.with("links-what-saved", "name", name))
    });
    let days = if typed.days.is_empty() { USUAL_DAYS } else { &typed.days };
    let target_error = typed.target_is_wrong.then(|| words.t("links-target-wrong"));
    let user_error = typed.user_error.map(|key| words.t(key));
    let item = |href: &str, text: &Option<String>| text.clone().map(|text| ErrorItem { href: href.into(), text });
    NewLink {
        form: Form { action: urls::customer_links(customer), csrf: csrf.to_owned(), version: String::new() },
        errors: ErrorSummary::of([item("#target", &target_error), item("#name", &user_error)].into_iter().flatten().collect()),
        targets: begun.chain(connections).chain(fresh).chain(saved).collect(),
        name: typed.name.clone(),
        email: typed.email.clone(),
        user_error,
        target_error,
        mail: None,
        days: DAYS
            .map(|day| Choice { value: day.to_string(), label: words.t(&format!("links-days-{day}")), selected: day.to_string() == days })
            .into(),
    }
}

fn row(words: Words, listed: &Listed, now: Timestamp, csrf: Option<&str>, can_mail: bool) -> LinkRow {
    let link = &listed.link;
    let form = |part: &str| csrf.map(|csrf| Form { action: urls::link_part(link.id, part), csrf: csrf.to_owned(), version: String::new() });
    let is_over = link.ended(now).is_some();
    LinkRow {
        what: what(words, &listed.opens),
        made: words.with("links-made-at", "when", ago(words, link.created_at, now)),
        who: who(words, link.user.as_ref()),
        state: state(words, link, now),
        renewal_mails: can_mail && link.user.is_some(),
        is_over,
        renew: form("renewal").filter(|_| listed.opens != Opens::Gone),
        revoke: form("revocation").filter(|_| !is_over),
    }
}

pub fn what(words: Words, opens: &Opens) -> String {
    match opens {
        Opens::Integration(name) => words.with("links-what-instance", "integration", name),
        Opens::New(name) => words.with("links-what-saved", "name", name),
        Opens::Connection { slot, integration } => words.with_two("links-what-connection", "slot", slot, "integration", integration),
        Opens::Connections => words.t("saved-title"),
        Opens::Gone => words.t("links-what-gone"),
    }
}

fn who(words: Words, user: Option<&LinkUser>) -> String {
    match user {
        Some(user) => words.with_two("links-for-user", "name", &user.name, "email", &user.email),
        None => words.t("links-for-anyone"),
    }
}

/// The last thing that happened to it, and how long it works if it does.
pub fn state(words: Words, link: &Link, now: Timestamp) -> String {
    let on = |key: &str, at: Timestamp| words.with(key, "when", ago(words, at, now));
    let said = match (link.requested_at, link.finished_at, link.revoked_at, link.opened_at) {
        (Some(at), None, ..) => on("links-state-requested", at),
        (_, Some(at), ..) => on("links-state-finished", at),
        (_, None, Some(at), _) => on("links-state-revoked", at),
        _ if now >= link.expires_at => words.with("links-state-expired", "when", link.expires_at.day()),
        (.., Some(at)) => on("links-state-opened", at),
        _ => words.t("links-state-made"),
    };
    match link.ended(now) {
        None => format!("{said}, {}", words.with("links-ends-at", "when", link.expires_at.day())),
        Some(_) => said,
    }
}
