//! One connection of a customer's: how it is, and what an org user can do about it.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::instances::id;
use crate::{
    domain::{
        access::Scope, check::CheckTrigger, connection::ConnectionRef, customer::CustomerRef, ids::InstanceId, key::Key, resolution::SetBy,
    },
    flows::{
        Context,
        check::{self, Checked},
        connect::{self, Begun},
        disconnect::{self, Disconnected, Revocation},
        links::{self, Made, NewLink, Wanted},
        refresh::{self, NotLive},
        repair::{self, Repair},
        replaced::{self, Restored},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{leave, may_leave, ok, see_other},
        present::{self, admin::link::About},
        session::{self, Admin},
        urls::admin as urls,
        view::slot::reason,
    },
};

type Place = Path<(String, String)>;

async fn find(context: &Context, path: &Place) -> Result<(InstanceId, Key, Repair), Failure> {
    let found = repair::connection(context, id(&path.0)?, &path.1).await?.ok_or(Failure::NotFound)?;
    Ok((found.instance.id, found.life.slot.key.clone(), found))
}

pub async fn show(context: Data<Context>, admin: Admin, path: Place) -> Result<HttpResponse, Failure> {
    let (_, _, repair) = find(&context, &path).await?;
    ok(&present::admin::connection::show(&context, present::words(), &admin, &repair)?).map(may_leave)
}

pub async fn check(context: Data<Context>, admin: Admin, path: Place, _form: Posted) -> Result<HttpResponse, Failure> {
    let (id, slot, repair) = find(&context, &path).await?;
    let (words, connector) = (present::words(), &repair.life.slot.connector);
    match check::run(&context, Scope::Organization, &admin.actor(), &ConnectionRef::slot(id, slot.as_str()), CheckTrigger::Api).await? {
        Checked::Passed { .. } => session::set_flash(&admin.session, &words.with("flash-check-passed", "connector", connector))?,
        Checked::Failed(code) => {
            let (title, ..) = reason(words, code.code(), "admin", connector, &context.organization().name, "");
            session::set_notice(&admin.session, &words.with("notice-check-failed", "title", title))?;
        }
        Checked::NotDeclared => session::set_notice(&admin.session, &words.with("notice-no-check", "connector", connector))?,
        Checked::NotConnected => session::set_notice(&admin.session, &words.with("notice-not-connected", "connector", connector))?,
        Checked::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&urls::connection(id, &slot)))
}

pub async fn refresh(context: Data<Context>, admin: Admin, path: Place, _form: Posted) -> Result<HttpResponse, Failure> {
    let (id, slot, repair) = find(&context, &path).await?;
    let (words, connector) = (present::words(), &repair.life.slot.connector);
    let renewed = if repair.can_refresh {
        refresh::force(&context, Scope::Organization, &ConnectionRef::slot(id, slot.as_str())).await?
    } else {
        None
    };
    match renewed {
        Some(Ok(())) => session::set_flash(&admin.session, &words.with("flash-behalf-refreshed", "connector", connector))?,
        Some(Err(NotLive::NeedsReconnect(_))) => {
            session::set_notice(&admin.session, &words.with("notice-behalf-refresh-ended", "connector", connector))?;
        }
        Some(Err(not_live)) => {
            let code = not_live.reason().map_or("timeout", |code| code.code());
            let (title, ..) = reason(words, code, "admin", connector, &context.organization().name, "");
            session::set_notice(&admin.session, &words.with("notice-behalf-refresh-failed", "title", title))?;
        }
        None => session::set_notice(&admin.session, &words.t("notice-behalf-nothing-to-refresh"))?,
    }
    Ok(see_other(&urls::connection(id, &slot)))
}

/// Signs in at the provider with an account that the organization was given. `locked`: the customer is not to reconnect.
pub async fn connect(
    context: Data<Context>,
    admin: Admin,
    path: Place,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, Failure> {
    let (id, slot) = (id(&path.0)?, Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?);
    let given_by = if form.get("locked").is_some() { SetBy::Organization } else { SetBy::Offered };
    let browser = session::browser_hash_or_new(&admin.session, &context)?;
    let back = urls::connection(id, &slot);
    let begun =
        connect::begin_on_behalf(&context, &admin.actor(), &ConnectionRef::slot(id, slot.as_str()), given_by, browser, back).await?;
    left(&context, &admin, (id, &slot), &request, begun)
}

pub(super) fn left(
    context: &Context,
    admin: &Admin,
    (id, slot): (InstanceId, &Key),
    request: &HttpRequest,
    begun: Begun,
) -> Result<HttpResponse, Failure> {
    match begun {
        Begun::Leave(url) => Ok(leave(request, &url)),
        Begun::NotLeft { connector, reason: code } => {
            let (title, sentence, _) = reason(present::words(), code.code(), "admin", &connector, &context.organization().name, "");
            session::set_notice(&admin.session, &format!("{title}. {sentence}"))?;
            Ok(see_other(&urls::connection(id, slot)))
        }
        Begun::Refused(_) | Begun::Conflict(_) | Begun::First(_) | Begun::NotFound => Err(Failure::NotFound),
    }
}

const LINK_SECONDS: i64 = 7 * 86_400;

/// A link for just this connection. Its page is the answer itself: the address is kept nowhere to be shown later.
pub async fn link(context: Data<Context>, admin: Admin, path: Place, _form: Posted) -> Result<HttpResponse, Failure> {
    let (id, slot, repair) = find(&context, &path).await?;
    let (customer, wanted) = (CustomerRef::Id(repair.customer.id), Wanted::Connection(repair.connection_id));
    let new = NewLink { wanted, user: None, expires_in_seconds: LINK_SECONDS, is_mailed: false };
    let made = links::create(&context, Scope::Organization, &admin.actor(), &customer, new).await?;
    let Made::Link(made) = made else { return Err(Failure::NotFound) };
    let about = About {
        customer: &repair.customer,
        what: repair.life.slot.label.clone(),
        is_reconnect: repair.state.reason().is_some(),
        back_href: urls::connection(id, &slot),
    };
    ok(&present::admin::link::made(&context, present::words(), &admin, &made, about)?)
}

pub async fn edit(context: Data<Context>, admin: Admin, path: Place) -> Result<HttpResponse, Failure> {
    let (id, slot, repair) = find(&context, &path).await?;
    let before =
        disconnect::before(&context, Scope::Organization, &ConnectionRef::slot(id, slot.as_str())).await?.ok_or(Failure::NotFound)?;
    ok(&present::admin::connection::disconnect(&context, present::words(), &admin, &repair, before)?)
}

pub async fn destroy(context: Data<Context>, admin: Admin, path: Place, _form: Posted) -> Result<HttpResponse, Failure> {
    let (id, slot, repair) = find(&context, &path).await?;
    let (words, connector) = (present::words(), &repair.life.slot.connector);
    let said = match disconnect::disconnect(&context, Scope::Organization, &admin.actor(), &ConnectionRef::slot(id, slot.as_str())).await? {
        Disconnected::Done(Revocation::Revoked) => Some("notice-behalf-revoked"),
        Disconnected::Done(_) => Some("notice-behalf-not-revoked"),
        Disconnected::Emptied | Disconnected::Already => None,
        Disconnected::NotFound => return Err(Failure::NotFound),
    };
    let done = words.with("flash-behalf-disconnected", "connector", connector);
    let more = said.map(|key| words.with(key, "connector", connector)).unwrap_or_default();
    session::set_flash(&admin.session, format!("{done} {more}").trim())?;
    Ok(see_other(&urls::connection(id, &slot)))
}

/// "Go back to the old one": the secret that was replaced a short while ago.
pub async fn restore(context: Data<Context>, admin: Admin, path: Place, _form: Posted) -> Result<HttpResponse, Failure> {
    let (id, slot, _) = find(&context, &path).await?;
    let words = present::words();
    match replaced::restore(&context, &admin.actor(), id, slot.as_str()).await? {
        Restored::Back => session::set_flash(&admin.session, &words.t("flash-behalf-back"))?,
        Restored::Nothing => session::set_notice(&admin.session, &words.t("notice-behalf-not-back"))?,
        Restored::NotFound => return Err(Failure::NotFound),
    }
    Ok(see_other(&urls::connection(id, &slot)))
}
