//! The ceiling of a credential read: the same row of the same file, opened and told as JSON, with nothing else around it.
//!
//! No access check, no layers, no middleware: one SELECT through sqlx, the vault's AES-256-GCM, one answer.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, mpsc},
    thread,
};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use anyhow::{Context as _, Result, anyhow};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use jackfield::{
    domain::credential::{SealedSecret, SecretField},
    vault::Vault,
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::{
    ConnectOptions, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use uuid::Uuid;

/// It answers `/{instance}/{slot}`.
pub struct Ceiling {
    pub address: SocketAddr,
    handle: ServerHandle,
}

struct Shared {
    pool: Pool,
    vault: Vault,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

macro_rules! select {
    ($json:literal) => {
        concat!(
            "SELECT id, customer_id, clear",
            $json,
            ", secrets",
            $json,
            ", account FROM connections
             WHERE owner = 'slot' AND user_id IS NULL AND instance_id = $1 AND slot = $2 AND status = 'connected'"
        )
    };
}

pub fn start(database_url: &str, vault: Vault) -> Result<Ceiling> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let url = database_url.to_owned();
    let (running, runs) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let shared = web::Data::from(Arc::new(Shared { pool: open(&url).await?, vault }));
            let app = move || App::new().app_data(shared.clone()).route("/{instance}/{slot}", web::get().to(show));
            let workers = thread::available_parallelism().map_or(2, usize::from);
            let server = HttpServer::new(app).workers(workers).listen(listener)?.run();
            running.send(server.handle())?;
            anyhow::Ok(server.await?)
        })
    });
    let handle = runs.recv().context("the bare handler did not start")?;
    Ok(Ceiling { address, handle })
}

/// As many connections as the product reads with.
async fn open(database_url: &str) -> Result<Pool> {
    Ok(match database_url.strip_prefix("sqlite://") {
        Some(file) => {
            let options = SqliteConnectOptions::new().filename(file).pragma("query_only", "ON").disable_statement_logging();
            Pool::Sqlite(SqlitePoolOptions::new().max_connections(4).test_before_acquire(false).connect_with(options).await?)
        }
        None => {
            // Behind the wall nothing is seen without a scope.
            let options = database_url.parse::<PgConnectOptions>()?.options([("jackfield.scope", "organization")]);
            Pool::Postgres(PgPoolOptions::new().max_connections(8).connect_with(options).await?)
        }
    })
}

async fn show(shared: web::Data<Shared>, path: web::Path<(Uuid, String)>) -> Result<HttpResponse, actix_web::Error> {
    let (instance, slot) = path.into_inner();
    let answer = read(&shared, instance, &slot).await.map_err(actix_web::error::ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().json(answer))
}

async fn read(shared: &Shared, instance: Uuid, slot: &str) -> Result<Value> {
    type Row = (Uuid, Uuid, String, String, Option<String>);
    let (id, customer, clear, secrets, account): Row = match &shared.pool {
        Pool::Sqlite(pool) => sqlx::query_as(select!("")).bind(instance).bind(slot).fetch_one(pool).await?,
        Pool::Postgres(pool) => sqlx::query_as(select!("::text")).bind(instance).bind(slot).fetch_one(pool).await?,
    };
    let clear: Value = serde_json::from_str(&clear)?;
    let secrets: Value = serde_json::from_str(&secrets)?;
    let mut inputs = serde_json::Map::new();
    for (key, column) in clear.as_object().into_iter().flatten() {
        inputs.insert(key.clone(), column["value"].clone());
    }
    for (field, column) in secrets.as_object().into_iter().flatten() {
        let sealed = &column["sealed"];
        let envelope = STANDARD_NO_PAD.decode(sealed["envelope"].as_str().context("no envelope")?)?;
        let revision = sealed["revision"].as_i64().context("no revision")?;
        let named: SecretField = field.parse().map_err(|()| anyhow!("no field: {field}"))?;
        let place = shared.vault.place(customer, id, named, revision);
        let opened = shared.vault.open(&place, &SealedSecret::from_envelope(envelope, revision)?)?;
        inputs.insert(field.clone(), opened.expose_secret().into());
    }
    Ok(json!({"key": slot, "inputs": inputs, "account": account}))
}

impl Drop for Ceiling {
    fn drop(&mut self) {
        let handle = self.handle.clone();
        // In a thread of its own: whoever drops it may be inside a runtime.
        let stopping = thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() {
                runtime.block_on(handle.stop(false));
            }
        });
        let _stopped = stopping.join();
    }
}
