//! How a client comes to the token endpoint: its form, its proof of who it is, and the errors it is told (RFC 6749 §5.2).

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::DemoWorld;
use super::parameters::Parameters;

pub(super) fn form(request: &HttpRequest, body: &[u8]) -> Result<Parameters, Refusal> {
    if request.content_type() != "application/x-www-form-urlencoded" {
        return Err(Refusal::InvalidRequest("The body must be application/x-www-form-urlencoded."));
    }
    let parameters = Parameters::parse(body);
    match parameters.repeated() {
        Some(_) => Err(Refusal::InvalidRequest("A parameter came twice.")),
        None => Ok(parameters),
    }
}

/// The client's id, once its secret is right: from the `Authorization` header or the body, never both (RFC 6749 §2.3).
pub(super) fn authenticate(world: &DemoWorld, request: &HttpRequest, parameters: &Parameters) -> Result<String, Refusal> {
    let in_body = (parameters.get("client_id"), parameters.get("client_secret"));
    let (client_id, secret) = match (request.headers().get(header::AUTHORIZATION), in_body) {
        (Some(_), (_, Some(_))) => {
            return Err(Refusal::InvalidRequest("The client authenticates twice."));
        }
        (Some(given), (body_id, None)) => {
            let (client_id, secret) = given.to_str().ok().and_then(basic_pair).ok_or(Refusal::InvalidClient)?;
            if body_id.is_some_and(|body_id| body_id != client_id) {
                return Err(Refusal::InvalidRequest("The client_id is not the one of the Authorization header."));
            }
            (client_id, secret)
        }
        (None, (Some(client_id), Some(secret))) => (client_id.to_owned(), secret.to_owned()),
        (None, _) => return Err(Refusal::InvalidClient),
    };
    if client_id.is_empty() || !same(&secret, &world.client_secret) {
        return Err(Refusal::InvalidClient);
    }
    Ok(client_id)
}

/// Both halves are form-encoded inside the Base64 (RFC 6749 §2.3.1).
fn basic_pair(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| (form_decode(id), form_decode(secret)))
}

fn form_decode(encoded: &str) -> String {
    let spaced = encoded.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

pub(super) fn same(one: &str, other: &str) -> bool {
    constant_time::verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

/// RFC 6749 §5.2, and the provider's own fault.
pub(super) enum Refusal {
    InvalidRequest(&'static str),
    InvalidClient,
    InvalidGrant(&'static str),
    InvalidScope,
    UnsupportedGrantType,
    Broken,
}

impl Refusal {
    pub fn respond(&self) -> HttpResponse {
        let (status, error, description) = match self {
            Self::InvalidRequest(why) => (StatusCode::BAD_REQUEST, "invalid_request", *why),
            Self::InvalidClient => (StatusCode::UNAUTHORIZED, "invalid_client", "The client id or its secret is wrong."),
            Self::InvalidGrant(why) => (StatusCode::BAD_REQUEST, "invalid_grant", *why),
            Self::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope", "The scope was not granted."),
            Self::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type", "The grant_type is not known here."),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "server_error", "Umbrella ID broke, as it was asked to."),
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, r#"Basic realm="Umbrella ID""#));
        }
        response.json(json!({"error": error, "error_description": description}))
    }
}
