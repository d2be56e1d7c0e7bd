//! How this world's pages are sent: strict headers, its own stylesheet, and the page for a request that cannot go on.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                                       frame-ancestors 'none'; base-uri 'none'";

#[derive(Template)]
#[template(path = "pages/demo_provider/problem.html")]
struct Problem<'a> {
    reason: &'a str,
}

/// For faults that must not be sent to a redirect address (RFC 6749 §4.1.2.1).
pub(super) fn problem(reason: &str) -> HttpResponse {
    html(StatusCode::BAD_REQUEST, &Problem { reason })
}

pub(super) fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => strict(status).content_type(ContentType::html()).body(body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// Served from here and not from the product's static files, so that the provider stands alone.
pub(super) async fn stylesheet() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(include_str!("../../../static/demo.css"))
}

fn strict(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    response
}
