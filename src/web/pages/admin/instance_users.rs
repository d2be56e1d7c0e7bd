//! A link to the page on which one user of the customer connects accounts of their own.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::instances::id;
use crate::{
    domain::{access::Scope, customer::CustomerRef, ids::CustomerUserId},
    flows::{
        Context,
        links::{self, Made, NewLink, Wanted},
        repair,
    },
    web::{
        errors::Failure,
        forms::Posted,
        pages::ok,
        present::{self, admin::link::About},
        session::Admin,
        urls::admin as urls,
    },
};

const LINK_SECONDS: i64 = 7 * 24 * 60 * 60;

pub async fn link(context: Data<Context>, admin: Admin, path: Path<(String, String)>, _form: Posted) -> Result<HttpResponse, Failure> {
    let (id, user): (_, CustomerUserId) = (id(&path.0)?, path.1.parse().map_err(|_| Failure::NotFound)?);
    let look = repair::instance(&context, id).await?.ok_or(Failure::NotFound)?;
    let user = look.colleagues.iter().find(|colleague| colleague.user.id == user).ok_or(Failure::NotFound)?;
    let (customer, who) = (CustomerRef::Id(look.customer.id), Some(user.user.as_link_user()));
    let new = NewLink { wanted: Wanted::Instance(id), user: who, expires_in_seconds: LINK_SECONDS, is_mailed: false };
    let made = links::create(&context, Scope::Organization, &admin.actor(), &customer, new).await?;
    let Made::Link(made) = made else { return Err(Failure::NotFound) };
    let back_href = urls::instance(id);
    let about = About { customer: &look.customer, what: look.instance.name.clone(), is_reconnect: false, back_href };
    ok(&present::admin::link::made(&context, present::words(), &admin, &made, about)?)
}
