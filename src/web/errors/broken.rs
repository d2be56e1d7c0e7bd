//! What is answered where we are broken: what the database's trouble means to the caller, and the one line in the log.

use actix_web::http::StatusCode;
use tracing_actix_web::RequestId;

use crate::{
    flows::Broken,
    store::{self, Trouble},
};

pub(super) struct Answer {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: &'static str,
    pub retry_after_seconds: Option<u64>,
}

pub(super) fn answer(broken: &Broken) -> Answer {
    answer_to(match broken.trouble() {
        Trouble::NoRoom | Trouble::Away if store::has_committed() => Trouble::Unsure,
        trouble => trouble,
    })
}

pub(super) fn answer_to(trouble: Trouble) -> Answer {
    match trouble {
        // RFC 4918 §11.5
        Trouble::NoRoom => Answer {
            status: StatusCode::INSUFFICIENT_STORAGE,
            code: "no_room",
            detail: "Nothing was saved: the database has no room left. What is saved can still be read.",
            retry_after_seconds: Some(30),
        },
        Trouble::Away => Answer {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "database_unavailable",
            detail: "Nothing was saved: the database does not answer just now. Send it again in a moment.",
            retry_after_seconds: Some(2),
        },
        Trouble::Unsure => Answer {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "outcome_unknown",
            detail: "The database went away during the save: read it again to see whether it was saved.",
            retry_after_seconds: Some(2),
        },
        Trouble::Fault => Answer {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "internal",
            detail: "Something on our side failed. Name the request id when you report it.",
            retry_after_seconds: None,
        },
    }
}

pub(super) fn log(broken: &Broken, request_id: Option<RequestId>) {
    let mut chain = broken.to_string();
    let mut source = std::error::Error::source(broken);
    while let Some(error) = source {
        chain.push_str(": ");
        chain.push_str(&error.to_string());
        source = error.source();
    }
    tracing::error!(request_id = request_id.map(tracing::field::display), error = chain, "a request failed");
}
