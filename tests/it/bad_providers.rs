//! Every way that we know a token endpoint can misbehave, one row each: what it means for the grant, how long it took and how
//! much was read. `cargo test --test it bad_providers -- --nocapture` prints the table.

mod rows;
mod server;

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use self::{
    rows::{Class, Row},
    server::Server,
};
use crate::support::{Product, log};

/// In every token and every text of the provider's: none of it may be seen anywhere but in a credential.
const CANARY: &str = "bad-providers-";
/// The deadline is 15 s; on a busy machine the test learns of it later.
const LONGEST: Duration = Duration::from_secs(19);
/// 1 MiB, and what the sockets hold, which on a busy machine is more.
const MOST_BYTES: usize = 2 * 1024 * 1024;
const AT_A_TIME: usize = 40;

#[derive(Debug)]
struct Measured {
    class: Option<Class>,
    took: Duration,
    bytes: usize,
    /// What is not as it should be; empty when all is well.
    wrong: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bad_provider_is_understood() {
    let product = Product::start().await;
    assert_eq!(product.apply(&crate::support::Provider::start().await.manifests("")).await.0, 200);
    product.customer("acme").await;
    let rows = rows::all();
    let measured: Vec<_> = stream::iter(&rows).map(|row| run(&product, row)).buffered(AT_A_TIME).collect().await;

    println!("{:<44} {:<14} {:>7} {:>9}", "the provider", "is understood", "seconds", "bytes");
    for (row, seen) in rows.iter().zip(&measured) {
        let class = seen.class.map_or_else(|| "?".to_owned(), |class| format!("{class:?}"));
        println!("{:<44} {class:<14} {:>7.2} {:>9}", row.name, seen.took.as_secs_f32(), seen.bytes);
    }
    println!("{} rows", rows.len());
    let wrong: Vec<_> =
        rows.iter().zip(&measured).flat_map(|(row, seen)| seen.wrong.iter().map(move |w| format!("{}: {w}", row.name))).collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    nothing_was_told(&product);
}

fn nothing_was_told(product: &Product) {
    assert!(!String::from_utf8_lossy(&log::so_far()).contains(CANARY), "the log tells a token, or what a provider said");
    for answer in log::answers_of(&product.base) {
        let may_tell = answer.to.ends_with("/credentials");
        assert!(may_tell || !answer.text.contains(CANARY), "{} tells a token, or what a provider said", answer.to);
    }
}

/// One connection with an expired token at one provider: read, then read again after the provider has mended its ways.
async fn run(product: &Product, row: &Row) -> Measured {
    let mut server = Server::start(row.steps.clone());
    let connection = Connection::at(product, &row.address.replace("PORT", &server.address.port().to_string())).await;
    let began = Instant::now();
    let read = connection.read().await;
    let (took, bytes) = (began.elapsed(), server.bytes_taken());
    let shown = connection.show().await;
    let class = classify(&read, &shown);
    let mut wrong = Vec::new();
    let mut check = |holds: bool, said: String| wrong.extend((!holds).then_some(said));
    check(class == Some(row.class), format!("understood as {class:?}, not {:?}: {} {}", row.class, read.status, told(&read.body)));
    check(took < LONGEST, format!("took {took:?}"));
    check(bytes < MOST_BYTES, format!("{bytes} bytes were read"));
    check(server.asked().len() <= 1, format!("asked {} times for one read", server.asked().len()));
    match row.class {
        Class::Ok => check(lives_for(&read.body, row.life_seconds), format!("lives until {}", read.body["token"]["expires_at"])),
        Class::Retry => check(row.retry_after_seconds.contains(&read.retry_after), format!("Retry-After: {}", read.retry_after)),
        Class::Reconnect | Class::Configuration => {}
    }

    server.mend().await;
    let before = server.asked().len();
    if !row.address.starts_with("http://127.0.0.1") {
        connection.point_at(&format!("http://{}/token", server.address)).await;
    }
    if row.class == Class::Reconnect {
        let again = connection.read().await.status;
        check(again == 409 && server.asked().len() == before, format!("the grant has ended, and reading it again gave {again}"));
        return Measured { class, took, bytes, wrong };
    }
    let refreshed = connection.refresh().await;
    let asked = server.asked().split_off(before);
    check(refreshed == 200 && asked == [row.sends_next], format!("mended: {refreshed}, asked with {asked:?}"));
    let again = connection.read().await;
    let token = again.body["token"]["access_token"].as_str();
    check(token == Some("bad-providers-good"), format!("mended, it reads {} {}", again.status, told(&again.body)));
    let status = connection.show().await["status"].clone();
    check(status == "connected", format!("mended, it is {status}"));
    Measured { class, took, bytes, wrong }
}

/// By what a caller can see.
fn classify(read: &Read, shown: &Value) -> Option<Class> {
    let reason = shown["reason"].as_str().or(read.body["reason"].as_str()).unwrap_or_default();
    let says = |reason: &str| read.body["detail"].as_str().is_some_and(|detail| detail.contains(&format!("({reason})")));
    match (read.status, shown["status"].as_str()?) {
        (200, "connected") => (read.body["token"]["access_token"].as_str()?.starts_with("bad-providers-new")).then_some(Class::Ok),
        (409, "needs_reconnecting") => (reason == "auth.needs_reconnect").then_some(Class::Reconnect),
        (409 | 503, _) if reason == "configuration" || says("configuration") => Some(Class::Configuration),
        (503, "connected") if read.body["code"] == "provider_unavailable" => Some(Class::Retry),
        _ => None,
    }
}

fn lives_for(body: &Value, seconds: Option<i64>) -> bool {
    let time = |member: &str| body["token"][member].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    match (time("expires_at"), seconds, time("obtained_at")) {
        (None, None, _) => true,
        (Some(end), Some(seconds), Some(start)) => end.as_second() - start.as_second() == seconds,
        _ => false,
    }
}

/// Of a megabyte, the beginning says enough.
fn told(body: &Value) -> String {
    body.to_string().chars().take(300).collect()
}

struct Connection<'p> {
    product: &'p Product,
    path: String,
}

struct Read {
    status: u16,
    body: Value,
    /// Seconds; 0 where none is named.
    retry_after: i64,
}

impl<'p> Connection<'p> {
    async fn at(product: &'p Product, token_url: &str) -> Self {
        let body = json!({"customer": "external:acme", "integration": "alerts"});
        let id = product.ok("POST", "/instances", Some(body)).await["id"].as_str().unwrap().to_owned();
        let connection = Self { product, path: format!("/instances/{id}/connections/desk") };
        connection.point_at(token_url).await;
        let expired = product.context.now().plus_seconds(-60).to_string();
        let token = json!({"access_token": "bad-providers-old", "refresh_token": rows::OLD_REFRESH_TOKEN, "expires_at": expired});
        product.ok("PUT", &connection.path, Some(json!({"token": token}))).await;
        connection
    }

    async fn point_at(&self, token_url: &str) {
        self.product.ok("PUT", &self.path, Some(json!({"inputs": {"token_url": token_url}}))).await;
    }

    async fn read(&self) -> Read {
        let (status, headers, body) = self.product.api_with_headers("GET", &format!("{}/credentials", self.path), None).await;
        let retry_after = headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        Read { status, body, retry_after: retry_after.unwrap_or(0) }
    }

    async fn show(&self) -> Value {
        self.product.ok("GET", &self.path, None).await
    }

    async fn refresh(&self) -> u16 {
        self.product.api("POST", &format!("{}/refreshes", self.path), None).await.0
    }
}
