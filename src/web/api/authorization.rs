//! `DELETE …/authorization`: disconnecting. The connection keeps its id, and whatever is bound to it.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::{connections::status_of, instance_users::missing, parameters::At};
use crate::{
    domain::access::Scope,
    flows::{
        Context,
        disconnect::{self, Disconnected, Revocation},
    },
    web::{access::ApiCaller, errors::Failure},
};

/// What was held here is gone in any case. `revocation`: how the provider took it; `not_supported` also where there was no token.
pub async fn destroy(context: web::Data<Context>, caller: ApiCaller, at: At) -> Result<HttpResponse, Failure> {
    let revocation = match disconnect::disconnect(&context, Scope::Organization, &caller.actor(), &at.0).await? {
        Disconnected::Done(revocation) => revocation,
        Disconnected::Emptied | Disconnected::Already => Revocation::NotSupported,
        Disconnected::NotFound => return Err(missing(&context, &at.0).await),
    };
    let (outcome, reason) = revocation.parts();
    let mut told = json!({"outcome": outcome});
    if let Some(reason) = reason {
        told["reason"] = json!(reason);
    }
    let (slot, status) = status_of(&context, &at.0).await?;
    Ok(HttpResponse::Ok().json(json!({"slot": slot, "status": status, "revocation": told})))
}
