//! Server-side sessions: the cookie holds a random key, the row its hash. Typed: what is in a session is read and written here alone.

use std::{collections::HashMap, future::Future};

use actix_session::{
    Session, SessionExt,
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, cookie::time::Duration, dev::Payload, web};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::{Ready, ready};
use secrecy::SecretString;

mod customer_user;
mod list;
mod org_user;

pub use customer_user::{Colleague, begin_colleague, colleague, end_customer, renew_colleague};
pub use list::{SessionLine, key_hash_of, list};
pub use org_user::{
    Admin, admin, await_code, awaiting_code, begin_org_user, confirm_org_user, end_org_user, renew_org_user, set_return_to, take_return_to,
};

use super::{errors::Failure, view::ActingBar};
use crate::{
    domain::{
        access::{Acting, Actor, CustomerSession, Scope},
        customer_user::CustomerRole,
        ids::{CustomerId, InstanceId},
        key::Key,
        reason::Reason,
        time::Timestamp,
    },
    flows::{Context, connect::Returning},
    store::Whose,
};

/// Rows of `sessions`. An update never makes a row: a session revoked while a request was in flight stays revoked.
pub struct DatabaseSessions(pub Context);

type State = HashMap<String, String>;

fn hash(key: &SessionKey) -> [u8; 32] {
    crate::flows::session_key_hash(key.as_ref())
}

fn whose(state: &State) -> Whose {
    let customer: Option<CustomerSession> = state.get(CUSTOMER).and_then(|json| serde_json::from_str(json).ok());
    Whose {
        org_user: org_user::id_in(state).map(|id| id.to_string()),
        customer_user: customer.and_then(|visit| visit.user_id).map(|id| id.to_string()),
    }
}

impl SessionStore for DatabaseSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let found = self.0.store().read().sessions().load(&hash(key), self.0.now()).await.map_err(|e| LoadError::Other(e.into()))?;
        found.map(|json| serde_json::from_str(&json)).transpose().map_err(|e| LoadError::Deserialization(e.into()))
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let text = URL_SAFE_NO_PAD.encode(self.0.random_bytes::<32>());
        let key = SessionKey::try_from(text).map_err(|e| SaveError::Other(e.into()))?;
        let json = serde_json::to_string(&state).map_err(|e| SaveError::Serialization(e.into()))?;
        let (now, whose) = (self.0.now(), whose(&state));
        let saved = async {
            let mut work = self.0.store().begin().await?;
            work.sessions().insert(&hash(&key), &json, &whose, now.plus_seconds(ttl.whole_seconds()), now).await?;
            work.commit().await
        };
        saved.await.map_err(|e| SaveError::Other(e.into()))?;
        Ok(key)
    }

    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        let json = serde_json::to_string(&state).map_err(|e| UpdateError::Serialization(e.into()))?;
        let whose = whose(&state);
        let saved = async {
            let mut work = self.0.store().begin().await?;
            let until = self.0.now().plus_seconds(ttl.whole_seconds());
            work.sessions().update(&hash(&key), &json, &whose, until).await?;
            work.commit().await
        };
        saved.await.map_err(|e| UpdateError::Other(e.into()))?;
        Ok(key)
    }

    fn update_ttl(&self, key: &SessionKey, ttl: &Duration) -> impl Future<Output = Result<(), Broken>> {
        let (hash, until) = (hash(key), self.0.now().plus_seconds(ttl.whole_seconds()));
        async move {
            let mut work = self.0.store().begin().await?;
            work.sessions().touch(&hash, until).await?;
            Ok(work.commit().await?)
        }
    }

    fn delete(&self, key: &SessionKey) -> impl Future<Output = Result<(), Broken>> {
        let hash = hash(key);
        async move {
            let mut work = self.0.store().begin().await?;
            work.sessions().delete(&hash).await?;
            Ok(work.commit().await?)
        }
    }
}

/// The error type that actix-session's trait asks for.
type Broken = anyhow::Error;

const CUSTOMER: &str = "customer";
const BROWSER: &str = "browser";
const CSRF: &str = "csrf";
const FLASH: &str = "flash";
const NOTICE: &str = "notice";
const RENAMED: &str = "renamed";
const REVOCATION: &str = "revocation";
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

/// Kept for the next page only.
pub fn set_flash(session: &Session, text: &str) -> Result<(), Failure> {
    session.insert(FLASH, text).map_err(|_| broken())
}

pub fn take_flash(session: &Session) -> Option<String> {
    let flash = session.get(FLASH).ok().flatten();
    // Taking away what is not there counts as a change: each page would write its session.
    if flash.is_some() {
        session.remove(FLASH);
    }
    flash
}

/// As a flash, for what is no good news.
pub fn set_notice(session: &Session, text: &str) -> Result<(), Failure> {
    session.insert(NOTICE, text).map_err(|_| broken())
}

pub fn take_notice(session: &Session) -> Option<String> {
    session.remove_as::<String>(NOTICE).and_then(Result::ok)
}

/// A customer, and the name it had before.
pub fn set_renamed(session: &Session, customer: CustomerId, before: &str) -> Result<(), Failure> {
    session.insert(RENAMED, (customer, before)).map_err(|_| broken())
}

/// For the page of this customer, once.
pub fn take_renamed(session: &Session, customer: CustomerId) -> Option<String> {
    let (of, before) = session.get::<(CustomerId, String)>(RENAMED).ok().flatten()?;
    session.remove(RENAMED);
    (of == customer).then_some(before)
}

/// How the provider took a disconnect, for the page that says so.
pub fn set_revocation(session: &Session, slot: &Key, (outcome, reason): (&str, Option<Reason>)) -> Result<(), Failure> {
    session.insert(REVOCATION, (slot, outcome, reason)).map_err(|_| broken())
}

pub fn take_revocation(session: &Session, slot: &Key) -> Option<(String, Option<Reason>)> {
    let (of, outcome, reason) = session.remove_as::<(Key, String, Option<Reason>)>(REVOCATION)?.ok()?;
    (of == *slot).then_some((outcome, reason))
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
        (Some(admin), Some(acting)) => acting_actor(admin, &acting),
        _ => visit.map_or(Actor::System, |visit| customer_actor(&visit)),
    };
    Ok(Returning { customer, organization: admin.map_or(Actor::System, |admin| admin.actor()) })
}

fn customer_actor(visit: &CustomerSession) -> Actor {
    Actor::CustomerUser { customer_id: visit.customer_id, link_id: visit.link_id, user: visit.user.clone() }
}

/// A new key for the session, as for any new right.
pub fn begin_acting(session: &Session, acting: &Acting) -> Result<(), Failure> {
    session.renew();
    session.insert(ACTING, acting).map_err(|_| broken())
}

/// `None`: there was none, or it had ended by itself.
pub fn end_acting(session: &Session) -> Option<Acting> {
    session.remove_as::<Acting>(ACTING)?.ok()
}

/// The leave that this request's org user has to act for this instance's customer, over or not.
pub fn acting(request: &HttpRequest) -> Option<Acting> {
    let instance_id: InstanceId = request.match_info().get("instance")?.parse().ok()?;
    request.get_session().get::<Acting>(ACTING).ok().flatten().filter(|acting| acting.instance_id == instance_id)
}

/// A customer user on a page of an instance that their link gave them, or an org user who acts for them; anything else is the same
/// 404.
pub struct Visitor {
    pub session: Session,
    pub instance_id: InstanceId,
    pub scope: Scope,
    pub actor: Actor,
    pub csrf: String,
    pub browser_hash: [u8; 32],
    /// Whoever holds a link for nobody in particular may do all that it is for.
    pub role: CustomerRole,
    /// Whoever acts for the customer, and until when.
    acting: Option<(Acting, String)>,
}

impl Visitor {
    /// What stands above every page while somebody acts for the customer.
    pub fn acting_bar(&self, now: Timestamp) -> Option<ActingBar> {
        let (acting, person) = self.acting.as_ref()?;
        let minutes = (now.seconds_until(acting.until).max(0) + 59) / 60;
        Some(ActingBar {
            customer: acting.customer.clone(),
            person: person.clone(),
            minutes: usize::try_from(minutes).unwrap_or(0),
            csrf: self.csrf.clone(),
        })
    }
}

impl FromRequest for Visitor {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(visitor(request))
    }
}

/// Which role a customer user has, on a page of theirs.
pub fn customer_user(request: &HttpRequest) -> Result<CustomerRole, Failure> {
    match request.match_info().get("instance") {
        Some(_) => visitor(request).map(|visitor| visitor.role),
        None => owner(request).map(|owner| owner.role),
    }
}

pub fn visitor(request: &HttpRequest) -> Result<Visitor, Failure> {
    let session = request.get_session();
    if let Some(acting) = acting(request) {
        return acting_visitor(request, session, acting);
    }
    let visit: CustomerSession = session.get(CUSTOMER).ok().flatten().ok_or(Failure::NoSession)?;
    let instance_id: InstanceId = request.match_info().get("instance").and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)?;
    let colleague = request.extensions().get::<Colleague>().map(|colleague| colleague.user.role);
    match (visit.user_id, colleague) {
        (Some(_), None) => return Err(Failure::NoSession),
        // Theirs is whatever their customer has; the scope shows nothing else.
        (Some(_), Some(_)) => {}
        (None, _) if visit.instances.contains(&instance_id) => {}
        (None, _) => return Err(Failure::NotFound),
    }
    let browser_hash = browser_hash(&session).ok_or(Failure::NoSession)?;
    let context = request.app_data::<web::Data<Context>>().ok_or_else(broken)?;
    let csrf = csrf_or_new(&session, context)?;
    let (scope, actor) = (Scope::Customer(visit.customer_id), customer_actor(&visit));
    let role = colleague.filter(|_| visit.user_id.is_some()).unwrap_or(CustomerRole::Admin);
    Ok(Visitor { session, instance_id, scope, actor, csrf, browser_hash, role, acting: None })
}

/// A customer user on the pages of saved connections: whichever their session reaches, which a flow says.
pub struct Owner {
    pub session: Session,
    pub visit: CustomerSession,
    pub scope: Scope,
    pub actor: Actor,
    pub csrf: String,
    pub browser_hash: [u8; 32],
    pub role: CustomerRole,
}

impl FromRequest for Owner {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(owner(request))
    }
}

pub fn owner(request: &HttpRequest) -> Result<Owner, Failure> {
    let session = request.get_session();
    let visit: CustomerSession = session.get(CUSTOMER).ok().flatten().ok_or(Failure::NoSession)?;
    let role = match (visit.user_id, request.extensions().get::<Colleague>()) {
        (Some(_), None) => return Err(Failure::NoSession),
        (Some(_), Some(colleague)) => colleague.user.role,
        (None, _) => CustomerRole::Admin,
    };
    let browser_hash = browser_hash(&session).ok_or(Failure::NoSession)?;
    let context = request.app_data::<web::Data<Context>>().ok_or_else(broken)?;
    let csrf = csrf_or_new(&session, context)?;
    let (scope, actor) = (Scope::Customer(visit.customer_id), customer_actor(&visit));
    Ok(Owner { session, visit, scope, actor, csrf, browser_hash, role })
}

/// Behind a row that says `CustomerUser`, whose gate has looked up who this is.
fn acting_visitor(request: &HttpRequest, session: Session, acting: Acting) -> Result<Visitor, Failure> {
    let admin = request.extensions().get::<Admin>().cloned().ok_or(Failure::NoSession)?;
    let context = request.app_data::<web::Data<Context>>().ok_or_else(broken)?;
    if acting.has_ended(context.now()) {
        return Err(Failure::NoSession);
    }
    let (csrf, browser_hash) = (csrf_or_new(&session, context)?, browser_hash_or_new(&session, context)?);
    Ok(Visitor {
        session,
        instance_id: acting.instance_id,
        scope: Scope::Customer(acting.customer_id),
        actor: acting_actor(&admin, &acting),
        csrf,
        browser_hash,
        role: CustomerRole::Admin,
        acting: Some((acting, admin.email)),
    })
}

fn acting_actor(admin: &Admin, acting: &Acting) -> Actor {
    Actor::Acting { id: admin.id, role: admin.role, customer_id: acting.customer_id, reason: acting.reason.clone() }
}
