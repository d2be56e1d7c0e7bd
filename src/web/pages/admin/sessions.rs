//! Signing in and out.

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
        limits::{self, SignInAllowed},
        pages::{html, may_leave, ok, see_other},
        present::{self, people},
        session::{self, Admin},
        urls,
        view::Exit,
    },
};

pub async fn new(context: Data<Context>, browser: Session) -> Result<HttpResponse, Failure> {
    let mut page = people::sign_in(&context, session::csrf_or_new(&browser, &context)?, "", None);
    page.frame = present::frame(&context, Exit::None, session::take_flash(&browser));
    ok(&page).map(may_leave)
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
    let refusal = match sign_in::sign_in(&context, email, form.secret("password"), &network).await? {
        SignIn::In(id) => {
            session::begin_org_user(&browser, &context, &request, id)?;
            return Ok(see_other(&session::console_onward(&browser)));
        }
        SignIn::NeedsCode(id) => {
            session::await_code(&browser, &context, id)?;
            return Ok(see_other(urls::admin::CODE));
        }
        SignIn::Refused => people::refused(present::words()),
        SignIn::Wait { seconds } => people::wait(present::words(), seconds, "email"),
    };
    let csrf = session::csrf_or_new(&browser, &context)?;
    html(StatusCode::UNPROCESSABLE_ENTITY, &people::sign_in(&context, csrf, email, refusal)).map(may_leave)
}

pub async fn destroy(_admin: Admin, browser: Session, _form: Posted) -> HttpResponse {
    session::end_org_user(&browser);
    see_other(urls::admin::SESSION)
}
