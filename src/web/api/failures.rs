//! `POST …/failures`: a step tells that the service refused what it was given.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{body::Body, connections, credentials::not_connected, instance_users::missing, parameters::At};
use crate::{
    domain::access::Scope,
    flows::{
        Context,
        failures::{self, Reported},
    },
    web::{access::ApiCaller, errors::Failure},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFailure {
    /// Kept in the audit: no secret belongs here.
    message: String,
}

pub async fn create(context: web::Data<Context>, caller: ApiCaller, at: At, body: Body<NewFailure>) -> Result<HttpResponse, Failure> {
    match failures::report(&context, Scope::Organization, &caller.actor(), &at.0, &body.value.message).await? {
        Reported::Noted => connections::answer(&context, &at.0).await,
        Reported::NotConnected => Err(not_connected(&at.0)),
        Reported::NotFound => Err(missing(&context, &at.0).await),
    }
}
