//! Every refusal and failure of the web, and the only place that picks their status codes.
//!
//! A handler returns a `Failure`. Under `/api` it is answered as a problem (RFC 9457), anywhere else as a page; both carry the
//! request id. `Broken` is logged here, once; the caller learns no more than whether to try again.

mod broken;
mod page;
mod problem;

pub use page::pages;
pub use problem::problems;

use actix_web::{HttpResponse, ResponseError, dev::ServiceRequest, http::StatusCode, web};
use serde_json::Value as Json;
use tracing_actix_web::RequestId;

use crate::{
    flows::{Broken, Context},
    store::StoreError,
    web::urls,
};

/// `code` is stable, `detail` is for a developer's eyes, `extra` is an object whose members join the problem's.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.code())]
pub enum Failure {
    NotFound,
    Unauthorized,
    Forbidden,
    /// Signed in, but too long ago for this.
    ProofTooOld,
    BadRequest {
        code: &'static str,
        detail: String,
    },
    Conflict {
        code: &'static str,
        detail: String,
        extra: Json,
    },
    /// `If-Match` named a revision that is not the saved one (RFC 9110 §13.1.1).
    PreconditionFailed,
    Unprocessable {
        code: &'static str,
        detail: String,
        extra: Json,
    },
    TooLarge,
    UnsupportedMediaType,
    TooManyRequests {
        retry_after_seconds: u64,
    },
    Unavailable {
        code: &'static str,
        detail: String,
        retry_after_seconds: u64,
    },
    /// A form without its token, or sent from another site.
    Csrf,
    /// The session ended, or there never was one.
    NoSession,
    Broken(Broken),
}

impl Failure {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unauthorized | Self::NoSession => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Csrf | Self::ProofTooOld => StatusCode::FORBIDDEN,
            Self::BadRequest { .. } => StatusCode::BAD_REQUEST,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::Unprocessable { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(broken) => broken::answer(broken).status,
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::ProofTooOld => "proof_too_old",
            Self::BadRequest { code, .. }
            | Self::Conflict { code, .. }
            | Self::Unprocessable { code, .. }
            | Self::Unavailable { code, .. } => code,
            Self::PreconditionFailed => "precondition_failed",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Csrf => "csrf",
            Self::NoSession => "no_session",
            Self::Broken(broken) => broken::answer(broken).code,
        }
    }

    fn detail(&self) -> &str {
        match self {
            Self::NotFound => "There is nothing here, or nothing that this caller may see.",
            Self::Unauthorized => "Send a valid API key as `Authorization: Bearer KEY`.",
            Self::Forbidden => "This caller lacks the scope or the role for it.",
            Self::ProofTooOld => "Sign in once more.",
            Self::BadRequest { detail, .. }
            | Self::Conflict { detail, .. }
            | Self::Unprocessable { detail, .. }
            | Self::Unavailable { detail, .. } => detail,
            Self::PreconditionFailed => "It was changed since: `If-Match` names another revision. Read it again.",
            Self::TooLarge => "A request's body has at most 256 KiB.",
            Self::UnsupportedMediaType => "Send the body as `application/json`.",
            Self::TooManyRequests { .. } => "Too many requests. Wait for as long as `Retry-After` says.",
            Self::Csrf => "The form was not sent from our own page.",
            Self::NoSession => "The session has ended.",
            Self::Broken(broken) => broken::answer(broken).detail,
        }
    }

    const fn extra(&self) -> Option<&Json> {
        match self {
            Self::Conflict { extra, .. } | Self::Unprocessable { extra, .. } => Some(extra),
            _ => None,
        }
    }

    fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests { retry_after_seconds } | Self::Unavailable { retry_after_seconds, .. } => Some(*retry_after_seconds),
            Self::Broken(broken) => broken::answer(broken).retry_after_seconds,
            _ => None,
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status()
    }
    fn error_response(&self) -> HttpResponse {
        problem::of_failure(self, None)
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.into())
    }
}

/// What is known of a request before it is answered.
struct Asked {
    /// `None` only where nothing logs requests, as in a small test.
    id: Option<RequestId>,
    context: Option<web::Data<Context>>,
    /// It came to change something.
    saves: bool,
    /// By somebody of the organization, or who would be.
    is_console: bool,
}

impl Asked {
    fn of(request: &ServiceRequest) -> Self {
        use actix_web::HttpMessage;
        Self {
            id: request.extensions().get::<RequestId>().copied(),
            context: request.app_data::<web::Data<Context>>().cloned(),
            saves: !request.method().is_safe(),
            is_console: request.path().starts_with(urls::admin::HOME),
        }
    }
}

/// The one line that a failure of ours leaves in the log.
fn log(failure: &Failure, asked: &Asked) {
    let Failure::Broken(broken) = failure else { return };
    broken::log(broken, asked.id);
    if let Some(context) = &asked.context {
        context.note_failure(broken);
    }
}

#[cfg(test)]
mod tests;
