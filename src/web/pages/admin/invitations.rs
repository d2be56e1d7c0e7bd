//! Inviting users, and what a link of an invitation opens.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use secrecy::ExposeSecret;

use crate::{
    domain::{
        ids::InvitationId,
        user::{Role, is_good_password},
    },
    flows::{
        Context,
        invitations::{self, Invited},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{self, people, users},
        session::{self, Admin},
        urls,
    },
};

pub async fn create(context: Data<Context>, admin: Admin, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["email", "role"])?;
    let (email, words) = (form.get("email").unwrap_or_default(), present::words());
    let role = form.get("role").unwrap_or_default().parse::<Role>().ok();
    let refusal = match role {
        None => people::no_role(words),
        Some(role) => match invitations::invite(&context, &admin.actor(), email, role).await? {
            Invited::Link(link) => return ok(&users::invitation_link(&context, &admin, &link)?),
            Invited::NotAnAddress => people::no_address(words),
            Invited::AddressTaken => people::address_taken(words),
        },
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &users::index(&context, &admin, email, role, refusal).await?)
}

fn id(text: &str) -> Result<InvitationId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

pub async fn renew(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    match invitations::renew(&context, &admin.actor(), id(&path)?).await? {
        Some(link) => ok(&users::invitation_link(&context, &admin, &link)?),
        None => Err(Failure::NotFound),
    }
}

pub async fn destroy(context: Data<Context>, admin: Admin, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    if !invitations::revoke(&context, &admin.actor(), id(&path)?).await? {
        return Err(Failure::NotFound);
    }
    session::set_flash(&admin.session, &present::words().t("invitation-revoked"))?;
    Ok(see_other(urls::admin::USERS))
}

/// What the link opens. Looking at it uses nothing up: programs that read mail do.
pub async fn show(context: Data<Context>, browser: Session, token: Path<String>) -> Result<HttpResponse, Failure> {
    match invitations::find(&context, &token).await? {
        Some(invitation) => {
            let csrf = session::csrf_or_new(&browser, &context)?;
            ok(&people::accept(&context, csrf, urls::admin::invitation(&token), &invitation.email, None))
        }
        None => html(StatusCode::NOT_FOUND, &people::ended(&context)),
    }
}

pub async fn accept(
    context: Data<Context>,
    request: HttpRequest,
    browser: Session,
    token: Path<String>,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    form.only(&["password"])?;
    let Some(invitation) = invitations::find(&context, &token).await? else { return html(StatusCode::NOT_FOUND, &people::ended(&context)) };
    let password = form.secret("password");
    if !is_good_password(password.expose_secret()) {
        let csrf = session::csrf_or_new(&browser, &context)?;
        let refusal = people::short_password(present::words());
        let page = people::accept(&context, csrf, urls::admin::invitation(&token), &invitation.email, refusal);
        return html(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    match invitations::accept(&context, &token, password).await? {
        Some(id) => {
            session::begin_org_user(&browser, &context, &request, id)?;
            Ok(see_other(urls::admin::HOME))
        }
        None => html(StatusCode::NOT_FOUND, &people::ended(&context)),
    }
}
