//! `POST …/refreshes`: a new token now, whether or not the old one is due.

use actix_web::{HttpResponse, web};

use super::{
    connections,
    credentials::{needs_reconnect, provider_unavailable, unsaved},
    parameters::instance_id,
};
use crate::{
    domain::access::Scope,
    flows::{
        Context,
        refresh::{self, NotLive},
    },
    web::errors::Failure,
};

/// What knows no token is answered as it is.
pub async fn create(context: web::Data<Context>, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (instance, slot) = path.into_inner();
    let id = instance_id(&instance)?;
    match refresh::force(&context, Scope::Organization, id, &slot).await?.ok_or(Failure::NotFound)? {
        Ok(()) => connections::answer(&context, id, &slot).await,
        Err(NotLive::NeedsReconnect(reason)) => Err(needs_reconnect(reason)),
        Err(NotLive::Unsaved) => Err(unsaved()),
        Err(NotLive::Unavailable { reason, retry_after_seconds }) => Err(provider_unavailable(reason, retry_after_seconds)),
    }
}
