//! The page that says what this world is and which keys to try.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::DemoWorld;
use super::cast::{API_KEYS, ApiKey};
use super::pages;

#[derive(Template)]
#[template(path = "pages/demo_provider/index.html")]
struct Index<'a> {
    keys: &'a [ApiKey],
    issuer: String,
}

pub(super) async fn index(world: web::Data<DemoWorld>) -> HttpResponse {
    pages::html(StatusCode::OK, &Index { keys: &API_KEYS, issuer: world.issuer() })
}
