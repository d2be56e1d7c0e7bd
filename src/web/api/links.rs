//! `POST /links`: an address for a customer user. It is told once and stored nowhere, so `Idempotency-Key` has no meaning here:
//! a repeated call makes another link, and the first one ends by itself.

use actix_web::{HttpResponse, web};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

use super::{body::Body, instances::unknown_customer};
use crate::{
    domain::{customer::CustomerRef, key::Key, user::LinkUser},
    flows::{
        Context,
        links::{self, Made, NewLink, Wanted},
        workflows,
    },
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// An id of ours, or `external:{external_id}`.
    customer: String,
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
    name: String,
    email: String,
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
    let LinkBody { customer, user, expires_in_seconds, .. } = body.value;
    if !(1..=LIFETIME_MAX_SECONDS).contains(&expires_in_seconds) {
        return Err(refused("bad_lifetime", "`expires_in_seconds` is a number from 1 to 7776000 (90 days)."));
    }
    let customer = CustomerRef::parse(&customer).ok_or_else(|| unknown(unknown_customer()))?;
    let user = user.map(|UserBody { name, email }| LinkUser { name, email });
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
