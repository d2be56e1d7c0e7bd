//! Logs: one line an event, with the request's id; and the metrics' recorder.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

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

pub fn init(wanted: &str) {
    // A second call (tests that boot several applications) keeps the first.
    let _ =
        tracing_subscriber::registry().with(filter(wanted)).with(fmt::layer().with_target(true).with_writer(std::io::stderr)).try_init();
}

/// Rendered by `/metrics`.
pub fn metrics() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _ = metrics::set_global_recorder(recorder);
    handle
}
