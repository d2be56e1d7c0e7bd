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

/// `revocation`: how the provider took it; what was held here is gone in any case.
pub async fn destroy(context: web::Data<Context>, caller: ApiCaller, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (instance, slot) = path.into_inner();
    let Disconnected::Done { revocation, .. } =
        disconnect::disconnect(&context, Scope::Organization, &caller.actor(), instance_id(&instance)?, &slot).await?
    else {
        return Err(Failure::NotFound);
    };
    let (revocation, reason) = match revocation {
        Revocation::Revoked => ("revoked", None),
        Revocation::NotSupported => ("not_supported", None),
        Revocation::Failed(reason) => ("failed", Some(reason)),
    };
    Ok(HttpResponse::Ok().json(json!({"slot": slot, "status": "not_connected", "revocation": revocation, "reason": reason})))
}
