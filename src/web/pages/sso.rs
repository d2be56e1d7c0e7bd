//! Single sign-on: away to the provider, and back.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{html, leave, may_leave, see_other};
use crate::{
    domain::access::Scope,
    flows::{
        Context,
        sso::{self, Begun, Returned, SignedOn},
    },
    web::{
        errors::Failure,
        forms::Posted,
        limits::SignInAllowed,
        present::{self, people},
        session,
    },
};

/// An org user's; one who is signed in proves it once more.
pub async fn begin(
    _allowed: SignInAllowed,
    context: Data<Context>,
    request: HttpRequest,
    browser: Session,
    _form: Posted,
) -> Result<HttpResponse, Failure> {
    let hash = session::browser_hash_or_new(&browser, &context)?;
    let again = session::admin(&request, &context).await?.is_some();
    match sso::begin(&context, &hash, again).await? {
        Begun::At(url) => Ok(leave(&request, &url)),
        Begun::NoProvider | Begun::Unavailable => again_at(&context, &browser, false, "sso-unavailable"),
    }
}

/// A customer user's, found by their address.
pub async fn begin_customer(
    _allowed: SignInAllowed,
    context: Data<Context>,
    request: HttpRequest,
    browser: Session,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let hash = session::browser_hash_or_new(&browser, &context)?;
    match sso::begin_customer(&context, &hash, form.get("email").unwrap_or_default()).await? {
        Begun::At(url) => Ok(leave(&request, &url)),
        Begun::NoProvider => again_at(&context, &browser, true, "sso-none"),
        Begun::Unavailable => again_at(&context, &browser, true, "sso-unavailable"),
    }
}

/// The page where it was begun, with what became of it.
fn again_at(context: &Context, browser: &Session, customer: bool, said: &str) -> Result<HttpResponse, Failure> {
    let words = present::words();
    let csrf = session::csrf_or_new(browser, context)?;
    let said = people::sso_refusal(words, said);
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let page = if customer {
        html(status, &people::customer_sign_in(context, csrf, "", said))
    } else {
        html(status, &people::sign_in(context, csrf, "", said))
    };
    page.map(may_leave)
}

#[derive(Deserialize)]
pub struct Parameters {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

pub async fn finish(
    context: Data<Context>,
    request: HttpRequest,
    browser: Session,
    query: Query<Parameters>,
) -> Result<HttpResponse, Failure> {
    let Parameters { state, code, iss, error } = query.into_inner();
    let Some(hash) = session::browser_hash(&browser) else { return again_at(&context, &browser, false, "sso-unknown") };
    match sso::finish(&context, &hash, &Returned { state, code, iss, error }).await? {
        SignedOn::OrgUser { id, is_fresh } => {
            let is_same = session::admin(&request, &context).await?.is_some_and(|admin| admin.id == id);
            if is_same && !is_fresh {
                return again_at(&context, &browser, false, "sso-failed");
            }
            if is_same {
                session::confirm_org_user(&browser, &context, id)?;
                return Ok(see_other(&session::console_onward(&browser)));
            }
            session::begin_org_user(&browser, &context, &request, id)?;
            Ok(see_other(&session::console_onward(&browser)))
        }
        SignedOn::CustomerUser(id) => {
            let user = context.store().read().customer_users().find(Scope::Organization, id).await?.ok_or(Failure::NoSession)?;
            session::begin_colleague(&browser, &context, &request, &user)?;
            Ok(see_other(&session::onward(&browser)))
        }
        SignedOn::Unknown => again_at(&context, &browser, false, "sso-unknown"),
        SignedOn::Denied { customer } => again_at(&context, &browser, customer, "sso-denied"),
        SignedOn::NotAllowed { customer } => again_at(&context, &browser, customer, "sso-not-allowed"),
        SignedOn::Failed { customer } => again_at(&context, &browser, customer, "sso-failed"),
    }
}
