//! Colleagues, as an admin among a customer's users sees them.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::{html, ok, see_other};
use crate::{
    domain::{customer_user::CustomerRole, ids::CustomerUserId},
    flows::{
        Context,
        customer_users::{self, Asked},
        org_users::Change,
    },
    web::{
        errors::Failure,
        forms::Posted,
        present::{self, customer, people},
        session::{self, Colleague},
        urls,
    },
};

pub async fn index(context: Data<Context>, colleague: Colleague) -> Result<HttpResponse, Failure> {
    ok(&customer::people(&context, &colleague, ("", ""), None).await?)
}

pub async fn create(context: Data<Context>, colleague: Colleague, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["email", "name", "role"])?;
    let (email, name) = (form.get("email").unwrap_or_default(), form.get("name").unwrap_or_default());
    let refusal = match form.get("role").unwrap_or_default().parse::<CustomerRole>() {
        Err(()) => people::no_role(present::words()),
        Ok(role) => match customer_users::invite(&context, &colleague.actor(), colleague.user.customer_id, (email, name), role).await? {
            Asked::Link(link) => return ok(&customer::person_link(&context, &colleague, &link)?),
            Asked::NotAnAddress => people::no_address(present::words()),
            Asked::AddressTaken => people::colleague_taken(present::words()),
        },
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &customer::people(&context, &colleague, (email, name), refusal).await?)
}

/// Nobody changes their own role or puts themself out: a colleague does.
fn other(colleague: &Colleague, id: &str) -> Result<CustomerUserId, Failure> {
    let id: CustomerUserId = id.parse().map_err(|_| Failure::NotFound)?;
    if id == colleague.user.id { Err(Failure::NotFound) } else { Ok(id) }
}

pub async fn link(context: Data<Context>, colleague: Colleague, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id = other(&colleague, &id)?;
    match customer_users::make_link(&context, &colleague.actor(), colleague.user.customer_id, id).await? {
        Some(link) => ok(&customer::person_link(&context, &colleague, &link)?),
        None => Err(Failure::NotFound),
    }
}

pub async fn update(context: Data<Context>, colleague: Colleague, id: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["role"])?;
    let id = other(&colleague, &id)?;
    let Ok(role) = form.get("role").unwrap_or_default().parse::<CustomerRole>() else {
        let refusal = people::no_role(present::words());
        return html(StatusCode::UNPROCESSABLE_ENTITY, &customer::people(&context, &colleague, ("", ""), refusal).await?);
    };
    changed(&colleague, customer_users::set_role(&context, &colleague.actor(), colleague.user.customer_id, id, role).await?)
}

pub async fn disable(context: Data<Context>, colleague: Colleague, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id = other(&colleague, &id)?;
    changed(&colleague, customer_users::set_disabled(&context, &colleague.actor(), colleague.user.customer_id, id, true).await?)
}

pub async fn enable(context: Data<Context>, colleague: Colleague, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id = other(&colleague, &id)?;
    changed(&colleague, customer_users::set_disabled(&context, &colleague.actor(), colleague.user.customer_id, id, false).await?)
}

fn changed(colleague: &Colleague, change: Change) -> Result<HttpResponse, Failure> {
    match change {
        Change::NotFound => return Err(Failure::NotFound),
        Change::Done => session::set_flash(&colleague.session, &present::words().t("people-changed"))?,
        Change::Nothing | Change::LastOwner => {}
    }
    Ok(see_other(urls::PEOPLE))
}
