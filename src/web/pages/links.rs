//! Opening a link: a session for one customer user, and on to where there is something to do.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::{html, see_other};
use crate::{
    domain::link::LinkEnd,
    flows::{
        Context,
        links::{self, Opened},
    },
    web::{
        errors::Failure,
        present, session, urls,
        view::{
            Exit,
            notice::{LinkEnded, LinkShow},
        },
    },
};

pub async fn show(context: Data<Context>, request: HttpRequest, browser: Session, token: Path<String>) -> Result<HttpResponse, Failure> {
    let ended = match links::open(&context, &token).await? {
        Opened::Session { session, instance_id, page } => {
            session::begin_customer(&browser, &context, &request, session)?;
            return Ok(see_other(&page.map_or_else(|| urls::wizard(instance_id), |page| urls::page(instance_id, &page))));
        }
        Opened::Ended(LinkEnd::Expired) => LinkEnded::Expired,
        Opened::Ended(LinkEnd::Revoked) => LinkEnded::Revoked,
        Opened::Unknown => LinkEnded::Unknown,
    };
    let status = if ended == LinkEnded::Unknown { StatusCode::NOT_FOUND } else { StatusCode::GONE };
    html(status, &LinkShow { words: present::words(), frame: present::frame(&context, Exit::None, None), ended })
}
