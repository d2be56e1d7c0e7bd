//! `POST /links`: an address for a customer user. It is told once and stored nowhere, so `Idempotency-Key` has no meaning here:
//! a repeated call makes another link, and the first one ends by itself.

use actix_web::{HttpResponse, web};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

use super::{body::Body, customer_users::not_made, instances::unknown_customer};
use crate::{
    domain::{customer::CustomerRef, ids::InstanceId, key::Key, user::LinkUser},
    flows::{
        Context,
        customer_users::{self, Named},
        links::{self, Made, NewLink, Wanted},
        workflows,
    },
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// An id of ours, or `external:{external_id}`; an `instance` names its customer by itself.
    customer: Option<String>,
    integration: Option<String>,
    instance: Option<String>,
    connection: Option<String>,
    /// The stable key of one that customers activate: the link makes another connection of it.
    reusable_connection: Option<String>,
    user: Option<UserBody>,
    expires_in_seconds: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserBody {
    /// The host's own id for them: who has it already needs no name and address.
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
}

const LIFETIME_MAX_SECONDS: i64 = 90 * 24 * 60 * 60;

impl LinkBody {
    fn wanted(&self) -> Result<Wanted, Failure> {
        let key = |text: &str| Key::parse(text).map_err(|_| unknown_target());
        match (&self.integration, &self.instance, &self.connection, &self.reusable_connection) {
            (Some(text), None, None, None) => key(text).map(Wanted::Integration),
            (None, Some(id), None, None) => id.parse().map(Wanted::Instance).map_err(|_| unknown_target()),
            (None, None, Some(id), None) => id.parse().map(Wanted::Connection).map_err(|_| unknown_target()),
            (None, None, None, Some(text)) => key(text).map(Wanted::ReusableConnection),
            (None, None, None, None) => Ok(Wanted::Connections),
            _ => Err(refused(
                "one_target",
                "Name one of `integration`, `instance`, `connection` and `reusable_connection`, or none for all saved connections.",
            )),
        }
    }
}

fn refused(code: &'static str, detail: &str) -> Failure {
    Failure::Unprocessable { code, detail: detail.into(), extra: json!({}) }
}

fn unknown_target() -> Failure {
    refused("unknown_target", "What the link shall open is not there, or is not this customer's.")
}

/// To a customer's token whatever it may not link to is the same 404 as what is not there.
pub async fn create(context: web::Data<Context>, caller: ApiCaller, body: Body<LinkBody>) -> Result<HttpResponse, Failure> {
    let unknown = |failure: Failure| if caller.is_for_workflows() { Failure::NotFound } else { failure };
    let wanted = body.value.wanted().map_err(unknown)?;
    if caller.is_for_workflows() && !workflows::may_link_to(&context, &wanted).await? {
        return Err(Failure::NotFound);
    }
    let LinkBody { customer, instance, user, expires_in_seconds, .. } = body.value;
    if !(1..=LIFETIME_MAX_SECONDS).contains(&expires_in_seconds) {
        return Err(refused("bad_lifetime", "`expires_in_seconds` is a number from 1 to 7776000 (90 days)."));
    }
    let customer = customer_of(&context, &caller, customer.as_deref(), instance.as_deref()).await.map_err(unknown)?;
    let user = match user {
        Some(user) => Some(named(&context, &caller, &customer, user).await.map_err(unknown)?),
        None => None,
    };
    // Whoever makes links by the API sends them their own way.
    let new = NewLink { wanted, user, expires_in_seconds, is_mailed: false };
    match links::create(&context, caller.scope(), &caller.actor(), &customer, new).await? {
        Made::Link(made) => {
            let (id, expires_at) = (made.link.id, made.link.expires_at);
            Ok(HttpResponse::Created().json(json!({"id": id, "url": made.url.expose_secret(), "expires_at": expires_at})))
        }
        Made::NoSuchCustomer => Err(unknown(unknown_customer())),
        Made::NoSuchTarget => Err(unknown(unknown_target())),
    }
}

async fn customer_of(
    context: &Context,
    caller: &ApiCaller,
    customer: Option<&str>,
    instance: Option<&str>,
) -> Result<CustomerRef, Failure> {
    if let Some(customer) = customer {
        return CustomerRef::parse(customer).ok_or_else(unknown_customer);
    }
    let id: InstanceId = instance.ok_or_else(unknown_customer)?.parse().map_err(|_| unknown_target())?;
    let found = context.store().read().instances().find(caller.scope(), id).await?;
    found.map(|instance| CustomerRef::Id(instance.customer_id)).ok_or_else(unknown_target)
}

/// Whom the link is for. By external id it is that user and nobody else, made where the customer has no such one.
async fn named(context: &Context, caller: &ApiCaller, customer: &CustomerRef, user: UserBody) -> Result<LinkUser, Failure> {
    let who = user.name.zip(user.email).map(|(name, email)| LinkUser { name, email });
    let Some(external_id) = user.external_id else { return who.ok_or_else(whom) };
    let customer = context.store().read().customers().find(caller.scope(), customer).await?.ok_or_else(unknown_customer)?;
    match customer_users::ensure(context, &caller.actor(), customer.id, &external_id, who).await? {
        Named::User(user) => Ok(user),
        Named::Unknown => Err(whom()),
        Named::Refused(made) => Err(not_made(&made)),
    }
}

fn whom() -> Failure {
    refused("unknown_user", "A new `user` has a `name` and an `email`; an `external_id` alone names one who is there already.")
}
