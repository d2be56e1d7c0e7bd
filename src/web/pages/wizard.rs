//! The wizard: one URL a page. POST redirects (303) or shows the same page again with 422 and what was typed.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::{html, may_leave, ok, see_other};
use crate::{
    flows::{
        Context,
        configure::{self, Conflict, Intent, Place, Review, Saved, Show, TurnOn, WizardPage},
        user_connections,
    },
    web::{
        errors::Failure,
        forms::Posted,
        present,
        session::{self, Visitor},
        urls,
        view::{
            Exit, Frame,
            wizard::{WizardDone, WizardPaused},
        },
    },
};

/// `/wizard/{instance}`: where there is something to do.
pub async fn index(context: Data<Context>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let place = configure::start(&context, visitor.scope, visitor.instance_id).await?.ok_or(Failure::NotFound)?;
    Ok(see_other(&urls::place(&place)))
}

pub async fn show(context: Data<Context>, visitor: Visitor, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    match configure::show(&context, visitor.scope, visitor.instance_id, &path.1).await? {
        Show::Page(page) => drawn(&context, &visitor, &page, StatusCode::OK),
        Show::First(place) => Ok(see_other(&urls::place(&place))),
        Show::NotFound => Err(Failure::NotFound),
    }
}

pub(super) fn drawn(context: &Context, visitor: &Visitor, page: &WizardPage, status: StatusCode) -> Result<HttpResponse, Failure> {
    let flash = session::take_flash(&visitor.session);
    let mut view = present::page::show(context, present::words(), page, &visitor.csrf, flash);
    visitor.mark(&mut view.frame, context.now());
    let response = html(status, &view)?;
    Ok(if present::page::leaves(page) { may_leave(response) } else { response })
}

pub async fn update(context: Data<Context>, visitor: Visitor, path: Path<(String, String)>, form: Posted) -> Result<HttpResponse, Failure> {
    let intent = if form.get("exit").is_some() { Intent::Exit } else { Intent::Continue };
    let saved = configure::save(&context, visitor.scope, &visitor.actor, visitor.instance_id, &path.1, form.submission(), intent).await?;
    match saved {
        Saved::Next(place) | Saved::First(place) => Ok(see_other(&urls::place(&place))),
        Saved::Kept => Ok(see_other(&urls::paused(visitor.instance_id))),
        Saved::Refused(page) => drawn(&context, &visitor, &page, StatusCode::UNPROCESSABLE_ENTITY),
        Saved::Conflict(conflict) => conflicting(&context, &visitor, &conflict),
        Saved::NotFound => Err(Failure::NotFound),
    }
}

pub(super) fn conflicting(context: &Context, visitor: &Visitor, conflict: &Conflict) -> Result<HttpResponse, Failure> {
    let mut view = present::page::conflict(context, present::words(), conflict, &visitor.csrf);
    visitor.mark(&mut view.frame, context.now());
    html(StatusCode::CONFLICT, &view)
}

pub async fn review(context: Data<Context>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let Review::Page(page) = configure::review(&context, visitor.scope, visitor.instance_id).await? else { return Err(Failure::NotFound) };
    let flash = session::take_flash(&visitor.session);
    let mut view = present::review::review(&context, present::words(), &page, &visitor.csrf, flash, false);
    visitor.mark(&mut view.frame, context.now());
    ok(&view)
}

pub async fn deploy(context: Data<Context>, visitor: Visitor, _form: Posted) -> Result<HttpResponse, Failure> {
    match configure::turn_on(&context, visitor.scope, &visitor.actor, visitor.instance_id).await? {
        TurnOn::On { was_on, .. } => {
            if was_on {
                session::set_flash(&visitor.session, CHANGED)?;
            }
            Ok(see_other(&urls::place(&Place::Done(visitor.instance_id))))
        }
        TurnOn::Missing(page) => {
            let mut view = present::review::review(&context, present::words(), &page, &visitor.csrf, None, true);
            visitor.mark(&mut view.frame, context.now());
            html(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        TurnOn::NotFound => Err(Failure::NotFound),
    }
}

/// With nothing to leave, and the bar of whoever acts for the customer.
pub(super) fn framed(context: &Context, visitor: &Visitor) -> Frame {
    let mut frame = present::frame(context, Exit::None, None);
    visitor.mark(&mut frame, context.now());
    frame
}

/// Tells the done page that the integration had been on before.
const CHANGED: &str = "changed";

pub async fn done(context: Data<Context>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let Review::Page(page) = configure::review(&context, visitor.scope, visitor.instance_id).await? else { return Err(Failure::NotFound) };
    if page.instance.deployed_at.is_none() {
        return Ok(see_other(&urls::review(visitor.instance_id)));
    }
    let has_own = visitor.user_id.is_some() && user_connections::has_user_slots(&context, &page.instance).await?;
    ok(&WizardDone {
        words: present::words(),
        frame: framed(&context, &visitor),
        integration: page.integration.clone(),
        changed: session::take_flash(&visitor.session).is_some(),
        own_href: has_own.then(|| urls::own(visitor.instance_id)),
        review_href: urls::review(visitor.instance_id),
    })
}

/// After "Save and exit".
pub async fn pause(context: Data<Context>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let Review::Page(page) = configure::review(&context, visitor.scope, visitor.instance_id).await? else { return Err(Failure::NotFound) };
    ok(&WizardPaused {
        words: present::words(),
        frame: framed(&context, &visitor),
        integration: page.integration.clone(),
        resume_href: urls::wizard(visitor.instance_id),
    })
}
