//! One field that finds everything.

use actix_web::{
    HttpResponse,
    web::{Data, Query},
};

use super::customers::Asked;
use crate::{
    domain::user::Role,
    flows::{Context, matrix},
    store::NameCursor,
    web::{
        errors::Failure,
        pages::ok,
        present,
        session::Admin,
        urls,
        view::{
            Exit,
            admin::{
                Section,
                search::{Found, Group, SearchShow},
            },
        },
    },
};

/// Of each kind.
const FOUND: i64 = 8;

pub async fn show(context: Data<Context>, admin: Admin, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    let search = asked.q.trim();
    let groups = if search.is_empty() { Vec::new() } else { groups(&context, &admin, search).await? };
    ok(&SearchShow {
        words: present::words(),
        frame: present::frame(&context, Exit::None, None),
        console: present::admin::console(&context, &admin, Section::Home)?,
        search: search.to_owned(),
        groups,
    })
}

async fn groups(context: &Context, admin: &Admin, search: &str) -> Result<Vec<Group>, Failure> {
    let words = present::words();
    let groups = [
        ("search-customers", customers(context, search).await?),
        ("search-integrations", integrations(context, search).await?),
        ("search-instances", instances(context, search).await?),
        ("search-accounts", accounts(context, search).await?),
        ("search-people", people(context, admin, search).await?),
    ];
    let found = groups.into_iter().filter(|(_, found)| !found.is_empty());
    Ok(found.map(|(title, found)| Group { title: words.t(title), found }).collect())
}

async fn customers(context: &Context, search: &str) -> Result<Vec<Found>, Failure> {
    let found = context.store().read().directory().page(search, None, &NameCursor::default(), FOUND).await?;
    let found = found.into_iter().map(|one| Found {
        href: urls::admin::customer(one.customer.id),
        text: one.customer.name,
        note: one.customer.external_id,
    });
    Ok(found.collect())
}

async fn integrations(context: &Context, search: &str) -> Result<Vec<Found>, Failure> {
    let (all, search) = (matrix::integrations(context).await?, search.to_lowercase());
    let matching = all.into_iter().filter(|(key, name)| name.to_lowercase().contains(&search) || key.as_str().contains(&search));
    Ok(matching.map(|(key, name)| Found { href: urls::admin::matrix(&key), text: name, note: key.into() }).collect())
}

fn of(customer: &str) -> String {
    present::words().with("search-of", "customer", customer)
}

async fn instances(context: &Context, search: &str) -> Result<Vec<Found>, Failure> {
    let found = context.store().read().search().instances(search, FOUND).await?;
    Ok(found.into_iter().map(|one| Found { href: urls::admin::instance(one.id), text: one.name, note: of(&one.customer) }).collect())
}

async fn accounts(context: &Context, search: &str) -> Result<Vec<Found>, Failure> {
    let found = context.store().read().search().accounts(search, FOUND).await?;
    let found = found.into_iter().map(|one| Found {
        href: urls::admin::connection(one.instance_id, &one.slot),
        text: one.account,
        note: of(&one.customer),
    });
    Ok(found.collect())
}

/// The organization's own users are an owner's to look at.
async fn people(context: &Context, admin: &Admin, search: &str) -> Result<Vec<Found>, Failure> {
    let found = context.store().read().search().people(search, FOUND).await?;
    let of_customers = found.into_iter().map(|one| Found {
        href: urls::admin::customer(one.customer_id),
        text: one.email,
        note: format!("{}, {}", one.name, of(&one.customer)),
    });
    let own = if admin.is_at_least(Role::Owner) { context.store().read().org_users().list().await? } else { Vec::new() };
    let beginning = search.to_lowercase();
    let own = own.into_iter().filter(|user| user.email.starts_with(&beginning)).map(|user| Found {
        href: urls::admin::user(user.id),
        text: user.email,
        note: context.organization().name.clone(),
    });
    Ok(of_customers.chain(own).collect())
}
