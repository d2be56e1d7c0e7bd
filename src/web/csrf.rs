//! First wall against forged requests: a browser must say that a form came from our own pages. The token is the second.

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
    web,
};

use super::errors::Failure;
use crate::flows::Context;

/// For everything but the API, whose bearer keys no browser sends by itself. GET and HEAD change nothing.
pub async fn guard(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && !is_exempt(request.path()) && !comes_from_us(&request) {
        return Err(Failure::Csrf.into());
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// The API knows no cookies; the make-believe provider of the demo is another company, with its own forms.
fn is_exempt(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/demo-provider/")
}

/// `Sec-Fetch-Site` where the browser sends it; else `Origin` must be the configured address, never what a proxy claims.
fn comes_from_us(request: &ServiceRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let ours = request.app_data::<web::Data<Context>>().map(|context| context.public_url().origin().ascii_serialization());
    ours.is_some() && header(header::ORIGIN.as_str()) == ours.as_deref()
}
