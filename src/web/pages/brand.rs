//! The organization's own colours: a stylesheet with an address of its own, for no page holds a style.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    web::{Data, Query},
};
use serde::Deserialize;

use crate::flows::Context;

#[derive(Deserialize)]
pub struct ShowQuery {
    v: Option<String>,
}

/// Empty where the organization has set none. Kept for good under its own version.
pub async fn show(context: Data<Context>, query: Query<ShowQuery>) -> HttpResponse {
    let stylesheet = context.organization().stylesheet.as_ref();
    let is_current = stylesheet.is_some_and(|sheet| query.v.as_deref() == Some(&sheet.version));
    let caching = if is_current { "public, max-age=31536000, immutable" } else { "no-cache" };
    let css = stylesheet.map(|sheet| sheet.css.clone()).unwrap_or_default();
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/css; charset=utf-8")).insert_header((CACHE_CONTROL, caching)).body(css)
}
