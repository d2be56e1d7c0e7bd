//! Every route of the product with who may call it: one row each, and no other way of mounting one.
//!
//! A row makes the entry of the table and the mounting at once. Add a route: its row here, its handler in `api` or `pages`.

use actix_web::{HttpResponse, http::Method, middleware::from_fn, web};

use super::{
    access::{
        Mounted, Route,
        Who::{Anyone, Api, CustomerUser, DemoOnly, LinkHolder, OrgUser},
    },
    api, assets,
    errors::{self, Failure},
    pages,
};
use crate::domain::{
    access::ApiScope::{Credentials, Manage, Manifests},
    user::Role::Viewer,
};

/// `METHOD "path" => handler, who;`
macro_rules! routes {
    ($table:ident, $mounted:ident: $($method:ident $path:literal => $handler:path, $who:expr;)*) => {
        const $table: &[Route] = &[$(Route { method: stringify!($method), path: $path, who: $who }),*];

        fn $mounted() -> Mounted {
            #[allow(unused_mut, reason = "a table may be empty")]
            let mut mounted = Mounted::default();
            $(mounted.add(Method::$method, $path, $who, |route| route.to($handler));)*
            mounted
        }
    };
}

routes! { API, api_mounted:
    POST "/api/v1/customers" => api::customers::create, Api(Manage);
    GET "/api/v1/customers" => api::customers::index, Api(Manage);
    GET "/api/v1/customers/{customer}" => api::customers::show, Api(Manage);
    PATCH "/api/v1/customers/{customer}" => api::customers::update, Api(Manage);
    DELETE "/api/v1/customers/{customer}" => api::customers::destroy, Api(Manage);

    GET "/api/v1/connectors" => api::connectors::index, Api(Manage);
    GET "/api/v1/connectors/{key}" => api::connectors::show, Api(Manage);
    GET "/api/v1/integrations" => api::integrations::index, Api(Manage);
    GET "/api/v1/integrations/{key}" => api::integrations::show, Api(Manage);
    POST "/api/v1/manifests" => api::manifests::create, Api(Manifests);

    POST "/api/v1/instances" => api::instances::create, Api(Manage);
    GET "/api/v1/instances" => api::instances::index, Api(Manage);
    GET "/api/v1/instances/{instance}" => api::instances::show, Api(Manage);
    PATCH "/api/v1/instances/{instance}" => api::instances::update, Api(Manage);
    POST "/api/v1/instances/{instance}/deployments" => api::deployments::create, Api(Manage);
    DELETE "/api/v1/instances/{instance}/deployments" => api::deployments::destroy, Api(Manage);

    GET "/api/v1/instances/{instance}/connections" => api::connections::index, Api(Manage);
    GET "/api/v1/instances/{instance}/connections/{slot}" => api::connections::show, Api(Manage);
    PUT "/api/v1/instances/{instance}/connections/{slot}" => api::connections::update, Api(Manage);
    GET "/api/v1/instances/{instance}/connections/{slot}/credentials" => api::credentials::show, Api(Credentials);
    GET "/api/v1/instances/{instance}/connections/{slot}/checks" => api::checks::index, Api(Manage);
    POST "/api/v1/instances/{instance}/connections/{slot}/checks" => api::checks::create, Api(Manage);
    POST "/api/v1/instances/{instance}/connections/{slot}/refreshes" => api::refreshes::create, Api(Manage);
    DELETE "/api/v1/instances/{instance}/connections/{slot}/authorization" => api::authorization::destroy, Api(Manage);
    POST "/api/v1/instances/{instance}/connections/{slot}/failures" => api::failures::create, Api(Credentials);

    POST "/api/v1/links" => api::links::create, Api(Manage);
    GET "/api/v1/audit-events" => api::audit_events::index, Api(Manage);

    POST "/api/v1/webhook-endpoints" => api::webhook_endpoints::create, Api(Manage);
    GET "/api/v1/webhook-endpoints" => api::webhook_endpoints::index, Api(Manage);
    GET "/api/v1/webhook-endpoints/{endpoint}" => api::webhook_endpoints::show, Api(Manage);
    PATCH "/api/v1/webhook-endpoints/{endpoint}" => api::webhook_endpoints::update, Api(Manage);
    DELETE "/api/v1/webhook-endpoints/{endpoint}" => api::webhook_endpoints::destroy, Api(Manage);
    POST "/api/v1/webhook-endpoints/{endpoint}/secret-rotations" => api::webhook_endpoints::rotate, Api(Manage);
    POST "/api/v1/webhook-endpoints/{endpoint}/tests" => api::webhook_endpoints::test, Api(Manage);
    GET "/api/v1/webhook-endpoints/{endpoint}/deliveries" => api::webhook_deliveries::index, Api(Manage);
    GET "/api/v1/webhook-deliveries/{delivery}" => api::webhook_deliveries::show, Api(Manage);
    POST "/api/v1/webhook-deliveries/{delivery}/replays" => api::webhook_deliveries::replay, Api(Manage);
}

routes! { PAGES, pages_mounted:
    GET "/" => pages::home::show, Anyone;
    GET "/healthz" => pages::health::alive, Anyone;
    GET "/readyz" => pages::health::ready, Anyone;
    GET "/metrics" => pages::health::metrics, Anyone;

    GET "/links/{token}" => pages::links::show, LinkHolder;
    GET "/wizard/{instance}" => pages::wizard::index, CustomerUser;
    GET "/wizard/{instance}/pages/{page}" => pages::wizard::show, CustomerUser;
    POST "/wizard/{instance}/pages/{page}" => pages::wizard::update, CustomerUser;
    GET "/wizard/{instance}/review" => pages::wizard::review, CustomerUser;
    POST "/wizard/{instance}/deployment" => pages::wizard::deploy, CustomerUser;
    GET "/wizard/{instance}/done" => pages::wizard::done, CustomerUser;
    GET "/wizard/{instance}/paused" => pages::wizard::pause, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}" => pages::connections::show, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/checks" => pages::connections::check, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/authorizations" => pages::attempts::create, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/retries" => pages::attempts::retry, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}/account" => pages::accounts::edit, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/account" => pages::accounts::update, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}/disconnection" => pages::connections::edit, CustomerUser;
    POST "/wizard/{instance}/connections/{slot}/disconnection" => pages::connections::destroy, CustomerUser;
    GET "/wizard/{instance}/connections/{slot}/disconnected" => pages::connections::gone, CustomerUser;
    // Its `state` names the attempt, and the attempt names the browser.
    GET "/oauth/callback" => pages::attempts::finish, Anyone;

    GET "/admin" => pages::admin::index, OrgUser(Viewer);
    GET "/admin/session" => pages::admin::new_session, Anyone;
    POST "/admin/session" => pages::admin::create_session, Anyone;
    POST "/admin/session/end" => pages::admin::destroy_session, OrgUser(Viewer);
}

/// Mounted elsewhere, each as a whole: the embedded files, and the demo's other company.
const SCOPES: &[Route] =
    &[Route { method: "GET", path: "/static/{name}", who: Anyone }, Route { method: "*", path: "/demo-provider/{path}*", who: DemoOnly }];

/// The whole table.
pub fn all() -> impl Iterator<Item = &'static Route> {
    API.iter().chain(PAGES).chain(SCOPES)
}

const API_PREFIX: &str = "/api/v1";
/// QUALITY.md, limits.
const BODY_MAX_BYTES: usize = 256 * 1024;

/// No session and no CSRF token is needed for any of it: it knows no cookies.
fn api(config: &mut web::ServiceConfig) {
    let scope = web::scope(API_PREFIX)
        .wrap(from_fn(errors::problems))
        .app_data(web::PayloadConfig::new(BODY_MAX_BYTES))
        .app_data(web::QueryConfig::default().error_handler(|error, _| api::parameters::refused(&error).into()))
        .configure(|config| api_mounted().mount(API_PREFIX, config))
        .default_service(web::to(nothing_here));
    config.service(scope);
}

/// Mounts everything but the demo's provider.
pub fn configure(config: &mut web::ServiceConfig) {
    api(config);
    assets::configure(config);
    pages_mounted().mount("", config);
}

async fn nothing_here() -> Result<HttpResponse, Failure> {
    Err(Failure::NotFound)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_route_is_in_the_table_twice() {
        let mut seen = BTreeSet::new();
        for route in all() {
            assert!(seen.insert((route.method, route.path)), "{} {}", route.method, route.path);
        }
    }

    #[test]
    fn the_api_is_for_keys_and_nothing_else_is() {
        for route in all() {
            assert_eq!(matches!(route.who, Api(_)), route.path.starts_with(API_PREFIX), "{} {}", route.method, route.path);
        }
    }
}
