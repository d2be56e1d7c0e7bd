//! What is one user's own in an instance: connect, sign in again, check, disconnect. Whose it is, is who asks.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::{accounts::chosen, attempts::not_left, connections::tell_of_check, html, leave, may_leave, ok, see_other, wizard::framed};
use crate::{
    domain::{check::CheckTrigger, connection::ConnectionRef, customer_user::CustomerRole, key::Key},
    flows::{
        Context, check,
        connect::{self, Begun, Chosen},
        disconnect::{self, Disconnected},
        reusable::Edited,
        user_connections::{self, Refused},
    },
    web::{
        errors::Failure,
        forms::Posted,
        present::{
            self,
            connection::other_account,
            own_connections::{self as draw, Wrong},
            slot::status,
        },
        session::{self, Oneself},
        urls,
        view::{
            Form,
            connections::Disconnect,
            slot::{Status, reason},
        },
    },
};

async fn drawn(context: &Context, me: &Oneself, status: StatusCode, wrong: &Wrong) -> Result<HttpResponse, Failure> {
    let visitor = &me.visitor;
    let is_admin = visitor.role == CustomerRole::Admin;
    let page = user_connections::page(context, visitor.scope, visitor.instance_id, me.user_id, is_admin).await?.ok_or(Failure::NotFound)?;
    let told = (session::take_flash(&visitor.session), session::take_notice(&visitor.session));
    // Whatever their role, what is theirs is theirs to end.
    html(status, &draw::show(context, &page, &visitor.csrf, told, wrong)).map(may_leave)
}

pub async fn index(context: Data<Context>, me: Oneself) -> Result<HttpResponse, Failure> {
    drawn(&context, &me, StatusCode::OK, &Wrong::default()).await
}

/// The slot in the path, and what this user has in it.
fn named(me: &Oneself, slot: &str) -> Result<(Key, ConnectionRef), Failure> {
    let slot = Key::parse(slot).map_err(|_| Failure::NotFound)?;
    let at = ConnectionRef::of_user(me.visitor.instance_id, slot.as_str(), me.user_id);
    Ok((slot, at))
}

/// Values, tried before they are saved.
pub async fn update(context: Data<Context>, me: Oneself, path: Path<(String, String)>, form: Posted) -> Result<HttpResponse, Failure> {
    let ((_, at), typed) = (named(&me, &path.1)?, form.submission().raw);
    let visitor = &me.visitor;
    match user_connections::save(&context, visitor.scope, &visitor.actor, &at, &typed).await? {
        Edited::Saved => session::set_flash(&visitor.session, &present::words().t("own-saved"))?,
        Edited::Refused(errors) => return drawn(&context, &me, StatusCode::UNPROCESSABLE_ENTITY, &Wrong { errors, typed }).await,
        Edited::NotWorking(code) => {
            let before = disconnect::before(&context, visitor.scope, &at).await?.ok_or(Failure::NotFound)?;
            let (words, organization) = (present::words(), &context.organization().name);
            let (title, sentence, _) = reason(words, code.code(), "customer", &before.slot.connector, organization, "");
            session::set_notice(&visitor.session, &[title, sentence].join(". "))?;
            return drawn(&context, &me, StatusCode::UNPROCESSABLE_ENTITY, &Wrong { typed, ..Wrong::default() }).await;
        }
        Edited::Foreign => return Err(foreign()),
        Edited::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&urls::own(visitor.instance_id)))
}

fn foreign() -> Failure {
    let detail = "The form holds a field that this page does not have.".into();
    Failure::Unprocessable { code: "unknown_field", detail, extra: serde_json::Value::Null }
}

/// Connect and Reconnect: what was typed comes along, and is kept as a draft.
pub async fn connect(
    context: Data<Context>,
    me: Oneself,
    path: Path<(String, String)>,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let ((_, at), typed) = (named(&me, &path.1)?, form.submission().raw);
    let (visitor, back) = (&me.visitor, urls::own(me.visitor.instance_id));
    match user_connections::begin(&context, visitor.scope, &visitor.actor, &at, &typed, visitor.browser_hash, back).await? {
        Ok(begun) => left(&context, &me, &request, begun),
        Err(Refused::Errors(errors)) => drawn(&context, &me, StatusCode::UNPROCESSABLE_ENTITY, &Wrong { errors, typed }).await,
        Err(Refused::Foreign) => Err(foreign()),
    }
}

fn left(context: &Context, me: &Oneself, request: &HttpRequest, begun: Begun) -> Result<HttpResponse, Failure> {
    match begun {
        Begun::Leave(url) => Ok(leave(request, &url)),
        Begun::NotLeft { connector, reason } => not_left(context, &connector, reason, urls::own(me.visitor.instance_id)),
        _ => Err(Failure::NotFound),
    }
}

pub async fn check(context: Data<Context>, me: Oneself, path: Path<(String, String)>, _form: Posted) -> Result<HttpResponse, Failure> {
    let (_, at) = named(&me, &path.1)?;
    let visitor = &me.visitor;
    let before = disconnect::before(&context, visitor.scope, &at).await?.ok_or(Failure::NotFound)?;
    let checked = check::run(&context, visitor.scope, &visitor.actor, &at, CheckTrigger::Person).await?;
    tell_of_check(&context, &visitor.session, &before.slot, checked)?;
    Ok(see_other(&urls::own(visitor.instance_id)))
}

/// Another account signed in: which shall it be?
pub async fn account(context: Data<Context>, me: Oneself, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (slot, at) = named(&me, &path.1)?;
    let (visitor, id) = (&me.visitor, me.visitor.instance_id);
    let Some(question) = connect::question(&context, visitor.scope, &at, &visitor.browser_hash).await? else {
        // Nothing is asked any more; of what is not there nothing ever was.
        disconnect::before(&context, visitor.scope, &at).await?.ok_or(Failure::NotFound)?;
        return Ok(see_other(&urls::own(id)));
    };
    let action = urls::own_part(id, &slot, "account");
    ok(&other_account(present::words(), framed(&context, visitor), question, action, visitor.csrf.clone())).map(may_leave)
}

pub async fn choose(
    context: Data<Context>,
    me: Oneself,
    path: Path<(String, String)>,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let (_, at) = named(&me, &path.1)?;
    let (visitor, id) = (&me.visitor, me.visitor.instance_id);
    let chosen = chosen(&context, (visitor.scope, &visitor.actor, visitor.browser_hash), &at, &form, |_| urls::own(id)).await?;
    match chosen {
        Chosen::Connected { return_to, connector } => {
            session::set_flash(&visitor.session, &present::words().with("flash-reconnected", "connector", connector))?;
            Ok(see_other(&return_to))
        }
        Chosen::Begun(begun) => left(&context, &me, &request, begun),
        Chosen::Late { .. } | Chosen::Gone => {
            session::set_notice(&visitor.session, &present::words().t("notice-already-chosen"))?;
            Ok(see_other(&urls::own(id)))
        }
    }
}

/// What stops, before it does.
pub async fn edit(context: Data<Context>, me: Oneself, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (slot, at) = named(&me, &path.1)?;
    let (visitor, id) = (&me.visitor, me.visitor.instance_id);
    let before = disconnect::before(&context, visitor.scope, &at).await?.ok_or(Failure::NotFound)?;
    if status(before.slot.state) == Status::NotConnected {
        return Ok(see_other(&urls::own(id)));
    }
    let words = present::words();
    ok(&Disconnect {
        words,
        frame: framed(&context, visitor),
        form: Form { action: urls::own_part(id, &slot, "disconnection"), csrf: visitor.csrf.clone(), version: String::new() },
        connector: before.slot.connector,
        account: before.slot.account,
        stops: before.uses.iter().map(|used| words.with("own-stops", "integration", &used.name)).collect(),
        back_href: urls::own(id),
    })
}

pub async fn destroy(context: Data<Context>, me: Oneself, path: Path<(String, String)>, _form: Posted) -> Result<HttpResponse, Failure> {
    let (_, at) = named(&me, &path.1)?;
    let visitor = &me.visitor;
    match disconnect::disconnect(&context, visitor.scope, &visitor.actor, &at).await? {
        Disconnected::Done(_) | Disconnected::Emptied => session::set_flash(&visitor.session, &present::words().t("own-disconnected"))?,
        Disconnected::Already => {}
        Disconnected::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&urls::own(visitor.instance_id)))
}
