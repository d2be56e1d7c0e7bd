//! `POST …/failures`: a step tells that the service refused what it was given.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{body::Body, connections, parameters::instance_id};
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

pub async fn create(
    context: web::Data<Context>,
    caller: ApiCaller,
    path: web::Path<(String, String)>,
    body: Body<NewFailure>,
) -> Result<HttpResponse, Failure> {
    let (instance, slot) = path.into_inner();
    let id = instance_id(&instance)?;
    match failures::report(&context, Scope::Organization, &caller.actor(), id, &slot, &body.value.message).await? {
        Reported::Noted => connections::answer(&context, id, &slot).await,
        Reported::NotFound => Err(Failure::NotFound),
    }
}
