//! Everything that the product would log at its chattiest, and everything that it answered, kept for whoever searches it.

use std::{
    io,
    sync::{Mutex, Once, PoisonError},
};

use tracing_subscriber::{
    fmt::{self, format::FmtSpan},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ONCE: Once = Once::new();

struct Kept;

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// With the filter that production has, at `trace`.
pub fn capture() {
    ONCE.call_once(|| {
        let layer = fmt::layer().with_ansi(false).with_span_events(FmtSpan::NEW | FmtSpan::CLOSE).with_writer(|| Kept);
        tracing_subscriber::registry().with(jackfield::telemetry::filter("trace")).with(layer).init();
    });
}

pub fn so_far() -> Vec<u8> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// One answer: to what, and its headers and body.
#[derive(Clone)]
pub struct Answer {
    pub to: String,
    pub text: String,
}

static ANSWERS: Mutex<Vec<Answer>> = Mutex::new(Vec::new());

pub fn keep_answer(method: &str, url: &str, headers: &reqwest::header::HeaderMap, body: &str) {
    let text = format!("{headers:?}\n{body}");
    ANSWERS.lock().unwrap_or_else(PoisonError::into_inner).push(Answer { to: format!("{method} {url}"), text });
}

/// To requests at this product.
pub fn answers_of(base: &str) -> Vec<Answer> {
    ANSWERS.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(|answer| answer.to.contains(base)).cloned().collect()
}
