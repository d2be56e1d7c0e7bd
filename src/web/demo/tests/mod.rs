//! What the tests of this world share: a world with a clock to turn, and short walks through it.

mod api;
mod consent;
mod token;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::test::TestRequest;
use actix_web::{App, test};
use futures_util::future::LocalBoxFuture;
use serde_json::Value;
use url::Url;

use super::{DemoWorld, Pauses, configure};

pub const BASE: &str = "http://127.0.0.1:8123";
pub const CALLBACK: &str = "http://127.0.0.1:8123/oauth/callback";
/// The pair of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const SCOPE: &str = "profile channels:read";

pub type Fields<'a> = Vec<(&'a str, &'a str)>;

pub fn world() -> (Arc<DemoWorld>, Arc<AtomicI64>) {
    world_with_key([7; 32])
}

pub fn world_with_key(key: [u8; 32]) -> (Arc<DemoWorld>, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(1_800_000_000));
    let seen = clock.clone();
    let count = AtomicU8::new(0);
    let world = DemoWorld::new(
        key,
        BASE,
        Arc::new(move || seen.load(Ordering::Relaxed)),
        Arc::new(move |bytes| bytes.fill(count.fetch_add(1, Ordering::Relaxed))),
    );
    let pause = Duration::from_millis(40);
    (Arc::new(world.with_pauses(Pauses { slow_token: pause, slow_key: pause })), clock)
}

/// The world as actix serves it. A boxed call, since the type of a test service has no name.
pub struct Site(Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse>>);

impl Site {
    pub async fn send(&self, request: TestRequest) -> ServiceResponse {
        (self.0)(request).await
    }
}

pub async fn app(world: &Arc<DemoWorld>) -> Site {
    let world = world.clone();
    let service = Rc::new(test::init_service(App::new().configure(|cfg| configure(cfg, world))).await);
    Site(Box::new(move |request| {
        let service = service.clone();
        Box::pin(async move { test::call_service(&*service, request.to_request()).await.map_into_boxed_body() })
    }))
}

pub fn header<'a>(response: &'a ServiceResponse, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// The authorization request, with these fields in place of its own; an empty value leaves one out.
pub fn request<'a>(changes: &[(&'a str, &'a str)]) -> Fields<'a> {
    let mut fields: Fields = vec![
        ("response_type", "code"),
        ("client_id", "demo-chat"),
        ("redirect_uri", CALLBACK),
        ("scope", SCOPE),
        ("state", "s t&te"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend_from_slice(changes);
    fields
}

pub async fn get(app: &Site, path: &str, headers: &[(&str, &str)]) -> ServiceResponse {
    let mut request = TestRequest::get().uri(path);
    for header in headers {
        request = request.insert_header(*header);
    }
    app.send(request).await
}

pub async fn post(app: &Site, path: &str, fields: &[(&str, &str)]) -> ServiceResponse {
    app.send(TestRequest::post().uri(path).set_form(fields.to_vec())).await
}

/// What the redirect address receives.
pub fn answer(response: &ServiceResponse) -> HashMap<String, String> {
    assert_eq!(response.status(), 303);
    let location = Url::parse(header(response, "location")).unwrap();
    assert_eq!(location.as_str().split('?').next(), Some(CALLBACK));
    location.query_pairs().into_owned().collect()
}

/// Presses the button and returns the code.
pub async fn code(app: &Site, decision: &str, changes: &[(&str, &str)]) -> String {
    let mut fields = request(changes);
    fields.push(("decision", decision));
    answer(&post(app, "/demo-provider/authorize", &fields).await)["code"].clone()
}

/// A call of the token endpoint by `demo-chat`, with its secret in the body.
pub async fn token(app: &Site, world: &DemoWorld, fields: &[(&str, &str)]) -> (u16, Value) {
    let mut all = vec![("client_secret", world.client_secret())];
    if fields.iter().all(|(name, _)| *name != "client_id") {
        all.push(("client_id", "demo-chat"));
    }
    all.extend_from_slice(fields);
    json(post(app, "/demo-provider/token", &all).await).await
}

pub fn exchange(code: &str) -> Fields<'_> {
    vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)]
}

pub fn refresh(token: &Value) -> Fields<'_> {
    vec![("grant_type", "refresh_token"), ("refresh_token", token.as_str().unwrap())]
}

pub async fn json(response: ServiceResponse) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&test::read_body(response).await).unwrap_or(Value::Null))
}

pub async fn me(app: &Site, access_token: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {}", access_token.as_str().unwrap());
    json(get(app, "/demo-provider/api/me", &[("Authorization", &bearer)]).await).await
}
