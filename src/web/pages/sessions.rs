//! Customer users signing in and out: by a password, or by a link that works once.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::{html, may_leave, ok, see_other};
use crate::{
    flows::{
        Context,
        customer_users::{self, CustomerSignIn},
    },
    web::{
        errors::Failure,
        forms::Posted,
        limits::{self, SignInAllowed},
        present::{self, people},
        session::{self, Colleague},
        urls,
    },
};

pub async fn new(context: Data<Context>, browser: Session) -> Result<HttpResponse, Failure> {
    ok(&people::customer_sign_in(&context, session::csrf_or_new(&browser, &context)?, "", None)).map(may_leave)
}

pub async fn create(
    _allowed: SignInAllowed,
    context: Data<Context>,
    request: HttpRequest,
    browser: Session,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let email = form.get("email").unwrap_or_default();
    let network = limits::network_of(request.peer_addr());
    let refusal = match customer_users::sign_in(&context, email, form.secret("password"), &network).await? {
        CustomerSignIn::In(user) => {
            session::begin_colleague(&browser, &context, &request, &user)?;
            return Ok(see_other(&session::onward(&browser)));
        }
        CustomerSignIn::Refused => people::refused(present::words()),
        CustomerSignIn::Wait { seconds } => people::wait(present::words(), seconds, "email"),
    };
    let csrf = session::csrf_or_new(&browser, &context)?;
    html(StatusCode::UNPROCESSABLE_ENTITY, &people::customer_sign_in(&context, csrf, email, refusal)).map(may_leave)
}

pub async fn destroy(_colleague: Colleague, browser: Session, _form: Posted) -> HttpResponse {
    session::end_customer(&browser);
    see_other(urls::SESSION)
}

/// Looking uses nothing up: programs that read mail do.
pub async fn show_link(context: Data<Context>, browser: Session, token: Path<String>) -> Result<HttpResponse, Failure> {
    match customer_users::find_link(&context, &token).await? {
        Some(user) => ok(&people::sign_in_link(&context, session::csrf_or_new(&browser, &context)?, urls::sign_in(&token), &user)),
        None => html(StatusCode::NOT_FOUND, &people::ended(&context)),
    }
}

pub async fn take_link(
    context: Data<Context>,
    request: HttpRequest,
    browser: Session,
    token: Path<String>,
    _form: Posted,
) -> Result<HttpResponse, Failure> {
    match customer_users::take_link(&context, &token).await? {
        Some(user) => {
            session::begin_colleague(&browser, &context, &request, &user)?;
            Ok(see_other(&session::onward(&browser)))
        }
        None => html(StatusCode::NOT_FOUND, &people::ended(&context)),
    }
}
