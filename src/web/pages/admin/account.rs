//! One's own account: the password, the second step, the sessions.

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use secrecy::ExposeSecret;

use crate::{
    domain::user::is_good_password,
    flows::{Context, org_users},
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

pub async fn show(context: Data<Context>, admin: Admin) -> Result<HttpResponse, Failure> {
    ok(&account::show(&context, &admin, None).await?)
}

/// Another password. Every other session of the user ends.
pub async fn update(_allowed: SignInAllowed, context: Data<Context>, admin: Admin, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["current", "password"])?;
    let words = present::words();
    let new = form.secret("password");
    let refusal = if !is_good_password(new.expose_secret()) {
        people::short_password(words)
    } else if org_users::change_password(&context, &admin.actor(), admin.id, form.secret("current"), new).await? {
        session::confirm_org_user(&admin.session, &context, admin.id)?;
        session::set_flash(&admin.session, &words.t("account-password-changed"))?;
        return Ok(see_other(urls::admin::ACCOUNT));
    } else {
        people::wrong_password(words, "current")
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &account::show(&context, &admin, refusal).await?)
}
