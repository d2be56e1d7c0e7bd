//! `/customers/{customer}/users`: a customer's users by the host's own ids. How they sign in is a link's matter, or single sign-on's.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Listing, body::Body, customers, parameters::customer_ref};
use crate::{
    domain::{
        customer_user::{CustomerRole, CustomerUser, CustomerUserRef},
        ids::CustomerUserId,
        time::Timestamp,
    },
    flows::{
        Context,
        customer_users::{self, Made, NewUser},
    },
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Serialize)]
pub struct CustomerUserShape {
    id: CustomerUserId,
    external_id: Option<String>,
    email: String,
    name: String,
    role: CustomerRole,
    created_at: Timestamp,
    /// `null`: they are in.
    disabled_at: Option<Timestamp>,
}

impl From<CustomerUser> for CustomerUserShape {
    fn from(user: CustomerUser) -> Self {
        let CustomerUser { id, external_id, email, name, role, created_at, disabled_at, .. } = user;
        Self { id, external_id, email, name, role, created_at, disabled_at }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCustomerUser {
    external_id: Option<String>,
    email: String,
    name: String,
    #[serde(default = "member")]
    role: CustomerRole,
}

const fn member() -> CustomerRole {
    CustomerRole::Member
}

pub async fn create(
    context: web::Data<Context>,
    caller: ApiCaller,
    customer: web::Path<String>,
    body: Body<NewCustomerUser>,
) -> Result<HttpResponse, Failure> {
    let customer = customers::find(&context, &customer_ref(&customer)?).await?;
    let NewCustomerUser { external_id, email, name, role } = body.value;
    let new = NewUser { external_id, email, name, role };
    match customer_users::create(&context, &caller.actor(), customer.id, &new).await? {
        Made::User(user) => Ok(HttpResponse::Created().json(CustomerUserShape::from(*user))),
        refused => Err(not_made(&refused)),
    }
}

/// Why a user was not made, for whoever named them.
pub fn not_made(made: &Made) -> Failure {
    let (code, detail) = match made {
        Made::NotAnAddress => ("bad_email", "`email` is an address like `kim@acme.example`."),
        Made::BadExternalId => ("bad_external_id", "`external_id` has 1 to 255 printable characters."),
        Made::User(_) | Made::Taken => {
            let detail = "Another user of this customer has this `external_id`, or this `email` and another `external_id`.";
            return Failure::Conflict { code: "already_exists", detail: detail.into(), extra: json!({}) };
        }
    };
    Failure::Unprocessable { code, detail: detail.into(), extra: json!({}) }
}

/// By address, all of them at once; who was disabled too.
pub async fn index(context: web::Data<Context>, customer: web::Path<String>) -> Result<HttpResponse, Failure> {
    let customer = customers::find(&context, &customer_ref(&customer)?).await?;
    let users = context.store().read().customer_users().list(customer.id).await?;
    let items = users.into_iter().map(CustomerUserShape::from).collect();
    Ok(HttpResponse::Ok().json(Listing { items, next_cursor: None }))
}

fn user_ref(text: &str) -> Result<CustomerUserRef, Failure> {
    CustomerUserRef::parse(text).ok_or(Failure::NotFound)
}

pub async fn show(context: web::Data<Context>, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let customer = customers::find(&context, &customer_ref(&path.0)?).await?;
    let found = context.store().read().customer_users().find_named(customer.id, &user_ref(&path.1)?).await?;
    Ok(HttpResponse::Ok().json(CustomerUserShape::from(found.ok_or(Failure::NotFound)?)))
}

/// What they connected for themselves is disconnected, taken back at its providers, and deleted with them.
pub async fn destroy(context: web::Data<Context>, caller: ApiCaller, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let customer = customers::find(&context, &customer_ref(&path.0)?).await?;
    match customer_users::delete(&context, &caller.actor(), customer.id, &user_ref(&path.1)?).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(Failure::NotFound),
    }
}
