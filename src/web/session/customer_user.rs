//! The session of a customer user who is signed in. What they may do stands in their row.

use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::{Ready, ready};

use super::{CUSTOMER, begin_customer, renew, take_return_to};
use crate::{
    domain::{
        access::{Actor, CustomerSession, Scope},
        customer_user::{CustomerRole, CustomerUser},
        user::LinkUser,
    },
    flows::{Context, customer_users},
    web::{errors::Failure, urls},
};

/// A signed-in customer user, as their row says at this request. Extracts only behind a row of the table that says `Colleague`.
#[derive(Clone)]
pub struct Colleague {
    pub session: Session,
    pub user: CustomerUser,
}

impl Colleague {
    pub fn actor(&self) -> Actor {
        customer_users::actor(&self.user)
    }
    pub fn is_admin(&self) -> bool {
        self.user.role == CustomerRole::Admin
    }
}

impl FromRequest for Colleague {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(Failure::NoSession))
    }
}

/// `None`: nobody, or somebody who came by a link for nobody in particular. Who is disabled has no session any more.
pub async fn colleague(request: &HttpRequest, context: &Context) -> Result<Option<Colleague>, Failure> {
    let session = request.get_session();
    let Some(visit) = session.get::<CustomerSession>(CUSTOMER).ok().flatten() else { return Ok(None) };
    let Some(id) = visit.user_id else { return Ok(None) };
    let user = context.store().read().customer_users().find(Scope::Customer(visit.customer_id), id).await?;
    let user = user.filter(CustomerUser::is_enabled).ok_or(Failure::NoSession)?;
    Ok(Some(Colleague { session, user }))
}

/// Where they go once they are in: the step at which they were asked to sign in, or their first page.
pub fn onward(session: &Session) -> String {
    take_return_to(session).filter(|path| !path.starts_with(urls::admin::HOME)).unwrap_or_else(|| urls::HOME.to_owned())
}

pub fn begin_colleague(session: &Session, context: &Context, request: &HttpRequest, user: &CustomerUser) -> Result<(), Failure> {
    let who = LinkUser { name: user.name.clone(), email: user.email.clone() };
    let opened = CustomerSession {
        customer_id: user.customer_id,
        link_id: None,
        instances: Default::default(),
        connections: Default::default(),
        all_connections: true,
        user: Some(who),
        user_id: Some(user.id),
    };
    begin_customer(session, context, request, opened)
}

/// The same session under a new key.
pub fn renew_colleague(session: &Session) {
    renew(session);
}

/// An org user's session in the same browser goes on.
pub fn end_customer(session: &Session) {
    renew(session);
    session.remove(CUSTOMER);
}
