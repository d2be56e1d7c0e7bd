//! One product in a temporary directory, with one connector by key and one by OAuth, and a service that answers them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, AtomicUsize, Ordering},
};

use actix_web::{
    App,
    http::{Method, header::HeaderMap},
    middleware::from_fn,
    test, web,
};
use futures_util::{FutureExt, future::BoxFuture};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value as Json, json};

use crate::{
    domain::{
        access::{Actor, ApiScope},
        ids::OrganizationId,
        time::Timestamp,
    },
    flows::{Context, Organization, Parts, keys},
    providers::{Outbound, OutboundError, OutboundRequest, OutboundResponse},
    store::{Spool, Store},
    vault::{KeyRing, Vault, system_random},
    web::{
        errors,
        limits::{Limits, Quotas},
        routes,
    },
};

pub const MANIFEST: &str = r#"
kind: connector
key: umbra
name: Umbra
connection_types:
  - key: oauth2
    name: OAuth 2.0
    auth: {kind: oauth2, grant: authorization_code, pkce: S256}
    inputs:
      - {key: authorize_url, default: "https://umbra.example/authorize", visibility: organization}
      - {key: token_url, default: "https://umbra.example/token", visibility: organization}
      - {key: client_id, visibility: organization}
      - {key: client_secret, type: password, visibility: organization}
    check: {get: "https://umbra.example/me", expect: {status: 200}, account: /user/email}
  - key: api_key
    name: API key
    auth: {kind: header, name: Authorization, value: "Bearer {{api_key}}"}
    inputs:
      - {key: region, label: Region, type: choice, choices: [{value: eu, label: Europe}, {value: us, label: America}]}
      - {key: api_key, label: API key, type: password}
      - {key: note, label: Note, type: string, required: false}
    check: {get: "https://umbra.example/me", expect: {status: 200}, account: /user/email}
---
kind: integration
key: night-shift
name: Night shift
pages:
  - key: connections
    title: Connect your accounts
    elements:
      - {connection: umbra, type: umbra.oauth2, inputs: {client_id: {value: app-7719}, client_secret: {value: canary-5512}}}
      - {connection: key, type: umbra.api_key}
  - key: choices
    title: Choose what to send
    elements:
      - {variable: severity, label: Severity, type: choice, choices: [{value: high, label: High}, {value: all, label: All}]}
"#;

/// Umbra: knows `good-key` and the tokens it gave.
#[derive(Default)]
pub struct Umbra {
    pub down: Mutex<Option<OutboundError>>,
    pub tokens_given: AtomicUsize,
}

impl Umbra {
    fn answer(&self, request: &OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        if let Some(error) = *self.down.lock().unwrap() {
            return Err(error);
        }
        let json = |status, body: Json| OutboundResponse {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.to_string().into_bytes(),
        };
        if request.url.ends_with("/token") {
            let number = self.tokens_given.fetch_add(1, Ordering::SeqCst) + 1;
            return Ok(json(200, json!({"access_token": format!("at-{number}"), "token_type": "Bearer", "expires_in": 3600})));
        }
        let carried = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let carried = carried.map(|(_, value)| value.expose_secret()).unwrap_or_default();
        if carried == "Bearer good-key" || carried.starts_with("Bearer at-") {
            Ok(json(200, json!({"user": {"email": "ops@example.com"}})))
        } else {
            Ok(json(401, json!({"error": "no"})))
        }
    }
}

impl Outbound for Umbra {
    fn send(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundResponse, OutboundError>> {
        async move { self.answer(&request) }.boxed()
    }
    fn refuses(&self, _: &str) -> Option<OutboundError> {
        None
    }
}

pub struct Bench {
    pub context: Context,
    pub umbra: Arc<Umbra>,
    pub now: Arc<AtomicI64>,
    key: SecretString,
    limits: Limits,
    _directory: tempfile::TempDir,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Json,
}

const START_MILLIS: i64 = 1_790_000_000_000;

impl Bench {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}/jackfield.db", directory.path().display())).await.unwrap();
        store.migrate().await.unwrap();
        let organization = Organization::new(OrganizationId::new(Timestamp::from_millis(START_MILLIS), &[7; 10]), "Acme");
        let ring = KeyRing::parse("k1:JwXXDsDGk3VdQ5Wxq5Zwcv7sNeErqUSU9I3H66IKCe8=").unwrap();
        let (umbra, now) = (Arc::new(Umbra::default()), Arc::new(AtomicI64::new(START_MILLIS)));
        let ticking = Arc::clone(&now);
        let context = Context::new(Parts {
            store,
            vault: Vault::new(ring, organization.id, system_random()),
            outbound: umbra.clone(),
            mailer: None,
            drawing: crate::web::letters::draw,
            clock: Arc::new(move || Timestamp::from_millis(ticking.load(Ordering::SeqCst))),
            random: system_random(),
            organization,
            public_url: "https://jackfield.example".parse().unwrap(),
            audit_reads: Default::default(),
            spool: Spool::default(),
        });
        let (_, key) = keys::create(&context, &Actor::System, "bench", [].into()).await.unwrap();
        Self { context, umbra, now, key, limits: Limits::new(Quotas::default()), _directory: directory }
    }

    /// With the manifest applied, a customer `acme` and its instance.
    pub async fn with_instance() -> (Self, String) {
        let bench = Self::new().await;
        bench.ok("POST", "/manifests", MANIFEST).await;
        bench.ok("POST", "/customers", json!({"external_id": "acme", "name": "Acme"})).await;
        let made = bench.ok("POST", "/instances", json!({"customer": "external:acme", "integration": "night-shift"})).await;
        let id = made["id"].as_str().unwrap().to_owned();
        (bench, id)
    }

    pub async fn other_key(&self, scopes: impl IntoIterator<Item = ApiScope>) -> SecretString {
        keys::create(&self.context, &Actor::System, "other", scopes.into_iter().collect()).await.unwrap().1
    }

    pub fn with_limits(self, quotas: Quotas) -> Self {
        Self { limits: Limits::new(quotas), ..self }
    }

    /// A string is sent as it is; `null` sends no body.
    pub async fn call(&self, method: &str, path: &str, body: impl Into<Json>) -> Answer {
        self.call_with(method, path, body, &[("authorization", &format!("Bearer {}", self.key.expose_secret()))]).await
    }

    pub async fn call_also_with(&self, method: &str, path: &str, body: impl Into<Json>, header: (&str, &str)) -> Answer {
        let bearer = format!("Bearer {}", self.key.expose_secret());
        self.call_with(method, path, body, &[("authorization", &bearer), header]).await
    }

    pub async fn call_with(&self, method: &str, path: &str, body: impl Into<Json>, headers: &[(&str, &str)]) -> Answer {
        let app = test::init_service(
            App::new()
                .app_data(web::Data::new(self.context.clone()))
                .app_data(web::Data::new(self.limits.clone()))
                .configure(routes::configure)
                .wrap(from_fn(errors::pages)),
        )
        .await;
        // Rows made in one millisecond have no order.
        self.now.fetch_add(1, Ordering::SeqCst);
        let mut request = test::TestRequest::with_uri(&format!("/api/v1{path}")).method(method.parse::<Method>().unwrap());
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        request = match body.into() {
            Json::Null => request,
            Json::String(text) => request.insert_header(("content-type", "application/yaml")).set_payload(text),
            json => request.insert_header(("content-type", "application/json")).set_payload(json.to_string()),
        };
        let response = test::call_service(&app, request.to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = test::read_body(response).await;
        Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Json::Null) }
    }

    pub async fn ok(&self, method: &str, path: &str, body: impl Into<Json>) -> Json {
        let answer = self.call(method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.body);
        answer.body
    }

    /// Status and code of a refusal.
    pub async fn refused(&self, method: &str, path: &str, body: impl Into<Json>) -> (u16, String) {
        self.call(method, path, body).await.refusal()
    }
}

impl Answer {
    pub fn refusal(&self) -> (u16, String) {
        assert_eq!(self.headers.get("content-type").unwrap(), "application/problem+json", "{}", self.body);
        assert_eq!(self.body["status"], self.status);
        (self.status, self.body["code"].as_str().unwrap_or_default().to_owned())
    }
}
