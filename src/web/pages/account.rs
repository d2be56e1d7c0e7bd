//! A customer user's own account: the password, the sessions.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use secrecy::ExposeSecret;

use super::{html, ok, see_other};
use crate::{
    domain::user::is_good_password,
    flows::{
        Context,
        customer_users::{self, PasswordSet},
    },
    web::{
        errors::Failure,
        forms::Posted,
        limits::SignInAllowed,
        present::{self, customer, people},
        session::{self, Colleague},
        urls,
    },
};

pub async fn show(context: Data<Context>, colleague: Colleague) -> Result<HttpResponse, Failure> {
    ok(&customer::account(&context, &colleague, None).await?)
}

/// Every other session of the user ends.
pub async fn update(_allowed: SignInAllowed, context: Data<Context>, colleague: Colleague, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["current", "password"])?;
    let (words, new) = (present::words(), form.secret("password"));
    let refusal = if is_good_password(new.expose_secret()) {
        match customer_users::set_password(&context, &colleague.user, form.secret("current"), new).await? {
            PasswordSet::Done => {
                session::renew_colleague(&colleague.session);
                session::set_flash(&colleague.session, &words.t("account-password-changed"))?;
                return Ok(see_other(urls::ACCOUNT));
            }
            PasswordSet::WrongCurrent => people::wrong_password(words, "current"),
            PasswordSet::AddressInUse => people::password_elsewhere(words),
        }
    } else {
        people::short_password(words)
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &customer::account(&context, &colleague, refusal).await?)
}

/// All but the one that asks: that one goes on, under a new key.
pub async fn end_sessions(context: Data<Context>, colleague: Colleague, _form: Posted) -> Result<HttpResponse, Failure> {
    customer_users::end_sessions(&context, &colleague.user, None).await?;
    session::renew_colleague(&colleague.session);
    session::set_flash(&colleague.session, &present::words().t("sessions-ended-others"))?;
    Ok(see_other(urls::ACCOUNT))
}

pub async fn end_session(context: Data<Context>, colleague: Colleague, id: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let hash = session::key_hash_of(&context, &colleague.user.id.to_string(), &id).await?.ok_or(Failure::NotFound)?;
    if customer_users::end_sessions(&context, &colleague.user, Some(&hash)).await? {
        session::set_flash(&colleague.session, &present::words().t("session-ended"))?;
    }
    Ok(see_other(urls::ACCOUNT))
}
