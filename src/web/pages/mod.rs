//! Handlers of what people see: one file a resource, a function a page. Each is extract → one flow → one match.

pub mod account;
pub mod accounts;
pub mod admin;
pub mod attempts;
pub mod brand;
pub mod connections;
pub mod health;
pub mod home;
pub mod links;
pub mod own_connections;
pub mod people;
pub mod saved_connections;
pub mod sessions;
pub mod sso;
pub mod wizard;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;

use super::{errors::Failure, headers};
use crate::flows::Broken;

fn html(status: StatusCode, page: &impl Template) -> Result<HttpResponse, Failure> {
    let body = page.render().map_err(|error| Failure::Broken(Broken::Inconsistent(format!("a page could not be drawn: {error}"))))?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body))
}

fn ok(page: &impl Template) -> Result<HttpResponse, Failure> {
    html(StatusCode::OK, page)
}

/// After a POST, to a page of ours.
fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// To another site: a real navigation, which htmx must not follow with a fetch.
fn leave(request: &HttpRequest, url: &str) -> HttpResponse {
    if request.headers().contains_key("hx-request") {
        return HttpResponse::Ok().insert_header(("hx-redirect", url)).finish();
    }
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, url))
        .insert_header((header::CONTENT_SECURITY_POLICY, headers::policy_with_sign_in()))
        .finish()
}

fn may_leave(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, headers::policy_with_sign_in());
    response
}
