//! Signing in and out.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use secrecy::SecretString;

use crate::{
    flows::{Context, sign_in},
    web::{
        errors::Failure,
        forms::Posted,
        limits::SignInAllowed,
        pages::{html, ok, see_other},
        present,
        session::{self, Admin},
        urls,
        view::{Exit, Form, admin::sessions::SessionNew},
    },
};

pub async fn new(context: Data<Context>, browser: Session) -> Result<HttpResponse, Failure> {
    let csrf = session::csrf_or_new(&browser, &context)?;
    ok(&page(&context, csrf, String::new(), false))
}

fn page(context: &Context, csrf: String, email: String, refused: bool) -> SessionNew {
    SessionNew {
        words: present::words(),
        frame: present::frame(context, Exit::None, None),
        form: Form { action: urls::admin::SESSION.into(), csrf, version: String::new() },
        email,
        refused,
    }
}

pub async fn create(_allowed: SignInAllowed, context: Data<Context>, browser: Session, form: Posted) -> Result<HttpResponse, Failure> {
    let email = form.get("email").unwrap_or_default();
    let password = SecretString::from(form.get("password").unwrap_or_default());
    match sign_in::sign_in(&context, email, password).await? {
        Some(user) => {
            session::begin_org_user(&browser, &context, user.id)?;
            Ok(see_other(urls::admin::HOME))
        }
        None => {
            let csrf = session::csrf_or_new(&browser, &context)?;
            html(StatusCode::UNPROCESSABLE_ENTITY, &page(&context, csrf, email.to_owned(), true))
        }
    }
}

pub async fn destroy(_admin: Admin, browser: Session, _form: Posted) -> HttpResponse {
    session::end(&browser);
    see_other(urls::admin::SESSION)
}
