//! Logs: one line an event, with the request's id; and the metrics' recorder.

use std::io::IsTerminal;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// `wanted` as in `JACKFIELD_LOG`: `info`, `jackfield=debug,info` … Libraries that print requests or bodies stay at warn at most:
/// at their lower levels they would print what people entrusted to us.
pub fn filter(wanted: &str) -> EnvFilter {
    let mut chosen = EnvFilter::try_new(wanted).unwrap_or_else(|_| EnvFilter::new("info"));
    for quiet in [
        "hyper=warn",
        "hyper_util=warn",
        "reqwest=warn",
        "h2=warn",
        "sqlx=warn",
        "actix_http=warn",
        "actix_server=warn",
        "rustls=warn",
        "html5ever=off",
        "mio=warn",
    ] {
        if let Ok(directive) = quiet.parse() {
            chosen = chosen.add_directive(directive);
        }
    }
    chosen
}

/// For people to read, or one JSON object a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

pub fn init(wanted: &str, format: LogFormat) {
    let lines = fmt::layer().with_target(true).with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    // A second call (tests that boot several applications) keeps the first.
    let _ = tracing_subscriber::registry().with(filter(wanted)).with(lines).try_init();
}

/// Upper bounds of the histograms, from a credential read to a provider at its deadline.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 30.0];

/// Rendered by `/metrics`.
pub fn metrics() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new().set_buckets(&SECONDS).unwrap_or_else(|_| PrometheusBuilder::new()).build_recorder();
    let handle = recorder.handle();
    let _ = metrics::set_global_recorder(recorder);
    handle
}
