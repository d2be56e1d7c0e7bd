//! A panic while a request with a secret is in hand: what it prints, with every frame that it came through.

use std::{
    backtrace::Backtrace,
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use jackfield::{app::Config, flows::Clock};
use serde_json::json;

use crate::support::Product;

static PRINTED: Mutex<String> = Mutex::new(String::new());
static HOOKED: Once = Once::new();
/// Whoever asks this product's clock after so many others panics.
static LEFT: AtomicI64 = AtomicI64::new(i64::MAX);
/// How deep into a request.
const DEEPEST: i64 = 12;

/// A product whose clock can be stopped.
pub async fn product(change: impl FnOnce(&mut Config)) -> Product {
    Product::with(|config| {
        change(config);
        let clock = Arc::clone(&config.clock);
        let stoppable: Clock = Arc::new(move || {
            assert!(LEFT.fetch_sub(1, Ordering::Relaxed) != 0, "the clock has stopped");
            clock()
        });
        config.clock = stoppable;
    })
    .await
}

fn hook() {
    HOOKED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let printed = format!("{panic}\n{:?}\n{}\n", panic.payload().downcast_ref::<String>(), Backtrace::force_capture());
            PRINTED.lock().unwrap_or_else(PoisonError::into_inner).push_str(&printed);
            before(panic);
        }));
    });
}

/// At every depth of the request that the clock is asked at.
pub async fn with_a_secret_in_hand(product: &Product, secret: &str) -> String {
    hook();
    let instances = product.ok("GET", "/instances?customer=external:acme&integration=alerts", None).await;
    let path = format!("{}/api/v1/instances/{}/connections/tasks", product.base, instances["items"][0]["id"].as_str().unwrap());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut text = String::new();
    for depth in 0..DEEPEST {
        let sent =
            http.put(&path).header("authorization", format!("Bearer {}", product.api_key)).header("content-type", "application/json");
        LEFT.store(depth, Ordering::Relaxed);
        let answer = sent.body(json!({"inputs": {"api_key": secret}}).to_string()).send().await;
        LEFT.store(i64::MAX, Ordering::Relaxed);
        text.push_str(&match answer {
            Ok(answer) => answer.text().await.unwrap_or_default(),
            Err(error) => format!("{error:?}"),
        });
    }
    let printed = PRINTED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(printed.matches("the clock has stopped").count() > 2, "next to nothing panicked: {text}");
    printed + &text
}
