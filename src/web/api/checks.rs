//! `…/checks`: a connection as it is saved, tried against its real service; and the last that were run.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{Listing, connections::reason_message, credentials::not_connected, instance_users::missing, parameters::At};
use crate::{
    domain::{
        access::Scope,
        check::{CheckOutcome, CheckRun, CheckTrigger},
        time::Timestamp,
    },
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
pub async fn create(context: web::Data<Context>, caller: ApiCaller, at: At) -> Result<HttpResponse, Failure> {
    let shape = match check::run(&context, Scope::Organization, &caller.actor(), &at.0, CheckTrigger::Api).await? {
        Checked::Passed { account } => CheckShape { ok: true, code: "ok", message: "The service accepted the connection.".into(), account },
        Checked::NotDeclared => {
            CheckShape { ok: true, code: "not_declared", message: "This connection type declares no check.".into(), account: None }
        }
        Checked::Failed(reason) => {
            CheckShape { ok: false, code: reason.code(), message: reason_message(&context, &at.0, reason).await?, account: None }
        }
        Checked::NotConnected => return Err(not_connected(&at.0)),
        Checked::NotFound => return Err(missing(&context, &at.0).await),
    };
    Ok(HttpResponse::Ok().json(shape))
}

/// One line of the history. `code` as above.
#[derive(Serialize)]
struct RunShape {
    checked_at: Timestamp,
    ok: bool,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    latency_ms: i64,
    /// What asked for it.
    trigger: &'static str,
}

impl From<CheckRun> for RunShape {
    fn from(run: CheckRun) -> Self {
        let (ok, code, account) = match run.outcome {
            CheckOutcome::Passed { account } => (true, "ok", account),
            CheckOutcome::NotDeclared => (true, "not_declared", None),
            CheckOutcome::Failed { reason } => (false, reason.code(), None),
        };
        Self { checked_at: run.at, ok, code, account, latency_ms: run.latency_ms, trigger: run.trigger.as_str() }
    }
}

/// The last twenty, newest first.
pub async fn index(context: web::Data<Context>, at: At) -> Result<HttpResponse, Failure> {
    let found = check::history(&context, Scope::Organization, &at.0).await?;
    let Some(runs) = found else { return Err(missing(&context, &at.0).await) };
    Ok(HttpResponse::Ok().json(Listing { items: runs.into_iter().map(RunShape::from).collect(), next_cursor: None }))
}
