//! Every route of the product with who may call it: one row each, and no other way of mounting one.
//!
//! A row makes the entry of the table and the mounting at once. Add a route: its row in the
//! table of its readers, its handler in `api` or `pages`.

use actix_web::{HttpResponse, middleware::from_fn, web};

use super::{
    access::{
        Route,
        Who::{Anyone, DemoOnly},
    },
    api, assets,
    errors::{self, Failure},
};

/// `METHOD "path" => handler, who;`
macro_rules! routes {
    ($($method:ident $path:literal => $handler:path, $who:expr;)*) => {
        pub(super) const TABLE: &[$crate::web::access::Route] =
            &[$($crate::web::access::Route { method: stringify!($method), path: $path, who: $who }),*];

        pub(super) fn mounted() -> $crate::web::access::Mounted {
            let mut mounted = $crate::web::access::Mounted::default();
            $(mounted.add(actix_web::http::Method::$method, $path, $who, |route| route.to($handler));)*
            mounted
        }
    };
}

mod calls;
mod console;
mod pages;

/// Mounted elsewhere, each as a whole: the embedded files, and the demo's other company.
const SCOPES: &[Route] =
    &[Route { method: "GET", path: "/static/{name}", who: Anyone }, Route { method: "*", path: "/demo-provider/{path}*", who: DemoOnly }];

/// The whole table.
pub fn all() -> impl Iterator<Item = &'static Route> {
    calls::TABLE.iter().chain(pages::TABLE).chain(console::TABLE).chain(SCOPES)
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
        .configure(|config| calls::mounted().mount(API_PREFIX, config))
        .default_service(web::to(nothing_here));
    config.service(scope);
}

/// Mounts everything but the demo's provider.
pub fn configure(config: &mut web::ServiceConfig) {
    api(config);
    assets::configure(config);
    pages::mounted().mount("", config);
    console::mounted().mount("", config);
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
            assert_eq!(route.who.key_scope().is_some(), route.path.starts_with(API_PREFIX), "{} {}", route.method, route.path);
        }
    }
}
