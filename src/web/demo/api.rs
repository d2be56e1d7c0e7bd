//! The make-believe API behind both logins: it takes an access token of Umbrella ID or one of the keys in `cast`,
//! however it is carried, and answers who it belongs to.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, rt, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::DemoWorld;
use super::cast::{API_KEYS, CHANNELS, CHANNELS_SCOPE, KeyOutcome, Person};
use super::parameters::Parameters;
use super::tokens::TokenKind;

/// Any token will do, unless the query names a scope that it must have: `?needs=chat:write`.
pub(super) async fn me(world: web::Data<DemoWorld>, request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string().as_bytes());
    match enter(&world, &request, query.get("needs")).await {
        Ok(person) => HttpResponse::Ok().json(json!({
            "user": {"email": person.email(), "name": person.name()},
            "workspace": person.workspace(),
        })),
        Err(refusal) => refusal.respond(),
    }
}

/// For choices that come from the service. A token needs the scope `channels:read`; a key needs nothing more.
pub(super) async fn channels(world: web::Data<DemoWorld>, request: HttpRequest) -> HttpResponse {
    match enter(&world, &request, Some(CHANNELS_SCOPE)).await {
        Ok(_) => HttpResponse::Ok().json(CHANNELS.map(|(id, name)| json!({"id": id, "name": name}))),
        Err(refusal) => refusal.respond(),
    }
}

/// Whom the caller speaks for.
async fn enter(world: &DemoWorld, request: &HttpRequest, needed_scope: Option<&str>) -> Result<Person, Refusal> {
    let secret = presented(request).ok_or(Refusal::Missing)?;
    let Some(known) = API_KEYS.iter().find(|known| known.key == secret) else {
        return enter_with_token(world, &secret, needed_scope);
    };
    match known.outcome {
        KeyOutcome::Works => Ok(known.owner),
        KeyOutcome::WorksSlowly => {
            rt::time::sleep(world.pauses.slow_key).await;
            Ok(known.owner)
        }
        KeyOutcome::Forbidden => Err(Refusal::Forbidden),
        KeyOutcome::Limited => Err(Refusal::Limited),
        KeyOutcome::Down => Err(Refusal::Down),
    }
}

fn enter_with_token(world: &DemoWorld, token: &str, needed_scope: Option<&str>) -> Result<Person, Refusal> {
    let claims = world.open_live(TokenKind::Access, token).ok_or(Refusal::Unknown)?;
    match needed_scope.filter(|needed| !claims.grant.scope.split(' ').any(|granted| granted == *needed)) {
        Some(needed) => Err(Refusal::InsufficientScope(needed.to_owned())),
        None => Ok(claims.grant.person),
    }
}

/// `X-Api-Key`, a bearer, a Basic password (its user name, where the password is empty), or `?api_key=`.
fn presented(request: &HttpRequest) -> Option<String> {
    let headers = request.headers();
    let query = Parameters::parse(request.query_string().as_bytes());
    text(headers, "x-api-key")
        .map(str::to_owned)
        .or_else(|| text(headers, header::AUTHORIZATION.as_str()).and_then(authorization))
        .or_else(|| query.get("api_key").map(str::to_owned))
}

fn authorization(header: &str) -> Option<String> {
    let (scheme, rest) = header.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(rest.trim().to_owned()),
        "basic" => {
            let pair = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
            let (user, password) = pair.split_once(':')?;
            Some(if password.is_empty() { user } else { password }.to_owned())
        }
        _ => None,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().filter(|value| !value.is_empty())
}

enum Refusal {
    Missing,
    Unknown,
    InsufficientScope(String),
    Forbidden,
    Limited,
    Down,
}

impl Refusal {
    fn respond(&self) -> HttpResponse {
        let (status, error, message) = match self {
            Self::Missing => (StatusCode::UNAUTHORIZED, "not_authenticated", "Send a key or an access token."),
            Self::Unknown => (StatusCode::UNAUTHORIZED, "invalid_token", "The key or token is unknown, expired or revoked."),
            Self::InsufficientScope(_) => (StatusCode::FORBIDDEN, "insufficient_scope", "The token lacks a scope."),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "This key may not do this."),
            Self::Limited => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests. Try again in 30 seconds."),
            Self::Down => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Down for maintenance."),
        };
        let mut response = HttpResponse::build(status);
        match self {
            Self::Missing => response.insert_header((header::WWW_AUTHENTICATE, "Bearer")),
            Self::Unknown => response.insert_header((header::WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#)),
            Self::InsufficientScope(needed) => response.insert_header((header::WWW_AUTHENTICATE, scope_challenge(needed))),
            Self::Limited => response.insert_header((header::RETRY_AFTER, "30")),
            Self::Forbidden | Self::Down => &mut response,
        };
        response.json(json!({"error": error, "message": message}))
    }
}

/// RFC 6750 §3. A scope that could not stand between quotes is left out.
fn scope_challenge(needed: &str) -> String {
    let plain = needed.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    let scope = if plain { format!(r#", scope="{needed}""#) } else { String::new() };
    format!(r#"Bearer error="insufficient_scope"{scope}"#)
}
