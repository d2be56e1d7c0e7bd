//! The product as production boots it, with one instance a caller to read and to save.

use std::{
    net::{SocketAddr, TcpListener},
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use actix_web::dev::ServerHandle;
use anyhow::{Context as _, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use governor::Quota;
use jackfield::{
    app::{App, Config, system_clock},
    domain::access::Actor,
    flows::{Context, keys},
    providers::AllowedPrivateHosts,
    web::limits::{Limits, Quotas},
    worker::Pace,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::driver::Target;

const MANIFEST: &str = r#"
kind: connector
key: acme
name: Acme
connection_types:
  - key: api_key
    name: API key
    auth: {kind: header, name: X-Api-Key, value: "{{api_key}}"}
    inputs:
      - {key: subdomain, label: Subdomain}
      - {key: api_key, label: API key, type: password}
      - {key: base_url, template: "https://{{subdomain}}.example.com/api"}
---
kind: integration
key: sync
name: Sync
pages: [{key: connections, title: Connect Acme, elements: [{connection: acme, type: acme.api_key}]}]
"#;
/// As many as the callers of the saves.
const INSTANCES: usize = 16;

pub struct Product {
    pub folder: PathBuf,
    pub context: Context,
    pub master_key: SecretString,
    pub instances: Vec<String>,
    address: SocketAddr,
    authorization: String,
    handle: ServerHandle,
    server: Option<JoinHandle<()>>,
}

pub fn start(folder: &Path) -> Result<Product> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let mut key = [0; 32];
    jackfield::vault::system_random()(&mut key);
    let master_key = SecretString::from(format!("bench:{}", STANDARD.encode(key)));
    let config = Config {
        database_url: format!("sqlite://{}", database(folder).display()),
        public_url: format!("http://{address}").parse()?,
        master_keys: master_key.clone(),
        listen: address,
        allowed_private_hosts: AllowedPrivateHosts::default(),
        organization_name: "Bench".into(),
        limits: Limits::new(Quotas { api: Quota::per_second(NonZeroU32::MAX), ..Quotas::default() }),
        demo: None,
        clock: system_clock(),
        outbound: None,
        mail: None,
        audit_reads: Default::default(),
        spool_dir: None,
        pace: Pace::default(),
    };
    let (running, runs) = mpsc::channel();
    let server = thread::spawn(move || serve(config, running));
    let (handle, context, secret) = runs.recv().context("the product did not start")?;
    let authorization = format!("Authorization: Bearer {}\r\n", secret.expose_secret());
    let folder = folder.to_owned();
    let mut product = Product { folder, context, master_key, instances: Vec::new(), address, authorization, handle, server: Some(server) };
    product.fill(secret.expose_secret())?;
    Ok(product)
}

pub fn database(folder: &Path) -> PathBuf {
    folder.join("jackfield.db")
}

/// In a thread of its own: actix wants a system. A failure shows as a channel that closes.
fn serve(config: Config, running: mpsc::Sender<(ServerHandle, Context, SecretString)>) {
    let served = actix_web::rt::System::new().block_on(async move {
        let app = App::build(config).await?;
        let context = app.context.clone();
        let (_, secret) = keys::create(&context, &Actor::System, "bench", Default::default()).await?;
        app.run(move |handle| drop(running.send((handle, context, secret)))).await
    });
    if let Err(error) = served {
        eprintln!("the product stopped: {error:#}");
    }
}

impl Product {
    pub fn read(&self) -> Target {
        let path = format!("/api/v1/instances/{}/connections/acme/credentials", self.instances[0]);
        Target::get(self.address, &path, &self.authorization)
    }

    pub fn saves(&self) -> Result<Vec<Target>> {
        let body = inputs().to_string();
        let target =
            |id: &String| Target::put(self.address, &format!("/api/v1/instances/{id}/connections/acme"), &self.authorization, &body);
        Ok(self.instances.iter().map(target).collect())
    }

    fn fill(&mut self, key: &str) -> Result<()> {
        let base = format!("http://{}/api/v1", self.address);
        let call = Call { http: reqwest::Client::builder().no_proxy().build()?, base, key: key.to_owned() };
        self.instances = tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            call.send("POST", "/manifests", "application/yaml", MANIFEST.into()).await?;
            call.json("POST", "/customers", &json!({"external_id": "acme", "name": "Acme"})).await?;
            let mut instances = Vec::new();
            for _ in 0..INSTANCES {
                let made = call.json("POST", "/instances", &json!({"customer": "external:acme", "integration": "sync"})).await?;
                let id = made["id"].as_str().context("an instance without an id")?.to_owned();
                call.json("PUT", &format!("/instances/{id}/connections/acme"), &inputs()).await?;
                instances.push(id);
            }
            anyhow::Ok(instances)
        })?;
        Ok(())
    }
}

fn inputs() -> Value {
    json!({"inputs": {"subdomain": "bench", "api_key": "a-secret-of-ordinary-length-0123456789"}})
}

struct Call {
    http: reqwest::Client,
    base: String,
    key: String,
}

impl Call {
    async fn json(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.send(method, path, "application/json", body.to_string()).await
    }

    async fn send(&self, method: &str, path: &str, kind: &str, body: String) -> Result<Value> {
        let request = self.http.request(method.parse()?, format!("{}{path}", self.base)).bearer_auth(&self.key);
        let answer = request.header("content-type", kind).body(body).send().await?.error_for_status()?;
        Ok(serde_json::from_str(&answer.text().await?)?)
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        let stopping = self.handle.stop(false);
        if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() {
            runtime.block_on(stopping);
        }
        if let Some(server) = self.server.take() {
            let _ended = server.join();
        }
    }
}
