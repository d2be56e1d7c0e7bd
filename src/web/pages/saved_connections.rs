//! A customer's saved connections: list, look, change, sign in again, end. Whatever the session does not reach is the same 404.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{accounts::chosen, attempts, connections::tell_of_check, html, leave, may_leave, ok, see_other};
use crate::{
    domain::{connection::ConnectionRef, ids::ConnectionId},
    flows::{
        Context, SlotState,
        connect::{self, Begun, Chosen},
        disconnect::{self, Disconnected},
        reusable::{self, Deleted, Drafted, Edited, Look, Renamed},
    },
    web::{
        errors::Failure,
        forms::Posted,
        present::{
            self,
            connection::other_account,
            saved_connections::{self as draw, Refused},
        },
        session::{self, Owner},
        urls,
        view::{Exit, slot::reason},
    },
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
}

pub async fn index(context: Data<Context>, owner: Owner, query: Query<Wanted>) -> Result<HttpResponse, Failure> {
    let all = reusable::reached(&context, &owner.visit).await?;
    let flash = session::take_flash(&owner.session);
    let mut page = draw::index(&context, present::words(), &all, &query.q, &query.status, flash);
    owner.mark(&mut page.frame);
    ok(&page)
}

/// The connection's id, if the session reaches it.
async fn reached(context: &Context, owner: &Owner, path: &str) -> Result<ConnectionId, Failure> {
    let id = path.parse().map_err(|_| Failure::NotFound)?;
    if reusable::may(context, &owner.visit, id).await? { Ok(id) } else { Err(Failure::NotFound) }
}

async fn look(context: &Context, owner: &Owner, id: ConnectionId) -> Result<Look, Failure> {
    reusable::look(context, owner.scope, id).await?.ok_or(Failure::NotFound)
}

async fn drawn(context: &Context, owner: &Owner, id: ConnectionId, status: StatusCode, refused: &Refused) -> Result<HttpResponse, Failure> {
    let look = look(context, owner, id).await?;
    let told = (session::take_flash(&owner.session), session::take_notice(&owner.session));
    if look.is_begun {
        let mut page = draw::new(context, id, &look, &owner.csrf, told, refused);
        owner.mark(&mut page.frame);
        return html(status, &page).map(may_leave);
    }
    let mut page = draw::show(context, id, &look, &owner.csrf, told, refused);
    owner.mark(&mut page.frame);
    html(status, &page).map(may_leave)
}

pub async fn show(context: Data<Context>, owner: Owner, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    drawn(&context, &owner, id, StatusCode::OK, &Refused::default()).await
}

/// A new one is connected: back to where one came from. Before that, its page.
pub async fn done(context: Data<Context>, owner: Owner, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    let look = look(&context, &owner, id).await?;
    if !matches!(look.slot.state, SlotState::Connection(state) if state.is_connected()) {
        return Ok(see_other(&urls::saved(id)));
    }
    // The page says it.
    session::take_flash(&owner.session);
    let mut page = draw::done(&context, id, &look);
    owner.mark(&mut page.frame);
    ok(&page)
}

/// Where a change leads when it is saved.
fn next_of(look: &Look, id: ConnectionId) -> String {
    if look.is_begun { urls::saved_part(id, "done") } else { urls::saved(id) }
}

/// Other values, for everything that uses it.
pub async fn update(context: Data<Context>, owner: Owner, path: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    let typed = form.submission().raw;
    let before = look(&context, &owner, id).await?;
    match reusable::edit(&context, owner.scope, &owner.actor, &ConnectionRef::Id(id), &typed).await? {
        Edited::Saved => session::set_flash(&owner.session, &present::words().t("saved-changed"))?,
        Edited::Refused(errors) => {
            return drawn(&context, &owner, id, StatusCode::UNPROCESSABLE_ENTITY, &Refused { errors, typed }).await;
        }
        Edited::NotWorking(code) => {
            let connector = &before.slot.connector;
            let (title, ..) = reason(present::words(), code.code(), "customer", connector, &context.organization().name, "");
            let said = if before.is_begun { "saved-not-connected" } else { "saved-not-changed" };
            session::set_notice(&owner.session, &present::words().with(said, "title", title))?;
            return drawn(&context, &owner, id, StatusCode::UNPROCESSABLE_ENTITY, &Refused { typed, ..Refused::default() }).await;
        }
        Edited::Foreign => return Err(foreign()),
        Edited::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&next_of(&before, id)))
}

fn foreign() -> Failure {
    Failure::Unprocessable {
        code: "unknown_field",
        detail: "The form holds a field that this page does not have.".into(),
        extra: serde_json::Value::Null,
    }
}

pub async fn rename(context: Data<Context>, owner: Owner, path: Path<String>, form: Posted) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    form.only(&["name"])?;
    let words = present::words();
    match reusable::rename(&context, owner.scope, &owner.actor, id, form.get("name").unwrap_or_default(), None).await? {
        Renamed::Done => session::set_flash(&owner.session, &words.t("saved-renamed"))?,
        Renamed::Taken => session::set_notice(&owner.session, &words.t("saved-name-taken"))?,
        Renamed::Empty => session::set_notice(&owner.session, &words.t("saved-name-empty"))?,
        Renamed::Unnamed | Renamed::Stale | Renamed::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&urls::saved(id)))
}

pub async fn check(context: Data<Context>, owner: Owner, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    let slot = look(&context, &owner, id).await?.slot;
    let checked = reusable::check_now(&context, owner.scope, &owner.actor, id).await?;
    tell_of_check(&context, &owner.session, &slot, checked)?;
    Ok(see_other(&urls::saved(id)))
}

/// Signs in, or signs in again. What a new one asks for comes along, and is kept as a draft.
pub async fn connect(
    context: Data<Context>,
    owner: Owner,
    path: Path<String>,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    let before = look(&context, &owner, id).await?;
    let typed = form.submission().raw;
    if before.is_begun && !typed.is_empty() {
        match reusable::draft(&context, owner.scope, id, &typed).await? {
            Drafted::Kept => {}
            Drafted::Refused(errors) => {
                return drawn(&context, &owner, id, StatusCode::UNPROCESSABLE_ENTITY, &Refused { errors, typed }).await;
            }
            Drafted::Foreign => return Err(foreign()),
            Drafted::NotFound => return Err(Failure::NotFound),
        }
    }
    let at = ConnectionRef::Id(id);
    let begun = connect::begin_again(&context, owner.scope, &owner.actor, &at, owner.browser_hash, |_| next_of(&before, id)).await?;
    left(&context, &request, id, begun)
}

fn left(context: &Context, request: &HttpRequest, id: ConnectionId, begun: Begun) -> Result<HttpResponse, Failure> {
    match begun {
        Begun::Leave(url) => Ok(leave(request, &url)),
        Begun::NotLeft { connector, reason } => attempts::not_left(context, &connector, reason, urls::saved(id)),
        _ => Err(Failure::NotFound),
    }
}

/// Another account signed in: which shall it be?
pub async fn account(context: Data<Context>, owner: Owner, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    let Some(question) = connect::question(&context, owner.scope, &ConnectionRef::Id(id), &owner.browser_hash).await? else {
        return Ok(see_other(&urls::saved(id)));
    };
    let (frame, action) = (present::frame(&context, Exit::None, None), urls::saved_part(id, "account"));
    ok(&other_account(present::words(), frame, question, action, owner.csrf)).map(may_leave)
}

pub async fn choose(
    context: Data<Context>,
    owner: Owner,
    path: Path<String>,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    let chosen =
        chosen(&context, (owner.scope, &owner.actor, owner.browser_hash), &ConnectionRef::Id(id), &form, |_| urls::saved(id)).await?;
    match chosen {
        Chosen::Connected { return_to, connector } => {
            session::set_flash(&owner.session, &present::words().with("flash-reconnected", "connector", connector))?;
            Ok(see_other(&return_to))
        }
        Chosen::Begun(begun) => left(&context, &request, id, begun),
        Chosen::Late { .. } | Chosen::Gone => {
            session::set_notice(&owner.session, &present::words().t("notice-already-chosen"))?;
            Ok(see_other(&urls::saved(id)))
        }
    }
}

pub async fn edit(context: Data<Context>, owner: Owner, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    let before = disconnect::before(&context, owner.scope, &ConnectionRef::Id(id)).await?.ok_or(Failure::NotFound)?;
    ok(&draw::disconnect(&context, present::words(), id, before, owner.csrf))
}

pub async fn disconnect(context: Data<Context>, owner: Owner, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    match disconnect::disconnect(&context, owner.scope, &owner.actor, &ConnectionRef::Id(id)).await? {
        Disconnected::NotFound => Err(Failure::NotFound),
        Disconnected::Done(_) | Disconnected::Emptied | Disconnected::Already => Ok(see_other(&urls::saved(id))),
    }
}

pub async fn destroy(context: Data<Context>, owner: Owner, path: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    let id = reached(&context, &owner, &path).await?;
    let name = look(&context, &owner, id).await?.name;
    match reusable::delete(&context, owner.scope, &owner.actor, id).await? {
        Deleted::Done(_) => {
            session::set_flash(&owner.session, &present::words().with("saved-deleted", "name", name))?;
            Ok(see_other(urls::SAVED))
        }
        Deleted::InUse(_) => {
            session::set_notice(&owner.session, &present::words().t("saved-used-now"))?;
            Ok(see_other(&urls::saved(id)))
        }
        Deleted::NotFound => Err(Failure::NotFound),
    }
}
