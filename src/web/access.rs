//! Who may call what. The rows are in `routes.rs`; here stands what their last column means, and its enforcement.
//!
//! `admit` runs before the handler of every row, so a handler cannot forget it. A route exists only through its row.

use std::sync::Arc;

use actix_session::SessionExt;
use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::{Next, from_fn},
    web,
};
use futures_util::future::{Ready, ready};

use super::{api::parameters::customer_ref, errors::Failure, limits::Limits, present, request_span, routes, session, urls};
use crate::{
    domain::{
        access::{Actor, ApiKey, ApiScope, KeyReach, Scope},
        customer_user::CustomerRole,
        user::Role,
    },
    flows::{Context, keys, reusable, workflows},
};

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    /// With actix's patterns: `/api/v1/customers/{customer}`.
    pub path: &'static str,
    pub who: Who,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anyone,
    /// Whoever has the token that stands in the path; limited by address.
    LinkHolder,
    CustomerUser,
    /// A customer user whom we know by name, for what is theirs alone. A link for nobody in particular is nobody here, and nobody acts
    /// for them.
    Oneself,
    /// A customer user, but no mere member.
    CustomerAdmin,
    /// A customer user who is signed in, with at least this role.
    Colleague(CustomerRole),
    /// A signed-in org user with at least this role.
    OrgUser(Role),
    /// The same, who proved within half an hour who they are; others are asked again first.
    RecentOrgUser(Role),
    /// An API key of the organization's with this scope.
    Api(ApiScope),
    /// The same, or a customer's token with this scope, which reaches only that customer's connections enabled for workflows.
    Workflows(ApiScope),
    /// Anyone, and only where the demo runs.
    DemoOnly,
}

impl Who {
    /// What a key of the organization's needs for a call of the API.
    pub fn key_scope(self) -> Option<ApiScope> {
        match self {
            Self::Workflows(ApiScope::Connections) => Some(ApiScope::Manage),
            Self::Api(scope) | Self::Workflows(scope) => Some(scope),
            _ => None,
        }
    }
}

/// Rows with their handlers, gathered by path so that another method of a known path is a 405.
#[derive(Default)]
pub struct Mounted(Vec<(&'static str, Vec<actix_web::Route>)>);

impl Mounted {
    pub fn add(&mut self, method: Method, path: &'static str, who: Who, to_handler: impl FnOnce(actix_web::Route) -> actix_web::Route) {
        let route = to_handler(web::method(method)).wrap(from_fn(move |request, next| enforce(path, who, request, next)));
        match self.0.iter_mut().find(|(known, _)| *known == path) {
            Some((_, routes)) => routes.push(route),
            None => self.0.push((path, vec![route])),
        }
    }

    /// `prefix`: of the scope that `config` belongs to; every path begins with it.
    pub fn mount(self, prefix: &str, config: &mut web::ServiceConfig) {
        for (path, routes) in self.0 {
            let inner = path.strip_prefix(prefix).unwrap_or(path);
            config.service(routes.into_iter().fold(web::resource(inner), actix_web::Resource::route));
        }
    }
}

async fn enforce<B: MessageBody + 'static>(
    path: &'static str,
    who: Who,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    request_span::name(request.request(), path);
    match admit(who, &request).await {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
        Err(Failure::NoSession) if matches!(who, Who::OrgUser(_) | Who::RecentOrgUser(_)) && request.method() == Method::GET => {
            session::set_return_to(&request.get_session(), &page_of(&request))?;
            Ok(request.into_response(HttpResponse::SeeOther().insert_header((header::LOCATION, urls::admin::SESSION)).finish()))
        }
        Err(Failure::NoSession) if matches!(who, Who::Colleague(_)) && request.method() == Method::GET => {
            session::set_return_to(&request.get_session(), &page_of(&request))?;
            Ok(request.into_response(HttpResponse::SeeOther().insert_header((header::LOCATION, urls::SESSION)).finish()))
        }
        Err(Failure::ProofTooOld) => {
            session::set_return_to(&request.get_session(), &page_of(&request))?;
            Ok(request.into_response(HttpResponse::SeeOther().insert_header((header::LOCATION, urls::admin::CONFIRMATION)).finish()))
        }
        Err(Failure::NoSession)
            if matches!(who, Who::CustomerUser | Who::CustomerAdmin | Who::Oneself) && session::acting(request.request()).is_some() =>
        {
            Ok(acting_is_over(request))
        }
        Err(Failure::NoSession) if matches!(who, Who::CustomerUser | Who::CustomerAdmin) => {
            session::set_return_to(&request.get_session(), &page_of(&request))?;
            Ok(request.error_response(Failure::NoSession))
        }
        Err(failure) => Ok(request.error_response(failure)),
    }
}

/// Where the form of this request stands: its own address if that is a page, else the nearest one above it.
fn page_of(request: &ServiceRequest) -> String {
    let (mut path, mut pattern) = (request.path().to_owned(), request.match_pattern().unwrap_or_default());
    let is_page = |pattern: &str| routes::all().any(|route| route.method == "GET" && route.path == pattern);
    while !is_page(&pattern) {
        let (Some(cut), Some(pattern_cut)) = (path.rfind('/').filter(|at| *at > 0), pattern.rfind('/')) else {
            return urls::admin::HOME.to_owned();
        };
        path.truncate(cut);
        pattern.truncate(pattern_cut);
    }
    path
}

/// Back to where it was begun, and told why.
fn acting_is_over(request: ServiceRequest) -> ServiceResponse<BoxBody> {
    let session = request.get_session();
    let ended = session::end_acting(&session);
    let _without_words = session::set_notice(&session, &present::words().t("notice-acting-over"));
    let href = ended.map_or_else(|| urls::admin::HOME.to_owned(), |ended| urls::admin::instance(ended.instance_id));
    request.into_response(HttpResponse::SeeOther().insert_header((header::LOCATION, href)).finish())
}

/// A saved connection in the path has to be one that the session reaches; any other is the same 404.
async fn reaches(request: &ServiceRequest) -> Result<(), Failure> {
    let Some(id) = request.match_info().get("connection") else { return Ok(()) };
    let owner = session::owner(request.request())?;
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    if reusable::may(shared::<Context>(request)?, &owner.visit, id).await? { Ok(()) } else { Err(Failure::NotFound) }
}

/// A customer user, or an org user who acts for one.
async fn admit_customer_user(who: Who, request: &ServiceRequest) -> Result<(), Failure> {
    let context = shared::<Context>(request)?;
    if session::acting(request.request()).is_some() {
        let admin = session::admin(request.request(), context).await?.ok_or(Failure::NoSession)?;
        if !admin.is_at_least(Role::Admin) {
            return Err(Failure::NoSession);
        }
        request.extensions_mut().insert(admin);
    } else if let Some(colleague) = session::colleague(request.request(), context).await? {
        request.extensions_mut().insert(colleague);
    }
    let role = session::customer_user(request.request())?;
    if let Some(bar) = session::visitor(request.request()).ok().and_then(|visitor| visitor.acting_bar(context.now())) {
        // Error pages are drawn where no visitor is known any more.
        request.extensions_mut().insert(bar);
    }
    if who == Who::CustomerAdmin && role < CustomerRole::Admin {
        return Err(Failure::Forbidden);
    }
    if who == Who::Oneself {
        session::oneself(request.request())?;
    }
    reaches(request).await
}

async fn admit(who: Who, request: &ServiceRequest) -> Result<(), Failure> {
    match who {
        Who::Anyone | Who::DemoOnly => Ok(()),
        Who::LinkHolder => shared::<Limits>(request)?.link_opening(request.peer_addr()),
        Who::CustomerUser | Who::CustomerAdmin | Who::Oneself => admit_customer_user(who, request).await,
        Who::Colleague(role) => {
            let found = session::colleague(request.request(), shared::<Context>(request)?).await?;
            let colleague = found.ok_or(Failure::NoSession)?;
            if colleague.user.role < role {
                return Err(Failure::Forbidden);
            }
            request.extensions_mut().insert(colleague);
            Ok(())
        }
        Who::OrgUser(role) | Who::RecentOrgUser(role) => {
            let admin = session::admin(request.request(), shared::<Context>(request)?).await?.ok_or(Failure::NoSession)?;
            if !admin.is_at_least(role) {
                return Err(Failure::Forbidden);
            }
            if matches!(who, Who::RecentOrgUser(_)) && !admin.is_recent(shared::<Context>(request)?) {
                return Err(Failure::ProofTooOld);
            }
            request.extensions_mut().insert(admin);
            Ok(())
        }
        Who::Api(_) | Who::Workflows(_) => {
            let caller = api_caller(request).await?;
            shared::<Limits>(request)?.api_call(caller.key.id)?;
            caller.admitted(who)?;
            within_reach(&caller, request).await?;
            request.extensions_mut().insert(caller);
            Ok(())
        }
    }
}

/// A customer's token finds what is another's, or not for workflows, no more than what is not there.
async fn within_reach(caller: &ApiCaller, request: &ServiceRequest) -> Result<(), Failure> {
    let KeyReach::Workflows(customer_id) = caller.key.reach else { return Ok(()) };
    let named = |part| request.match_info().get(part);
    let customer = named("customer").map(customer_ref).transpose()?;
    let connection = named("connection").map(|id| id.parse().map_err(|_| Failure::NotFound)).transpose()?;
    if workflows::reaches(shared::<Context>(request)?, customer_id, customer.as_ref(), connection).await? {
        return Ok(());
    }
    Err(Failure::NotFound)
}

fn shared<T: 'static>(request: &ServiceRequest) -> Result<&web::Data<T>, Failure> {
    request.app_data::<web::Data<T>>().ok_or_else(not_composed)
}

fn not_composed() -> Failure {
    Failure::Broken(crate::flows::Broken::Inconsistent("the application was put together without a part that this route needs".into()))
}

async fn api_caller(request: &ServiceRequest) -> Result<ApiCaller, Failure> {
    let presented = bearer(request).ok_or(Failure::Unauthorized)?;
    let key = keys::authenticate(shared::<Context>(request)?, presented).await?.ok_or(Failure::Unauthorized)?;
    Ok(ApiCaller { key })
}

/// RFC 6750 §2.1; the scheme's case does not matter (RFC 9110 §11.1).
fn bearer(request: &ServiceRequest) -> Option<&str> {
    let (scheme, key) = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim()).filter(|key| !key.is_empty())
}

/// Whose key a call came with. Extracts only behind a row that says `Api`.
#[derive(Clone, Debug)]
pub struct ApiCaller {
    pub key: Arc<ApiKey>,
}

impl ApiCaller {
    pub fn actor(&self) -> Actor {
        Actor::ApiKey { id: self.key.id }
    }

    /// Whose rows the key reaches.
    pub fn scope(&self) -> Scope {
        self.key.reach.scope()
    }

    /// Whether it is a customer's token, for which only what is enabled for workflows is there.
    pub fn is_for_workflows(&self) -> bool {
        matches!(self.key.reach, KeyReach::Workflows(_))
    }

    fn admitted(&self, who: Who) -> Result<(), Failure> {
        let needed = match (who, self.key.reach) {
            (_, KeyReach::Organization) => who.key_scope(),
            (Who::Workflows(scope), KeyReach::Workflows(_)) => Some(scope),
            (_, KeyReach::Workflows(_)) => None,
        };
        self.require(needed.ok_or(Failure::Forbidden)?)
    }

    pub fn require(&self, scope: ApiScope) -> Result<(), Failure> {
        if self.key.scopes.contains(&scope) { Ok(()) } else { Err(Failure::Forbidden) }
    }
}

impl FromRequest for ApiCaller {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or_else(not_composed))
    }
}
