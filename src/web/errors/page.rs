//! Failures as pages: what everything outside of `/api` answers. The status stays; a page that a handler drew itself stays too.

use actix_web::{
    Error, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{StatusCode, header},
    middleware::Next,
    web,
};
use askama::Template;
use tracing_actix_web::RequestId;

use super::{Failure, log, problem::is_error, request_id};
use crate::{
    flows::Context,
    web::{
        view::{
            Exit, Frame,
            notice::{ErrorShow, SessionExpired},
        },
        words::Words,
    },
};

/// A refused form (422) or a conflict that has a page of its own passes through: it has a body, and no error in it.
pub async fn pages(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = request_id(&request);
    let organization = request.app_data::<web::Data<Context>>().map(|context| context.organization().name.clone()).unwrap_or_default();
    match next.call(request).await {
        Ok(response) if is_error(response.status()) && needs_page(response.response()) => {
            let page = page(response.status(), response.response().error(), organization, id);
            Ok(response.into_response(page))
        }
        Ok(response) => Ok(response.map_into_boxed_body()),
        Err(error) => {
            let page = page(error.as_response_error().status_code(), Some(&error), organization, id);
            Err(InternalError::from_response(error, page).into())
        }
    }
}

fn needs_page<B: MessageBody>(response: &HttpResponse<B>) -> bool {
    response.error().is_some() || matches!(response.body().size(), BodySize::None | BodySize::Sized(0))
}

fn page(status: StatusCode, error: Option<&Error>, organization: String, id: Option<RequestId>) -> HttpResponse {
    let failure = error.and_then(|error| error.as_error::<Failure>());
    let words = Words::english();
    let frame = Frame { organization, help_href: None, exit: Exit::None, flash: None };
    let mut response = HttpResponse::build(status);
    if let Some(failure) = failure {
        log(failure, id);
        if let Some(seconds) = failure.retry_after_seconds() {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
    }
    let drawn = if matches!(failure, Some(Failure::NoSession)) {
        SessionExpired { words, frame }.render()
    } else {
        let request_id = id.map(|id| id.to_string()).unwrap_or_default();
        ErrorShow { words, frame, status: status.as_u16(), request_id, back_href: None }.render()
    };
    response.insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/html; charset=utf-8");
    match drawn {
        Ok(html) => response.body(html),
        Err(error) => {
            tracing::error!(%error, "the error page could not be drawn");
            response.finish()
        }
    }
}
