//! What needs somebody, with the page that repairs each; taken, muted, and told of by mail.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use crate::{
    domain::{
        alert::Telling,
        ids::{AlertId, AlertMuteId},
        time::Timestamp,
    },
    flows::{
        Context,
        alerts::{self, MuteOutcome, Muted},
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::{html, ok, see_other},
        present::{self, admin::alerts as drawn},
        session::{self, Admin},
        urls::admin as urls,
    },
};

#[derive(Deserialize)]
pub struct IndexQuery {
    #[serde(default)]
    closed: bool,
    after: Option<AlertId>,
}

pub async fn index(context: Data<Context>, admin: Admin, query: Query<IndexQuery>) -> Result<HttpResponse, Failure> {
    let listed = alerts::list(&context, admin.id, !query.closed, query.after).await?;
    let flash = session::take_flash(&admin.session);
    ok(&drawn::index(&context, &admin, &listed, query.closed, flash, false)?)
}

fn done(admin: &Admin, word: &str) -> Result<HttpResponse, Failure> {
    session::set_flash(&admin.session, &present::words().t(word))?;
    Ok(see_other(urls::ALERTS))
}

pub async fn acknowledge(context: Data<Context>, admin: Admin, path: Path<AlertId>, _form: Posted) -> Result<HttpResponse, Failure> {
    if !alerts::acknowledge(&context, &admin.actor(), admin.id, *path).await? {
        return Err(Failure::NotFound);
    }
    done(&admin, "alert-taken")
}

pub async fn release(context: Data<Context>, admin: Admin, path: Path<AlertId>, _form: Posted) -> Result<HttpResponse, Failure> {
    if !alerts::release(&context, &admin.actor(), *path).await? {
        return Err(Failure::NotFound);
    }
    done(&admin, "alert-released")
}

/// Sends `what` (`connection` or `kind`) and `until`, a day.
pub async fn mute(context: Data<Context>, admin: Admin, path: Path<AlertId>, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["what", "until"])?;
    let what = match form.get("what") {
        Some("kind") => Muted::Kind,
        _ => Muted::Connection,
    };
    let until = form.get("until").and_then(end_of).unwrap_or(Timestamp::from_millis(0));
    match alerts::mute(&context, &admin.actor(), admin.id, *path, what, until).await? {
        MuteOutcome::Muted => done(&admin, "alert-muted"),
        MuteOutcome::NotFound => Err(Failure::NotFound),
        MuteOutcome::Refused => {
            let listed = alerts::list(&context, admin.id, true, None).await?;
            html(StatusCode::UNPROCESSABLE_ENTITY, &drawn::index(&context, &admin, &listed, false, None, true)?)
        }
    }
}

/// The end of a day, UTC.
fn end_of(day: &str) -> Option<Timestamp> {
    format!("{day}T23:59:59Z").parse().ok()
}

pub async fn unmute(context: Data<Context>, admin: Admin, path: Path<AlertMuteId>, _form: Posted) -> Result<HttpResponse, Failure> {
    if !alerts::unmute(&context, &admin.actor(), *path).await? {
        return Err(Failure::NotFound);
    }
    done(&admin, "alert-unmuted")
}

/// Sends `how` (`at_once`, `daily` or nothing) and `hour`.
pub async fn subscribe(context: Data<Context>, admin: Admin, form: Posted) -> Result<HttpResponse, Failure> {
    form.only(&["how", "hour"])?;
    let hour = form.get("hour").and_then(|hour| hour.parse().ok()).filter(|hour| *hour < 24);
    let telling = match (form.get("how"), hour) {
        (Some("at_once"), _) => Some(Telling::AtOnce),
        (Some("daily"), Some(hour)) => Some(Telling::Daily { hour }),
        (Some("daily"), None) => Some(Telling::Daily { hour: 8 }),
        _ => None,
    };
    alerts::subscribe(&context, admin.id, telling).await?;
    done(&admin, "alerts-told-saved")
}
