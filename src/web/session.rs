//! Server-side sessions: the cookie holds a random key, the row its hash. Typed: what is in a session is read and written here alone.

use actix_session::{Session, SessionExt};
use actix_web::HttpRequest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;

mod customer_user;
mod list;
mod oneself;
mod org_user;
mod rows;
mod told;
mod visitor;

pub use customer_user::{Colleague, begin_colleague, colleague, end_customer, onward, renew_colleague};
pub use list::{SessionLine, key_hash_of, list};
pub use oneself::{Oneself, oneself};
pub use org_user::{
    Admin, admin, await_code, awaiting_code, begin_org_user, confirm_org_user, console_onward, end_org_user, renew_org_user, set_return_to,
    take_return_to,
};
pub use rows::DatabaseSessions;
pub use told::{set_flash, set_notice, set_renamed, set_revocation, take_flash, take_notice, take_renamed, take_revocation};
pub use visitor::{Owner, Visitor, acting, begin_acting, customer_user, end_acting, owner, visitor};

use super::errors::Failure;
use crate::{
    domain::access::{Acting, Actor, CustomerSession},
    flows::{Context, connect::Returning},
};

const CUSTOMER: &str = "customer";
const BROWSER: &str = "browser";
const CSRF: &str = "csrf";
const ACTING: &str = "acting";

/// A new key, and a new form token: who planted the old session, or looked at it, knows both.
fn renew(session: &Session) {
    session.renew();
    session.remove(CSRF);
}

pub fn csrf(session: &Session) -> Option<String> {
    session.get(CSRF).ok().flatten()
}

/// Compares without telling by its time how much was right.
pub fn same(expected: &str, sent: &str) -> bool {
    expected.len() == sent.len() && expected.bytes().zip(sent.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// The token for this session's forms; a session without one gets one (and so a row and a cookie).
pub fn csrf_or_new(session: &Session, context: &Context) -> Result<String, Failure> {
    if let Some(token) = csrf(session) {
        return Ok(token);
    }
    let token = URL_SAFE_NO_PAD.encode(context.random_bytes::<32>());
    session.insert(CSRF, &token).map_err(|_| broken())?;
    Ok(token)
}

fn broken() -> Failure {
    Failure::Broken(crate::flows::Broken::Inconsistent("a session could not be written".into()))
}

/// Someone came by a link, or signed in: a new key for the session, old rights of another customer gone. Who is signed in stays so
/// when they open a colleague's link; who becomes another gets a new form token too.
pub fn begin_customer(session: &Session, context: &Context, request: &HttpRequest, opened: CustomerSession) -> Result<(), Failure> {
    let mut next = opened;
    let before = session.get::<CustomerSession>(CUSTOMER).ok().flatten();
    if let Some(before) = before.as_ref().filter(|before| before.customer_id == next.customer_id) {
        next.instances.extend(&before.instances);
        next.connections.extend(&before.connections);
        next.all_connections |= before.all_connections;
        if next.user_id.is_none() {
            (next.user_id, next.user) = (before.user_id, before.user.clone().or(next.user));
        }
    }
    if next.user_id != before.and_then(|before| before.user_id) {
        renew(session);
        org_user::note_origin(session, context, request)?;
    }
    session.renew();
    session.insert(CUSTOMER, &next).map_err(|_| broken())?;
    browser_hash_or_new(session, context)?;
    csrf_or_new(session, context).map(drop)
}

pub fn end(session: &Session) {
    session.purge();
}

/// As `browser_hash`, for a browser that may have none yet.
pub fn browser_hash_or_new(session: &Session, context: &Context) -> Result<[u8; 32], Failure> {
    if browser_hash(session).is_none() {
        session.insert(BROWSER, URL_SAFE_NO_PAD.encode(context.random_bytes::<32>())).map_err(|_| broken())?;
    }
    browser_hash(session).ok_or_else(broken)
}

/// The hash that an attempt of this browser is bound to.
pub fn browser_hash(session: &Session) -> Option<[u8; 32]> {
    let secret: String = session.get(BROWSER).ok().flatten()?;
    Some(crate::flows::connect::browser_hash(&SecretString::from(secret)))
}

/// Who a callback's audit event names: the customer user, or who acts for them, and the org user of this browser.
pub async fn returning(request: &HttpRequest, context: &Context) -> Result<Returning, Failure> {
    let session = request.get_session();
    let visit = session.get::<CustomerSession>(CUSTOMER).ok().flatten();
    let acting = session.get::<Acting>(ACTING).ok().flatten().filter(|acting| !acting.has_ended(context.now()));
    let admin = admin(request, context).await?;
    let customer = match (&admin, acting) {
        (Some(admin), Some(acting)) => visitor::acting_actor(admin, &acting),
        _ => visit.map_or(Actor::System, |visit| customer_actor(&visit)),
    };
    Ok(Returning { customer, organization: admin.map_or(Actor::System, |admin| admin.actor()) })
}

fn customer_actor(visit: &CustomerSession) -> Actor {
    Actor::CustomerUser { customer_id: visit.customer_id, link_id: visit.link_id, user: visit.user.clone() }
}
