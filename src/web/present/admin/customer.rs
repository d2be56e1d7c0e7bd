//! What a customer's page tells besides its integrations: its people, its links, and what happened lately.

use crate::{
    domain::{
        access::Scope,
        customer::Customer,
        customer_user::{CustomerRole, CustomerUser},
    },
    flows::{Context, links},
    store::AuditFilter,
    web::{
        errors::Failure,
        present::{
            self,
            admin::{happening, links as link_words},
        },
        urls,
        view::admin::customers::CustomerAbout,
        words::Words,
    },
};

/// Of each: enough to see how it stands; the rest has a page of its own.
const LINKS: i64 = 5;
const HAPPENINGS: i64 = 8;

pub async fn about(context: &Context, customer: &Customer) -> Result<CustomerAbout, Failure> {
    let (words, now, organization) = (present::words(), context.now(), &context.organization().name);
    let people = context.store().read().customer_users().list(customer.id).await?;
    let mut sent = Vec::new();
    for link in context.store().read().links().list_of_customer(Scope::Organization, customer.id, LINKS).await? {
        let opens = links::opens(context, &link.target).await?;
        sent.push((link_words::what(words, &opens), link_words::state(words, &link, now)));
    }
    let filter = AuditFilter { customer: Some(customer.id), ..AuditFilter::default() };
    let events = context.store().read().audit().list(Scope::Organization, &filter, None, HAPPENINGS).await?;
    let service = words.t("customer-the-service");
    Ok(CustomerAbout {
        people: people.iter().map(|user| person(words, user)).collect(),
        links: sent,
        links_href: urls::admin::customer_links(customer.id),
        happenings: events.iter().map(|event| happening::of(words, event, &service, organization, now)).collect(),
    })
}

fn person(words: Words, user: &CustomerUser) -> (String, String) {
    let role = words.t(match user.role {
        CustomerRole::Admin => "listed-role-admin",
        CustomerRole::Member => "listed-role-member",
    });
    let name = if user.name.is_empty() { user.email.clone() } else { format!("{}, {}", user.name, user.email) };
    (name, if user.is_enabled() { role } else { format!("{role}, {}", words.t("customer-disabled")) })
}
