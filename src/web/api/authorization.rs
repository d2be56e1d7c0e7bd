//! `DELETE …/authorization`: disconnecting. The connection keeps its id.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::parameters::instance_id;
use crate::{
    domain::access::Scope,
    flows::{
        Context,
        disconnect::{self, Disconnected, Revocation},
    },
    web::{access::ApiCaller, errors::Failure},
};

/// What was held here is gone in any case. `revocation`: how the provider took it; `not_supported` also where there was no token.
pub async fn destroy(context: web::Data<Context>, caller: ApiCaller, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (instance, slot) = path.into_inner();
    let id = instance_id(&instance)?;
    let revocation = match disconnect::disconnect(&context, Scope::Organization, &caller.actor(), id, &slot).await? {
        Disconnected::Done(revocation) => revocation,
        Disconnected::Emptied | Disconnected::Already => Revocation::NotSupported,
        Disconnected::NotFound => return Err(Failure::NotFound),
    };
    let (outcome, reason) = revocation.parts();
    let mut told = json!({"outcome": outcome});
    if let Some(reason) = reason {
        told["reason"] = json!(reason);
    }
    Ok(HttpResponse::Ok().json(json!({"slot": slot, "status": "not_connected", "revocation": told})))
}
