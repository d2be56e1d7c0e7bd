//! `POST …/refreshes`: a new token now, whether or not the old one is due.

use actix_web::{HttpResponse, web};

use super::{
    connections,
    credentials::{needs_reconnect, provider_unavailable, unsaved},
    instance_users::missing,
    parameters::At,
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
pub async fn create(context: web::Data<Context>, at: At) -> Result<HttpResponse, Failure> {
    let Some(forced) = refresh::force(&context, Scope::Organization, &at.0).await? else { return Err(missing(&context, &at.0).await) };
    match forced {
        Ok(()) => connections::answer(&context, &at.0).await,
        Err(NotLive::NeedsReconnect(reason)) => Err(needs_reconnect(reason)),
        Err(NotLive::Unsaved) => Err(unsaved()),
        Err(NotLive::Unavailable { reason, retry_after_seconds }) => Err(provider_unavailable(reason, retry_after_seconds)),
    }
}
