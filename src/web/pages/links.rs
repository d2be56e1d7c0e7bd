//! Opening a link: a session for one customer user, and on to where there is something to do.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::{html, ok, see_other};
use crate::{
    domain::link::LinkEnd,
    flows::{
        Context,
        links::{self, Begins, Opened},
        mail,
    },
    web::{
        errors::Failure,
        forms::Posted,
        present, session, urls,
        view::{
            Exit, Form,
            notice::{LinkEnded, LinkRequested, LinkShow},
        },
    },
};

pub async fn show(context: Data<Context>, request: HttpRequest, browser: Session, token: Path<String>) -> Result<HttpResponse, Failure> {
    let ended = match links::open(&context, &token).await? {
        Opened::Session { session, begins } => {
            session::begin_customer(&browser, &context, &request, session)?;
            return Ok(see_other(&match begins {
                Begins::Wizard(id) => urls::wizard(id),
                Begins::Page(id, page) => urls::page(id, &page),
                Begins::Own(id) => urls::own(id),
                Begins::Connections => urls::SAVED.to_owned(),
                Begins::Connection(id) => urls::saved(id),
            }));
        }
        Opened::Ended(LinkEnd::Expired) => LinkEnded::Expired,
        Opened::Ended(LinkEnd::Revoked) => LinkEnded::Revoked,
        Opened::Unknown => LinkEnded::Unknown,
    };
    let is_known = ended != LinkEnded::Unknown;
    let csrf = if is_known { session::csrf_or_new(&browser, &context)? } else { String::new() };
    let request = is_known.then(|| Form { action: urls::link_request(&token), csrf, version: String::new() });
    let status = if is_known { StatusCode::GONE } else { StatusCode::NOT_FOUND };
    html(status, &LinkShow { words: present::words(), frame: present::frame(&context, Exit::None, None), ended, request })
}

/// "Send me a new link": the organization is told, and where mail works the person has one in their mailbox.
pub async fn request(context: Data<Context>, token: Path<String>, _form: Posted) -> Result<HttpResponse, Failure> {
    match links::request(&context, &token).await? {
        true => {
            let frame = present::frame(&context, Exit::None, None);
            ok(&LinkRequested { words: present::words(), frame, mails: mail::is_configured(&context) })
        }
        false => Err(Failure::NotFound),
    }
}
