//! The session of an org user: who, since when, and from where. What they may do stands in their row, not here.

use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::{Ready, ready};
use serde::{Deserialize, Serialize};

use super::{broken, renew, rows::State};
use crate::{
    domain::{
        access::Actor,
        ids::UserId,
        time::Timestamp,
        user::{OrgUser, Role},
    },
    flows::Context,
    web::{errors::Failure, urls},
};

const ORG_USER: &str = "org_user";
const AWAITING_CODE: &str = "awaiting_code";
const RETURN_TO: &str = "return_to";

/// As kept in the state.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SignedIn {
    id: UserId,
    /// When they last proved who they are.
    at: Timestamp,
}

pub(super) fn id_in(state: &State) -> Option<UserId> {
    state.get(ORG_USER).and_then(|json| serde_json::from_str::<SignedIn>(json).ok()).map(|signed_in| signed_in.id)
}

/// Where a session was begun, for the list of someone's sessions. Neither is proof of anything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Origin {
    /// Names the session on pages; opens nothing.
    pub id: String,
    pub agent: String,
    pub address: String,
}

pub(super) const ORIGIN: &str = "origin";
const AGENT_MAX: usize = 300;

pub(super) fn note_origin(session: &Session, context: &Context, request: &HttpRequest) -> Result<(), Failure> {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let origin = Origin {
        id: URL_SAFE_NO_PAD.encode(context.random_bytes::<12>()),
        agent: agent.chars().take(AGENT_MAX).collect(),
        address: request.peer_addr().map(|peer| peer.ip().to_canonical().to_string()).unwrap_or_default(),
    };
    session.insert(ORIGIN, origin).map_err(|_| broken())
}

pub fn begin_org_user(session: &Session, context: &Context, request: &HttpRequest, id: UserId) -> Result<(), Failure> {
    renew(session);
    session.remove(AWAITING_CODE);
    note_origin(session, context, request)?;
    session.insert(ORG_USER, SignedIn { id, at: context.now() }).map_err(|_| broken())
}

/// They proved once more who they are, or their rights changed: the same session, under a new key.
pub fn confirm_org_user(session: &Session, context: &Context, id: UserId) -> Result<(), Failure> {
    renew(session);
    session.insert(ORG_USER, SignedIn { id, at: context.now() }).map_err(|_| broken())
}

/// The same session and the same proof, under a new key.
pub fn renew_org_user(session: &Session) {
    renew(session);
}

/// A customer's session in the same browser goes on.
pub fn end_org_user(session: &Session) {
    renew(session);
    session.remove(ORG_USER);
    session.remove(AWAITING_CODE);
}

/// How long after the password a code is waited for.
const CODE_SECONDS: i64 = 300;

pub fn await_code(session: &Session, context: &Context, id: UserId) -> Result<(), Failure> {
    renew(session);
    session.insert(AWAITING_CODE, SignedIn { id, at: context.now() }).map_err(|_| broken())
}

/// Whose password was right a moment ago.
pub fn awaiting_code(session: &Session, context: &Context) -> Option<UserId> {
    let waiting: SignedIn = session.get(AWAITING_CODE).ok().flatten()?;
    (context.now() < waiting.at.plus_seconds(CODE_SECONDS)).then_some(waiting.id)
}

/// `path`: one of ours, taken from the table of routes and never from what was sent.
pub fn set_return_to(session: &Session, path: &str) -> Result<(), Failure> {
    session.insert(RETURN_TO, path).map_err(|_| broken())
}

/// Where an org user goes once they are in: the page of the console at which they were asked to sign in, or its first.
pub fn console_onward(session: &Session) -> String {
    take_return_to(session).filter(|path| path.starts_with(urls::admin::HOME)).unwrap_or_else(|| urls::admin::HOME.to_owned())
}

pub fn take_return_to(session: &Session) -> Option<String> {
    session.remove_as::<String>(RETURN_TO).and_then(Result::ok)
}

/// A signed-in org user, as their row says at this request. Extracts only behind a row of the table that says `OrgUser`.
#[derive(Clone)]
pub struct Admin {
    pub session: Session,
    pub id: UserId,
    pub role: Role,
    pub email: String,
    /// When they last proved who they are.
    pub signed_in_at: Timestamp,
}

/// How long a proof serves for what asks for a recent one.
const RECENT_SECONDS: i64 = 1800;

impl Admin {
    pub fn actor(&self) -> Actor {
        Actor::OrgUser { id: self.id, role: self.role }
    }

    /// For what a page offers; what a role may do at all stands in the table of routes.
    pub fn is_at_least(&self, role: Role) -> bool {
        self.role >= role
    }

    pub fn is_recent(&self, context: &Context) -> bool {
        context.now() < self.signed_in_at.plus_seconds(RECENT_SECONDS)
    }
}

impl FromRequest for Admin {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(Failure::NoSession))
    }
}

/// Who this request's session is of. `None`: nobody, or someone who is no longer a user.
pub async fn admin(request: &HttpRequest, context: &Context) -> Result<Option<Admin>, Failure> {
    let session = request.get_session();
    let Some(SignedIn { id, at }) = session.get(ORG_USER).ok().flatten() else { return Ok(None) };
    let user = context.store().read().org_users().find(id).await?.filter(OrgUser::is_enabled);
    Ok(user.map(|user| Admin { session, id, role: user.role, email: user.email, signed_in_at: at }))
}
