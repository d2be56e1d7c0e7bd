//! The users of a customer, as the organization sees them.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    domain::{
        access::Scope,
        customer::{Customer, CustomerRef},
        customer_user::CustomerRole,
        ids::CustomerUserId,
    },
    flows::{
        Context,
        customer_users::{self, Asked},
        org_users::Change,
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{self, customer_users as pages, people},
        session::{self, Admin},
        urls,
    },
};

/// A made-up id and one of nobody are the same.
pub(super) async fn customer(context: &Context, id: &str) -> Result<Customer, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    context.store().read().customers().find(Scope::Organization, &CustomerRef::Id(id)).await?.ok_or(Failure::NotFound)
}

async fn both(context: &Context, (customer_id, id): &(String, String)) -> Result<(Customer, CustomerUserId), Failure> {
    Ok((customer(context, customer_id).await?, id.parse().map_err(|_| Failure::NotFound)?))
}

pub async fn index(context: Data<Context>, admin: Admin, id: Path<String>) -> Result<HttpResponse, Failure> {
    let customer = customer(&context, &id).await?;
    ok(&pages::index(&context, &admin, &customer, ("", ""), None).await?)
}

pub async fn create(context: Data<Context>, admin: Admin, id: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["email", "name", "role"])?;
    let customer = customer(&context, &id).await?;
    let (email, name) = (form.get("email").unwrap_or_default(), form.get("name").unwrap_or_default());
    let refusal = match form.get("role").unwrap_or_default().parse::<CustomerRole>() {
        Err(()) => people::no_role(present::words()),
        Ok(role) => match customer_users::invite(&context, &admin.actor(), customer.id, (email, name), role).await? {
            Asked::Link(link) => return ok(&pages::link(&context, &admin, &customer, &link)?),
            Asked::NotAnAddress => people::no_address(present::words()),
            Asked::AddressTaken => people::colleague_taken(present::words()),
        },
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &pages::index(&context, &admin, &customer, (email, name), refusal).await?)
}

pub async fn link(context: Data<Context>, admin: Admin, path: Path<(String, String)>, _form: Posted) -> Result<HttpResponse, Failure> {
    let (customer, id) = both(&context, &path).await?;
    match customer_users::make_link(&context, &admin.actor(), customer.id, id).await? {
        Some(link) => ok(&pages::link(&context, &admin, &customer, &link)?),
        None => Err(Failure::NotFound),
    }
}

pub async fn update(context: Data<Context>, admin: Admin, path: Path<(String, String)>, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["role"])?;
    let (customer, id) = both(&context, &path).await?;
    let Ok(role) = form.get("role").unwrap_or_default().parse::<CustomerRole>() else {
        let refusal = people::no_role(present::words());
        return html(StatusCode::UNPROCESSABLE_ENTITY, &pages::index(&context, &admin, &customer, ("", ""), refusal).await?);
    };
    changed(&admin, &customer, customer_users::set_role(&context, &admin.actor(), customer.id, id, role).await?)
}

pub async fn disable(context: Data<Context>, admin: Admin, path: Path<(String, String)>, _form: Posted) -> Result<HttpResponse, Failure> {
    let (customer, id) = both(&context, &path).await?;
    changed(&admin, &customer, customer_users::set_disabled(&context, &admin.actor(), customer.id, id, true).await?)
}

pub async fn enable(context: Data<Context>, admin: Admin, path: Path<(String, String)>, _form: Posted) -> Result<HttpResponse, Failure> {
    let (customer, id) = both(&context, &path).await?;
    changed(&admin, &customer, customer_users::set_disabled(&context, &admin.actor(), customer.id, id, false).await?)
}

fn changed(admin: &Admin, customer: &Customer, change: Change) -> Result<HttpResponse, Failure> {
    match change {
        Change::NotFound => return Err(Failure::NotFound),
        Change::Done => session::set_flash(&admin.session, &present::words().t("people-changed"))?,
        Change::Nothing | Change::LastOwner => {}
    }
    Ok(see_other(&urls::admin::customer_users(customer.id)))
}
