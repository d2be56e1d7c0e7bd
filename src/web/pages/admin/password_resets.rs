//! A link by which a user sets another password: made by an owner, used once.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use secrecy::ExposeSecret;

use super::users::user;
use crate::{
    domain::user::is_good_password,
    flows::{Context, org_users},
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{self, people, users},
        session::{self, Admin},
        urls,
    },
};

pub async fn create(context: Data<Context>, admin: Admin, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let user = user(&context, &id).await?;
    match org_users::make_reset(&context, &admin.actor(), user.id).await? {
        Some(link) => ok(&users::reset_link(&context, &admin, &user, &link)?),
        None => Ok(see_other(&urls::admin::user(user.id))),
    }
}

pub async fn show(context: Data<Context>, browser: Session, token: Path<String>) -> Result<HttpResponse, Failure> {
    match org_users::find_reset(&context, &token).await? {
        Some(user) => {
            let csrf = session::csrf_or_new(&browser, &context)?;
            ok(&people::reset(&context, csrf, urls::admin::password_reset(&token), &user.email, None))
        }
        None => html(StatusCode::NOT_FOUND, &people::ended(&context)),
    }
}

pub async fn update(context: Data<Context>, browser: Session, token: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["password"])?;
    let Some(user) = org_users::find_reset(&context, &token).await? else { return html(StatusCode::NOT_FOUND, &people::ended(&context)) };
    let password = form.secret("password");
    if !is_good_password(password.expose_secret()) {
        let csrf = session::csrf_or_new(&browser, &context)?;
        let refusal = people::short_password(present::words());
        let page = people::reset(&context, csrf, urls::admin::password_reset(&token), &user.email, refusal);
        return html(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    if !org_users::reset_password(&context, &token, password).await? {
        return html(StatusCode::NOT_FOUND, &people::ended(&context));
    }
    session::set_flash(&browser, &present::words().t("reset-done"))?;
    Ok(see_other(urls::admin::SESSION))
}
