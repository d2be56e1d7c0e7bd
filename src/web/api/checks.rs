//! `POST …/checks`: a connection as it is saved, tried against its real service.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{connections::reason_message, credentials::not_connected, parameters::instance_id};
use crate::{
    domain::access::Scope,
    flows::{
        Context,
        check::{self, Checked},
    },
    web::{access::ApiCaller, errors::Failure},
};

/// `code`: `ok`, `not_declared`, or why it failed.
#[derive(Serialize)]
struct CheckShape {
    ok: bool,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
}

/// A check that failed is an answer too: 200 with `ok: false`.
pub async fn create(context: web::Data<Context>, caller: ApiCaller, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (instance, slot) = path.into_inner();
    let id = instance_id(&instance)?;
    let shape = match check::run(&context, Scope::Organization, &caller.actor(), id, &slot).await? {
        Checked::Passed { account } => CheckShape { ok: true, code: "ok", message: "The service accepted the connection.".into(), account },
        Checked::NotDeclared => {
            CheckShape { ok: true, code: "not_declared", message: "This connection type declares no check.".into(), account: None }
        }
        Checked::Failed(reason) => {
            CheckShape { ok: false, code: reason.code(), message: reason_message(&context, id, &slot, reason).await?, account: None }
        }
        Checked::NotConnected => return Err(not_connected()),
        Checked::NotFound => return Err(Failure::NotFound),
    };
    Ok(HttpResponse::Ok().json(shape))
}
