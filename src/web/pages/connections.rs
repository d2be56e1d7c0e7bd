//! Disconnecting a slot: what stops is listed first.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::{ok, see_other};
use crate::{
    domain::key::Key,
    flows::{
        Context,
        disconnect::{self, Disconnected},
    },
    web::{
        errors::Failure,
        forms::Posted,
        present,
        session::{self, Visitor},
        urls,
        view::{Exit, Form, connections::Disconnect},
    },
};

pub async fn edit(context: Data<Context>, visitor: Visitor, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let slot = Key::parse(path.1.as_str()).map_err(|_| Failure::NotFound)?;
    let before = disconnect::before(&context, visitor.scope, visitor.instance_id, slot.as_str()).await?.ok_or(Failure::NotFound)?;
    let words = present::words();
    let stops =
        if before.stops_runs { vec![words.with("disconnect-stops-integration", "integration", &before.instance_name)] } else { Vec::new() };
    ok(&Disconnect {
        words,
        frame: present::frame(&context, Exit::None, None),
        form: Form { action: urls::disconnection(visitor.instance_id, &slot), csrf: visitor.csrf, version: String::new() },
        connector: before.slot.connector,
        account: before.slot.account,
        stops,
        back_href: urls::wizard(visitor.instance_id),
    })
}

pub async fn destroy(
    context: Data<Context>,
    visitor: Visitor,
    path: Path<(String, String)>,
    _form: Posted,
) -> Result<HttpResponse, Failure> {
    match disconnect::disconnect(&context, visitor.scope, &visitor.actor, visitor.instance_id, &path.1).await? {
        Disconnected::Done { connector, .. } => {
            session::set_flash(&visitor.session, &present::words().with("flash-disconnected", "connector", connector))?;
            Ok(see_other(&urls::wizard(visitor.instance_id)))
        }
        Disconnected::NotFound => Err(Failure::NotFound),
    }
}
