//! Failures as pages: what everything outside of `/api` answers. The status stays; a page that a handler drew itself stays too.

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
};
use askama::Template;

use super::{Asked, Failure, log, problem::is_error};
use crate::{
    store,
    web::{
        present, urls,
        view::{
            ActingBar, Exit, Frame,
            notice::{ErrorShow, Said, SessionExpired},
        },
        words::Words,
    },
};

/// A refused form (422) or a conflict that has a page of its own passes through: it has a body, and no error in it.
pub async fn pages(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    store::noting_commits(async {
        let asked = Asked::of(&request);
        match next.call(request).await {
            Ok(response) if is_error(response.status()) && needs_page(response.response()) => {
                // What the session sets is about the next page, not about this one.
                let cookies: Vec<_> = response.headers().get_all(header::SET_COOKIE).cloned().collect();
                let acting = response.request().extensions().get::<ActingBar>().cloned();
                let page = page(response.status(), response.response().error(), &asked, acting);
                Ok(response.into_response(with_cookies(page, &cookies)))
            }
            Ok(response) => Ok(response.map_into_boxed_body()),
            Err(error) => {
                let page = page(error.as_response_error().status_code(), Some(&error), &asked, None);
                Err(InternalError::from_response(error, page).into())
            }
        }
    })
    .await
}

fn with_cookies(mut page: HttpResponse, cookies: &[HeaderValue]) -> HttpResponse {
    for cookie in cookies {
        page.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    page
}

fn needs_page<B: MessageBody>(response: &HttpResponse<B>) -> bool {
    response.error().is_some() || matches!(response.body().size(), BodySize::None | BodySize::Sized(0))
}

fn page(status: StatusCode, error: Option<&Error>, asked: &Asked, acting: Option<ActingBar>) -> HttpResponse {
    let of_session = error.and_then(|error| of_session(error, asked));
    let failure = of_session.as_ref().or_else(|| error.and_then(|error| error.as_error::<Failure>()));
    let status = of_session.as_ref().map_or(status, Failure::status);
    let words = Words::english();
    let mut frame = match &asked.context {
        Some(context) => present::frame(context, Exit::None, None),
        None => Frame {
            organization: String::new(),
            help_href: None,
            brand_href: None,
            exit: Exit::None,
            flash: None,
            acting: None,
            is_member: false,
        },
    };
    frame.acting = acting;
    let mut response = HttpResponse::build(status);
    if let Some(failure) = failure {
        log(failure, asked);
        if let Some(seconds) = failure.retry_after_seconds() {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
    }
    let drawn = if matches!(failure, Some(Failure::NoSession)) {
        SessionExpired { words, frame, sign_in_href: if asked.is_console { urls::admin::SESSION } else { urls::SESSION } }.render()
    } else {
        let request_id = asked.id.map(|id| id.to_string()).unwrap_or_default();
        let back_href = asked.is_console.then(|| urls::admin::HOME.to_owned());
        ErrorShow { words, frame, said: said(failure, status, asked.saves), request_id, back_href }.render()
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

/// Around the handlers lies only the session, and it says of its own failures no more than 500.
fn of_session(error: &Error, asked: &Asked) -> Option<Failure> {
    let is_foreign = error.as_error::<Failure>().is_none();
    if !is_foreign || error.as_response_error().status_code() != StatusCode::INTERNAL_SERVER_ERROR {
        return None;
    }
    tracing::error!(
        request_id = asked.id.map(tracing::field::display),
        error = format!("{error:#}"),
        "a session could not be read or written"
    );
    Some(Failure::Unavailable {
        code: SESSION_UNAVAILABLE,
        detail: "The session could not be read or written.".into(),
        retry_after_seconds: 2,
    })
}

const SESSION_UNAVAILABLE: &str = "session_unavailable";

/// A person who sent a form wants to know what became of it.
fn said(failure: Option<&Failure>, status: StatusCode, saves: bool) -> Said {
    match failure.map(Failure::code) {
        Some("no_room" | "database_unavailable") if saves => Said::NotSaved,
        Some("forbidden") => Said::NotAllowed,
        Some("outcome_unknown" | SESSION_UNAVAILABLE) if saves => Said::Unsure,
        _ => Said::Status(status.as_u16()),
    }
}
