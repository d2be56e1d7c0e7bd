//! A running product on its own database and port, ended with the test.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jackfield::{
    app::{App, Config},
    domain::{access::Actor, time::Timestamp},
    flows::{Context, keys},
    providers::AllowedPrivateHosts,
    web::limits::Limits,
    worker::Pace,
};
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

pub struct Product {
    pub base: String,
    pub api_key: String,
    pub context: Context,
    /// Held so that the files live as long as the test.
    pub folder: tempfile::TempDir,
    /// What a second product needs to be one more process of this one.
    pub database_url: String,
    pub master_keys: SecretString,
    /// Seconds that the product's clock is ahead of the machine's.
    pub ahead_seconds: Arc<AtomicI64>,
    http: reqwest::Client,
    stop: std::sync::mpsc::Sender<()>,
}

impl Product {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// `change`: what differs from an ordinary product.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        super::log::capture();
        let folder = tempfile::tempdir().unwrap();
        let listen = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let base = format!("http://{listen}");
        let ahead_seconds = Arc::new(AtomicI64::new(0));
        let ahead = Arc::clone(&ahead_seconds);
        let mut config = Config {
            database_url: super::database::create(folder.path()).await,
            public_url: base.parse().unwrap(),
            master_keys: SecretString::from(master_keys("test")),
            listen,
            allowed_private_hosts: AllowedPrivateHosts::parse("127.0.0.1").unwrap(),
            organization_name: "Acme".into(),
            limits: Limits::default(),
            demo: None,
            clock: Arc::new(move || {
                Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()).plus_seconds(ahead.load(Ordering::Relaxed))
            }),
            outbound: None,
            mail: None,
            audit_reads: Default::default(),
            spool_dir: Some(folder.path().join("spool")),

            sso: None,
            // A test decides itself when tokens are renewed, and what time it is.
            pace: Pace {
                refresh_tokens: Duration::from_secs(3600),
                sync_clock: Duration::from_secs(3600),
                watch_alerts: Duration::from_secs(3600),
            },
        };
        change(&mut config);
        let (database_url, master_keys) = (config.database_url.clone(), config.master_keys.clone());
        let (context, stop) = boot(config).await;
        let (_, secret) = keys::create(&context, &Actor::System, "test", Default::default()).await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { base, api_key: secret.expose_secret().to_owned(), context, folder, database_url, master_keys, ahead_seconds, http, stop }
    }

    /// Status and JSON (null where the answer is none).
    pub async fn api(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let (status, _, json) = self.api_with_headers(method, path, body).await;
        (status, json)
    }

    pub async fn api_with_headers(&self, method: &str, path: &str, body: Option<Value>) -> (u16, HeaderMap, Value) {
        self.api_as(&self.api_key, method, path, body).await
    }

    /// With another key, or a customer's token.
    pub async fn api_as(&self, key: &str, method: &str, path: &str, body: Option<Value>) -> (u16, HeaderMap, Value) {
        let url = format!("{}/api/v1{path}", self.base);
        let mut request = self.http.request(method.parse().unwrap(), url).header("authorization", format!("Bearer {key}"));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        self.send(request).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> (u16, HeaderMap, Value) {
        let request = request.build().unwrap();
        let (method, url) = (request.method().to_string(), request.url().to_string());
        let answer = self.http.execute(request).await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        super::log::keep_answer(&method, &url, &headers, &text);
        (status, headers, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// With this `Accept`; the text as it came.
    pub async fn api_text(&self, method: &str, path: &str, accept: &str) -> (u16, HeaderMap, String) {
        let request = self.http.request(method.parse().unwrap(), format!("{}/api/v1{path}", self.base));
        let answer = request.header("authorization", format!("Bearer {}", self.api_key)).header("accept", accept).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.text().await.unwrap())
    }

    /// As `api`, for calls that must succeed.
    pub async fn ok(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, json) = self.api(method, path, body).await;
        assert!(status < 300, "{method} {path} → {status} {json}");
        json
    }

    pub async fn apply(&self, yaml: &str) -> (u16, Value) {
        self.manifests("", yaml).await
    }

    pub async fn dry_run(&self, yaml: &str) -> (u16, Value) {
        self.manifests("?dry_run=true", yaml).await
    }

    async fn manifests(&self, query: &str, yaml: &str) -> (u16, Value) {
        let url = format!("{}/api/v1/manifests{query}", self.base);
        let request = self
            .http
            .post(url)
            .header("authorization", format!("Bearer {}", self.api_key))
            .header("content-type", "application/yaml")
            .body(yaml.to_owned());
        let (status, _, json) = self.send(request).await;
        (status, json)
    }

    pub async fn customer(&self, external_id: &str) -> String {
        let body = serde_json::json!({"external_id": external_id, "name": external_id});
        self.ok("POST", "/customers", Some(body)).await["id"].as_str().unwrap().to_owned()
    }

    /// The address of a new link to an integration.
    pub async fn link(&self, external_id: &str, integration: &str) -> String {
        let body =
            serde_json::json!({"customer": format!("external:{external_id}"), "integration": integration, "expires_in_seconds": 3600});
        self.ok("POST", "/links", Some(body)).await["url"].as_str().unwrap().to_owned()
    }
}

impl Product {
    /// As by a signal; returns at once.
    pub fn stop(&self) {
        let _gone = self.stop.send(());
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A ring of one new key.
pub fn master_keys(id: &str) -> String {
    let mut key = [0; 32];
    jackfield::vault::system_random()(&mut key);
    format!("{id}:{}", STANDARD.encode(key))
}

/// Serves from a thread of its own, as actix wants a system; gives the context back once it listens.
async fn boot(config: Config) -> (Context, std::sync::mpsc::Sender<()>) {
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        actix_web::rt::System::with_tokio_rt(runtime).block_on(async move {
            let app = App::build(config).await.unwrap();
            let context = app.context.clone();
            app.run(move |handle| {
                let _listening = ready.send(context);
                std::thread::spawn(move || {
                    let _asked_or_gone = stopped.recv();
                    let _stopping = futures_util::FutureExt::now_or_never(handle.stop(false));
                });
            })
            .await
            .unwrap();
        });
    });
    (is_ready.await.unwrap(), stop)
}
