//! Another account signed in: the person says which one it shall be.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    attempts::{begun, too_late},
    html, may_leave, ok, see_other,
    wizard::framed,
};
use crate::{
    domain::{
        access::{Actor, Scope},
        connection::ConnectionRef,
        ids::AttemptId,
        key::Key,
    },
    flows::{
        Context,
        connect::{self, Chosen},
        life,
    },
    web::{
        errors::Failure,
        forms::Posted,
        present::{self, connection::other_account},
        session::{self, Visitor},
        urls,
    },
};

pub async fn edit(context: Data<Context>, visitor: Visitor, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let slot = Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?;
    let id = visitor.instance_id;
    let Some(question) = connect::question(&context, visitor.scope, &ConnectionRef::slot(id, slot.as_str()), &visitor.browser_hash).await?
    else {
        // Nothing is asked any more; of what is not there nothing ever was.
        life::show(&context, visitor.scope, id, slot.as_str()).await?.ok_or(Failure::NotFound)?;
        return Ok(see_other(&urls::connection(id, &slot)));
    };
    let action = urls::account(id, &slot);
    ok(&other_account(present::words(), framed(&context, &visitor), question, action, visitor.csrf)).map(may_leave)
}

/// By whoever, in whichever browser. `choice`: `new` takes the account that signed in; anything else signs in once more.
pub(super) async fn chosen(
    context: &Context,
    (scope, actor, browser_hash): (Scope, &Actor, [u8; 32]),
    at: &ConnectionRef,
    form: &Posted,
    path_of: impl Fn(Option<&Key>) -> String,
) -> Result<Chosen, Failure> {
    let attempt: AttemptId = form.get("version").and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)?;
    Ok(if form.get("choice") == Some("new") {
        connect::use_it(context, scope, actor, at, attempt, &browser_hash).await?
    } else {
        connect::sign_in_again(context, scope, actor, at, attempt, browser_hash, path_of).await?
    })
}

pub async fn update(
    context: Data<Context>,
    visitor: Visitor,
    path: Path<(String, String)>,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let slot = Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?;
    let (id, scope, actor) = (visitor.instance_id, visitor.scope, &visitor.actor);
    let at = ConnectionRef::slot(id, slot.as_str());
    let path_of = |page: Option<&Key>| page.map_or_else(|| urls::connection(id, &slot), |page| urls::page(id, page));
    let chosen = chosen(&context, (scope, actor, visitor.browser_hash), &at, &form, path_of).await?;
    match chosen {
        Chosen::Connected { return_to, connector } => {
            session::set_flash(&visitor.session, &present::words().with("flash-reconnected", "connector", connector))?;
            Ok(see_other(&return_to))
        }
        Chosen::Begun(started) => begun(&context, &visitor, &request, started),
        Chosen::Late { connector } => {
            html(StatusCode::UNPROCESSABLE_ENTITY, &too_late(&context, &visitor, &slot, &connector)).map(may_leave)
        }
        Chosen::Gone => {
            session::set_notice(&visitor.session, &present::words().t("notice-already-chosen"))?;
            Ok(see_other(&urls::connection(id, &slot)))
        }
    }
}
