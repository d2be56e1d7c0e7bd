//! Turning the second step of signing in on and off.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    flows::{
        Context,
        second_step::{self, Confirmed, Enrol},
    },
    web::{
        errors::Failure,
        forms::Posted,
        limits::SignInAllowed,
        pages::{html, ok, see_other},
        present::{self, account, people},
        session::{self, Admin},
        urls,
    },
};

pub async fn new(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    match second_step::enrol(&context, admin.id).await? {
        Enrol::Enrolment(enrolment) => ok(&account::enrolment(&context, &admin, &enrolment, None)?),
        Enrol::IsOn => Ok(see_other(urls::admin::ACCOUNT)),
    }
}

pub async fn create(
    _allowed: SignInAllowed,
    context: Data<Context>,
    admin: Admin,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    form.only(&["code"])?;
    match second_step::confirm(&context, &admin.actor(), admin.id, form.get("code").unwrap_or_default()).await? {
        Confirmed::On(codes) => {
            session::begin_org_user(&admin.session, &context, &request, admin.id)?;
            shown(&context, &admin, &codes)
        }
        Confirmed::NotSetUp => Ok(see_other(urls::admin::ACCOUNT)),
        Confirmed::WrongCode => {
            let Enrol::Enrolment(enrolment) = second_step::enrol(&context, admin.id).await? else {
                return Ok(see_other(urls::admin::ACCOUNT));
            };
            let refusal = people::wrong_code(present::words());
            html(StatusCode::UNPROCESSABLE_ENTITY, &account::enrolment(&context, &admin, &enrolment, refusal)?)
        }
    }
}

pub async fn renew_codes(context: Data<Context>, admin: Admin, _form: Posted) -> Result<HttpResponse, Failure> {
    match second_step::renew_codes(&context, &admin.actor(), admin.id).await? {
        Some(codes) => shown(&context, &admin, &codes),
        None => Ok(see_other(urls::admin::ACCOUNT)),
    }
}

fn shown(context: &Context, admin: &Admin, codes: &[SecretString]) -> Result<HttpResponse, Failure> {
    let lines = codes.iter().map(|code| code.expose_secret().to_owned()).collect();
    ok(&account::recovery_codes(context, admin, lines)?)
}

pub async fn destroy(context: Data<Context>, admin: Admin, _form: Posted) -> Result<HttpResponse, Failure> {
    if second_step::turn_off(&context, &admin.actor(), admin.id).await? {
        session::confirm_org_user(&admin.session, &context, admin.id)?;
        session::set_flash(&admin.session, &present::words().t("second-step-ended"))?;
    }
    Ok(see_other(urls::admin::ACCOUNT))
}
