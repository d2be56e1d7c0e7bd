//! The second step of signing in: a code of an authenticator app, or a recovery code.

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};

use crate::{
    flows::{
        Context,
        sign_in::{self, SignIn},
    },
    web::{
        errors::Failure,
        forms::Posted,
        limits::SignInAllowed,
        pages::{html, ok, see_other},
        present::{self, people},
        session, urls,
    },
};

pub async fn new(context: Data<Context>, browser: Session) -> Result<HttpResponse, Failure> {
    if session::awaiting_code(&browser, &context).is_none() {
        return Ok(see_other(urls::admin::SESSION));
    }
    ok(&people::code(&context, session::csrf_or_new(&browser, &context)?, None))
}

pub async fn create(
    _allowed: SignInAllowed,
    context: Data<Context>,
    request: HttpRequest,
    browser: Session,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let Some(id) = session::awaiting_code(&browser, &context) else { return Ok(see_other(urls::admin::SESSION)) };
    let refusal = match sign_in::with_code(&context, id, form.get("code").unwrap_or_default()).await? {
        SignIn::In(id) => {
            session::begin_org_user(&browser, &context, &request, id)?;
            return Ok(see_other(&session::console_onward(&browser)));
        }
        SignIn::Wait { seconds } => people::wait(present::words(), seconds, "code"),
        SignIn::Refused | SignIn::NeedsCode(_) => people::wrong_code(present::words()),
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &people::code(&context, session::csrf_or_new(&browser, &context)?, refusal))
}
