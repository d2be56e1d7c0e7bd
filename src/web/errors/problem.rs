//! Failures as `application/problem+json` (RFC 9457): what `/api` answers.

use std::borrow::Cow;

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{StatusCode, header},
    middleware::Next,
};
use serde::Serialize;
use serde_json::Value as Json;
use tracing_actix_web::RequestId;

use super::{Asked, Failure, log};

#[derive(Serialize)]
struct Problem<'p> {
    /// `about:blank`: the title is the status's own phrase, the code says the rest.
    r#type: &'static str,
    title: &'p str,
    status: u16,
    code: &'p str,
    detail: Cow<'p, str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    extra: Option<&'p Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// Everything under `/api`: each error becomes a problem with the request id, and nothing may be cached.
pub async fn problems(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let asked = Asked::of(&request);
    let mut response = match next.call(request).await {
        Ok(response) if is_error(response.status()) => {
            let problem = match response.response().error() {
                Some(error) => of_error(error, &asked),
                None => of_status(response.status(), asked.id),
            };
            response.into_response(problem)
        }
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => {
            let problem = of_error(&error, &asked);
            return Err(InternalError::from_response(error, problem).into());
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}

pub(super) fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

fn of_error(error: &Error, asked: &Asked) -> HttpResponse {
    match error.as_error::<Failure>() {
        Some(failure) => {
            log(failure, asked);
            of_failure(failure, asked.id)
        }
        None => of_status(error.as_response_error().status_code(), asked.id),
    }
}

pub(super) fn of_failure(failure: &Failure, id: Option<RequestId>) -> HttpResponse {
    let mut response = HttpResponse::build(failure.status());
    if let Some(seconds) = failure.retry_after_seconds() {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if matches!(failure, Failure::Unauthorized) {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"api\""));
    }
    let problem = Problem { code: failure.code(), detail: failure.detail().into(), extra: failure.extra(), ..blank(failure.status(), id) };
    response.content_type("application/problem+json").body(problem.to_body())
}

/// What actix itself refused, before a handler of ours was reached.
fn of_status(status: StatusCode, id: Option<RequestId>) -> HttpResponse {
    HttpResponse::build(status).content_type("application/problem+json").body(blank(status, id).to_body())
}

fn blank(status: StatusCode, id: Option<RequestId>) -> Problem<'static> {
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => ("not_found", Failure::NotFound.detail().to_owned()),
        StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "This address knows other methods than this one.".to_owned()),
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", Failure::TooLarge.detail().to_owned()),
        status if status.is_server_error() => ("internal", "Something on our side failed.".to_owned()),
        _ => ("bad_request", "The request could not be read.".to_owned()),
    };
    Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        code,
        detail: detail.into(),
        extra: None,
        request_id: id.map(|id| id.to_string()),
    }
}

impl Problem<'_> {
    fn to_body(&self) -> String {
        serde_json::to_string(self).expect("a problem has only string keys, and its extra members are JSON already")
    }
}
