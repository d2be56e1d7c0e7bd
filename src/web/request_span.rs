//! What the log says of a request: its route, never its address, which may hold a link's token or an authorization code.

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use tokio::time::Instant;
use tracing::{Span, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};

pub struct RequestSpan;

struct Began(Instant);

/// The row of the table that it went to.
struct Route(&'static str);

/// What has no name (a 404) is `none`. Who knows the row says so: actix would try all patterns anew to find it.
pub fn name(request: &HttpRequest, route: &'static str) {
    request.extensions_mut().insert(Route(route));
    Span::current().record("route", route);
}

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        request.extensions_mut().insert(Began(Instant::now()));
        let request_id = request.extensions().get::<RequestId>().copied().map(tracing::field::display);
        tracing::info_span!("request", method = %request.method(), route = Empty, request_id, status = Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        if let Ok(response) = outcome {
            let extensions = response.request().extensions();
            let route = extensions.get().map_or("none", |Route(route)| *route);
            if let Some(Began(began)) = extensions.get() {
                metrics::histogram!("jackfield_http_request_seconds", "route" => route).record(began.elapsed());
            }
        }
        metrics::counter!("jackfield_http_requests_total", "status" => status.as_str().to_owned()).increment(1);
    }
}
