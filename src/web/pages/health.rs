//! For the machine: alive, ready, measured.

use actix_web::{HttpResponse, web::Data};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{
    flows::{self, Context, NotReady},
    store::Trouble,
    web::errors::Failure,
};

/// The process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The database is migrated, answers, and takes what is written; and its current master key is known here.
pub async fn ready(context: Data<Context>) -> Result<HttpResponse, Failure> {
    flows::readiness(&context).await.map_err(|not_ready| {
        let detail = match not_ready {
            NotReady::MigrationsWait => "Migrations are waiting: run `jackfield migrate`.",
            NotReady::Key => "Another master key is current: add it to JACKFIELD_MASTER_KEYS and start again.",
            NotReady::ReadOnly => {
                "The database only reads: it is a standby, or was told so. Name the primary, or every host, in JACKFIELD_DATABASE_URL."
            }
            NotReady::Database(Trouble::NoRoom) => "The database has no room left: nothing can be saved.",
            NotReady::Database(_) => "The database does not answer, or does not take what is written.",
        };
        Failure::Unavailable { code: "not_ready", detail: detail.to_owned(), retry_after_seconds: 1 }
    })?;
    Ok(HttpResponse::Ok().content_type("text/plain").body("ready\n"))
}

pub async fn metrics(handle: Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render())
}
