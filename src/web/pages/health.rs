//! For the machine: alive, ready, measured.

use actix_web::{HttpResponse, web::Data};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{flows::Context, web::errors::Failure};

/// The process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The database answers and is migrated. The key was proven at the start: a process with a wrong one never listens.
pub async fn ready(context: Data<Context>) -> Result<HttpResponse, Failure> {
    let unavailable = |what: &str| Failure::Unavailable { code: "not_ready", detail: what.to_owned(), retry_after_seconds: 1 };
    context.store().ping().await.map_err(|_| unavailable("The database does not answer."))?;
    let pending = context.store().pending_migrations().await.map_err(|_| unavailable("The database does not answer."))?;
    if !pending.is_empty() {
        return Err(unavailable("Migrations are waiting: run `jackfield migrate`."));
    }
    Ok(HttpResponse::Ok().content_type("text/plain").body("ready\n"))
}

pub async fn metrics(handle: Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render())
}
