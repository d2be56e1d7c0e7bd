//! Who is at the customer's pages: somebody of theirs, or an org user who acts for them for a while.

use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use futures_util::future::{Ready, ready};

use super::{ACTING, Admin, CUSTOMER, Colleague, broken, browser_hash, browser_hash_or_new, csrf_or_new, customer_actor};
use crate::{
    domain::{
        access::{Acting, Actor, CustomerSession, Scope},
        customer_user::CustomerRole,
        ids::{CustomerUserId, InstanceId},
        time::Timestamp,
    },
    flows::Context,
    web::{
        errors::Failure,
        view::{ActingBar, Frame},
    },
};

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
    /// Who is signed in. `None`: whoever holds the link, or who acts for the customer.
    pub user_id: Option<CustomerUserId>,
    /// Whoever acts for the customer, and until when.
    acting: Option<(Acting, String)>,
}

impl Visitor {
    /// What every page of theirs says of who is there.
    pub fn mark(&self, frame: &mut Frame, now: Timestamp) {
        frame.acting = self.acting_bar(now);
        frame.is_member = self.role < CustomerRole::Admin;
    }

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
    Ok(Visitor { session, instance_id, scope, actor, csrf, browser_hash, role, user_id: visit.user_id, acting: None })
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

impl Owner {
    /// What every page of theirs says of who is there.
    pub fn mark(&self, frame: &mut Frame) {
        frame.is_member = self.role < CustomerRole::Admin;
    }
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
        user_id: None,
        acting: Some((acting, admin.email)),
    })
}

pub(super) fn acting_actor(admin: &Admin, acting: &Acting) -> Actor {
    Actor::Acting { id: admin.id, role: admin.role, customer_id: acting.customer_id, reason: acting.reason.clone() }
}
