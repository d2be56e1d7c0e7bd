//! The make-believe outside world that `jackfield demo` connects to: an OAuth 2.0 authorization server
//! ("Umbrella ID"), a key-checked API, and a page that says what each key does. It plays another company, so it shares
//! nothing with the product: no domain type, no database, its own stylesheet, its own status codes.
//! Only the demo mounts it. A new person, app, scope or key is a row in `cast`.

mod api;
pub mod cast;
mod client;
mod consent;
mod guide;
mod pages;
mod parameters;
mod token;
mod tokens;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::web;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use tokens::IssuedTokens;

/// The time now, in whole seconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;
/// Fills the slice with bytes that nobody can guess.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The provider's memory and keys. Tokens are signed, not stored: they outlive a restart as long as `key` does.
/// What is only remembered (codes, spent refresh tokens, revocations) is forgotten at a restart.
pub struct DemoWorld {
    key: hmac::Key,
    base_url: String,
    client_secret: String,
    now: Clock,
    random: Random,
    pauses: Pauses,
    memory: Mutex<Memory>,
}

/// How long the slow answers take.
pub struct Pauses {
    /// Before the token endpoint answers, after the outcome "Slow".
    pub slow_token: Duration,
    /// Before the API answers to `slow-key`; longer than any caller should wait.
    pub slow_key: Duration,
}

#[derive(Default)]
struct Memory {
    codes: HashMap<String, token::Code>,
    /// Ids of tokens and grants that were spent or revoked.
    withdrawn: HashSet<String>,
}

impl DemoWorld {
    /// `base_url` is the product's own public address, with or without a slash at its end; the one redirect address
    /// that the provider accepts is its `/oauth/callback`.
    pub fn new(key: [u8; 32], base_url: &str, now: Clock, random: Random) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let secret = hmac::sign(&key, b"client secret");
        Self {
            client_secret: format!("demo-secret-{}", URL_SAFE_NO_PAD.encode(&secret.as_ref()[..18])),
            key,
            base_url: base_url.trim_end_matches('/').to_owned(),
            now,
            random,
            pauses: Pauses { slow_token: Duration::from_secs(8), slow_key: Duration::from_secs(20) },
            memory: Mutex::default(),
        }
    }

    /// The same world with other pauses, so that tests need not wait.
    pub fn with_pauses(self, pauses: Pauses) -> Self {
        Self { pauses, ..self }
    }

    /// The secret of every client of the provider. It depends on the key alone.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// `iss` (RFC 9207) of every answer.
    pub fn issuer(&self) -> String {
        format!("{}/demo-provider", self.base_url)
    }

    fn redirect_uri(&self) -> String {
        format!("{}/oauth/callback", self.base_url)
    }

    fn now(&self) -> i64 {
        (self.now)()
    }

    fn random_id(&self) -> String {
        let mut bytes = [0; 24];
        (self.random)(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Never held across an `await`. A panic elsewhere leaves nothing half-written here, so a poisoned lock is usable.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Mounts everything under `/demo-provider`. No session and no CSRF token is needed for any of it.
pub fn configure(cfg: &mut web::ServiceConfig, world: Arc<DemoWorld>) {
    cfg.service(
        web::scope("/demo-provider")
            .app_data(web::Data::from(world))
            .route("", web::get().to(guide::index))
            .route("/", web::get().to(guide::index))
            .route("/demo.css", web::get().to(pages::stylesheet))
            .service(web::resource("/authorize").route(web::get().to(consent::new)).route(web::post().to(consent::create)))
            .route("/token", web::post().to(token::create))
            .route("/revoke", web::post().to(token::destroy))
            .route("/api/me", web::get().to(api::me))
            .route("/api/channels", web::get().to(api::channels)),
    );
}
