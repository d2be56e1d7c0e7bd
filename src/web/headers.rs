//! Headers of every answer: a strict content policy, no sniffing, no referrer, no framing, no caching of pages.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web,
};

use crate::flows::Context;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// A page with a Connect button: Chromium holds `form-action` against every redirect behind the form, so the provider's
/// addresses (and those it redirects to, which nobody here knows) must be allowed as its target.
pub fn policy_with_sign_in() -> HeaderValue {
    HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https: http:",
    )
}

/// Fills in what the handler did not set itself.
pub async fn secure(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let https = request.app_data::<web::Data<Context>>().is_some_and(|context| context.public_url().scheme() == "https");
    let cacheable = request.path().starts_with("/static/");
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    fill(headers, header::CONTENT_SECURITY_POLICY, POLICY);
    fill(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    fill(headers, header::REFERRER_POLICY, "no-referrer");
    fill(headers, header::X_FRAME_OPTIONS, "DENY");
    fill(headers, HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()");
    fill(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if https {
        fill(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !cacheable {
        fill(headers, header::CACHE_CONTROL, "no-store");
    }
    Ok(response)
}

fn fill(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
