use governor::Quota;
use secrecy::ExposeSecret;
use serde_json::json;

use super::bench::Bench;
use crate::{
    domain::access::ApiScope,
    web::{limits::Quotas, routes},
};

fn filled_in(path: &str) -> String {
    let id = uuid::Uuid::nil().to_string();
    let path = path.strip_prefix("/api/v1").unwrap();
    path.replace("{customer}", &id).replace("{instance}", &id).replace("{slot}", "key").replace("{key}", "umbra")
}

#[actix_web::test]
async fn no_route_of_the_api_answers_without_a_key() {
    let bench = Bench::new().await;
    for route in routes::all().filter(|route| route.path.starts_with("/api/")) {
        for headers in [&[][..], &[("authorization", "Bearer jf_wrong")], &[("authorization", "Basic Zm9vOmJhcg==")]] {
            let answer = bench.call_with(route.method, &filled_in(route.path), json!({}), headers).await;
            assert_eq!(answer.refusal(), (401, "unauthorized".into()), "{} {}", route.method, route.path);
            assert_eq!(answer.headers.get("www-authenticate").unwrap(), "Bearer realm=\"api\"");
        }
    }
}

#[actix_web::test]
async fn a_key_does_only_what_its_scopes_say() {
    let bench = Bench::new().await;
    for scope in ApiScope::ALL {
        let key = bench.other_key([scope]).await;
        let bearer = format!("Bearer {}", key.expose_secret());
        for route in routes::all().filter(|route| route.path.starts_with("/api/")) {
            let answer = bench.call_with(route.method, &filled_in(route.path), json!({}), &[("authorization", &bearer)]).await;
            let may = route.who.key_scope() == Some(scope);
            assert_eq!(answer.status != 403, may, "{scope:?} {} {}: {}", route.method, route.path, answer.status);
        }
    }
}

#[actix_web::test]
async fn a_foreign_id_and_no_id_are_the_same_404() {
    let (bench, id) = Bench::with_instance().await;
    for path in [
        "/instances/0190b1a2-0000-7000-8000-000000000000".to_owned(),
        "/instances/what".to_owned(),
        format!("/instances/{id}/connections/nobody"),
        "/customers/external:nobody".to_owned(),
        "/reusable-connections/nobody".to_owned(),
    ] {
        let answer = bench.call("GET", &path, ()).await;
        assert_eq!(answer.refusal(), (404, "not_found".into()), "{path}");
        assert_eq!(answer.headers.get("cache-control").unwrap(), "no-store");
    }
    assert_eq!(bench.refused("DELETE", "/links", ()).await.0, 405);
}

#[actix_web::test]
async fn bodies_that_cannot_be_read_say_why() {
    let bench = Bench::new().await;
    assert_eq!(bench.refused("POST", "/customers", "external_id: acme").await, (415, "unsupported_media_type".into()));
    assert_eq!(bench.refused("POST", "/customers", json!([])).await, (422, "unexpected_member".into()));
    let large = json!({"external_id": "x".repeat(300 * 1024), "name": "x"});
    assert_eq!(bench.refused("POST", "/customers", large).await, (413, "too_large".into()));
    assert_eq!(bench.refused("POST", "/manifests", "x".repeat(300 * 1024)).await, (413, "too_large".into()));
}

#[actix_web::test]
async fn a_key_that_calls_too_often_is_told_to_wait() {
    let once = std::num::NonZeroU32::MIN;
    let bench = Bench::new().await.with_limits(Quotas { api: Quota::per_hour(once), ..Quotas::default() });
    bench.ok("GET", "/customers", ()).await;
    let late = bench.call("GET", "/customers", ()).await;
    assert_eq!(late.refusal(), (429, "too_many_requests".into()));
    assert!(late.headers.get("retry-after").unwrap().to_str().unwrap().parse::<u64>().unwrap() > 3000);
}
