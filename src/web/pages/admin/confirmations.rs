//! The proof of who somebody is, asked again before something that earns it.

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
    },
};

pub async fn new(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    ok(&people::confirmation(&context, &admin, None).await?).map(may_leave)
}

pub async fn create(
    _allowed: SignInAllowed,
    context: Data<Context>,
    admin: Admin,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let network = limits::network_of(request.peer_addr());
    let code = form.get("code").unwrap_or_default();
    let refusal = match sign_in::again(&context, admin.id, form.secret("password"), code, &network).await? {
        SignIn::In(id) => {
            session::confirm_org_user(&admin.session, &context, id)?;
            return Ok(see_other(&session::console_onward(&admin.session)));
        }
        SignIn::Wait { seconds } => people::wait(present::words(), seconds, "password"),
        SignIn::Refused | SignIn::NeedsCode(_) => people::not_confirmed(present::words()),
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &people::confirmation(&context, &admin, refusal).await?).map(may_leave)
}
