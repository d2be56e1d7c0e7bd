//! Customers: the list, and one of them.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use crate::{
    domain::{
        access::Scope,
        customer::{Customer, CustomerRef},
        ids::CustomerId,
        instance::InstanceStatus,
        roll_up::RollUp,
        user::Role,
    },
    flows::{Context, matrix},
    store::{InstanceFilter, NameCursor},
    web::{
        errors::Failure,
        pages::ok,
        present::{self, cells::Sheet},
        session::{self, Admin},
        urls,
        view::{
            Exit, Form,
            admin::{
                Section,
                customers::{CustomerChanges, CustomerIndex, CustomerShow, InstanceCard, Undo},
            },
        },
    },
};

/// Which part of a list of customers is asked for.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub show: String,
    pub after: Option<String>,
}

impl Asked {
    /// What was cut short begins anew.
    pub fn cursor(&self) -> NameCursor {
        self.after.as_deref().and_then(|after| after.parse().ok()).unwrap_or_default()
    }
}

const ROWS: usize = 50;

pub async fn index(context: Data<Context>, admin: Admin, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    let (words, search, cursor) = (present::words(), asked.q.trim(), asked.cursor());
    let roll_up: Option<RollUp> = asked.show.parse().ok();
    let tally = context.store().read().directory().tally().await?;
    let mut rows = context.store().read().directory().page(search, roll_up, &cursor, ROWS as i64 + 1).await?;
    let is_last = rows.len() <= ROWS;
    rows.truncate(ROWS);
    let here = [("show", roll_up.map_or("", RollUp::as_str)), ("q", search)];
    let next = rows.last().filter(|_| !is_last).map(|last| NameCursor::of(last).to_string());
    let all = std::iter::once((None, tally.all)).chain(RollUp::ALL.map(|kind| (Some(kind), tally.of(kind))));
    ok(&CustomerIndex {
        words,
        frame: present::frame(&context, Exit::None, session::take_flash(&admin.session)),
        console: present::admin::console(&context, &admin, Section::Customers)?,
        search: search.to_owned(),
        show: roll_up.map_or("", RollUp::as_str).to_owned(),
        chips: all.map(|(kind, count)| present::customers::chip(words, kind, count, search, roll_up)).collect(),
        rows: rows.iter().map(|row| present::customers::row(words, row)).collect(),
        more_href: next.map(|next| urls::admin::with_query(urls::admin::CUSTOMERS, here.into_iter().chain([("after", next.as_str())]))),
        first_href: asked.after.as_ref().map(|_| urls::admin::with_query(urls::admin::CUSTOMERS, here)),
        may_change: admin.is_at_least(Role::Admin),
        is_empty: tally.all == 0,
    })
}

/// The customer that a path names; any other text is the same 404.
pub async fn named(context: &Context, id: &str) -> Result<Customer, Failure> {
    let id: CustomerId = id.parse().map_err(|_| Failure::NotFound)?;
    context.store().read().customers().find(Scope::Organization, &CustomerRef::Id(id)).await?.ok_or(Failure::NotFound)
}

/// More than anybody has; the rest is found by the search.
const INSTANCES: i64 = 100;

pub async fn show(context: Data<Context>, admin: Admin, id: Path<String>) -> Result<HttpResponse, Failure> {
    let customer = named(&context, &id).await?;
    let filter = InstanceFilter { customer: Some(customer.id), integration: None };
    let instances = context.store().read().instances().list(Scope::Organization, &filter, None, INSTANCES).await?;
    let found = matrix::of_customer(&context, instances).await?;
    let sheet = Sheet { words: present::words(), organization: &context.organization().name, now: context.now() };
    ok(&CustomerShow {
        words: present::words(),
        frame: present::frame(&context, Exit::None, session::take_flash(&admin.session)),
        console: present::admin::console(&context, &admin, Section::Customers)?,
        instances: found.iter().map(|one| card(&sheet, &customer, one)).collect(),
        about: present::admin::customer::about(&context, &customer).await?,
        changes: changes(&context, &admin, &customer).await?,
        name: customer.name,
        external_id: customer.external_id,
    })
}

fn card(sheet: &Sheet<'_>, customer: &Customer, found: &matrix::OfCustomer) -> InstanceCard {
    let instance = &found.instance;
    InstanceCard {
        id: format!("instance-{}", instance.id),
        name: instance.name.clone(),
        href: urls::admin::instance(instance.id),
        status: match (instance.status, instance.deployed_at) {
            (InstanceStatus::Active, Some(at)) => sheet.words.with("customer-on-since", "day", at.day()),
            (InstanceStatus::Paused, _) => sheet.words.t("customer-paused"),
            _ => sheet.words.t("customer-draft"),
        },
        slots: found.cells.iter().map(|cell| (cell.label.clone(), sheet.cell(instance.id, &customer.name, cell))).collect(),
    }
}

async fn changes(context: &Context, admin: &Admin, customer: &Customer) -> Result<Option<CustomerChanges>, Failure> {
    if !admin.is_at_least(Role::Admin) {
        return Ok(None);
    }
    let csrf = session::csrf_or_new(&admin.session, context)?;
    let form = |part: &str, version: String| Form { action: urls::admin::customer_part(customer.id, part), csrf: csrf.clone(), version };
    let undo = session::take_renamed(&admin.session, customer.id);
    let integrations = matrix::integrations(context).await?;
    Ok(Some(CustomerChanges {
        edit_href: urls::admin::customer_part(customer.id, "name"),
        delete_href: urls::admin::customer_part(customer.id, "deletion"),
        start: form("instances", String::new()),
        integrations: integrations.into_iter().map(|(key, name)| (key.into(), name)).collect(),
        undo: undo.map(|name| Undo { form: form("name", customer.revision.to_string()), name }),
    }))
}
