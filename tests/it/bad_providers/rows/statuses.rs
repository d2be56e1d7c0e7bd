//! Statuses, and what stands in the body beside them.

use super::{
    Class::{self, Configuration, Reconnect, Retry},
    Row, Step, granted, http, json, refused,
};

const HTML: &str = "<!doctype html><title>Maintenance of bad-providers-old</title>";
const AS_HTML: &str = "content-type: text/html\r\n";
const AS_JSON: &str = "content-type: application/json\r\n";

pub fn rows() -> Vec<Row> {
    [down(), too_often(), refusals(), pages(), redirects()].into_iter().flatten().collect()
}

fn down() -> Vec<Row> {
    vec![
        Row::retry("500", http("500 Oops", "", "")),
        Row::retry("500 with a whole token", http("500 Oops", AS_JSON, granted(""))),
        Row::retry("501", http("501 Not Implemented", "", "")),
        Row::retry("502 with a page", http("502 Bad Gateway", AS_HTML, HTML)),
        Row::retry("503", http("503 Service Unavailable", "", "")),
        Row::retry("503, Retry-After: 120", http("503 Service Unavailable", "retry-after: 120\r\n", "")).retry_after(110..=3600),
        Row::retry("503 that says invalid_grant", http("503 Service Unavailable", AS_JSON, refused("invalid_grant"))),
        Row::retry("504", http("504 Gateway Timeout", "", "")),
        Row::retry("599", http("599 Whatever", "", "")),
        Row::retry("408", http("408 Request Timeout", "", "")),
    ]
}

fn too_often() -> Vec<Row> {
    let answer = |retry_after: &str| http("429 Too Many Requests", &format!("retry-after: {retry_after}\r\n"), refused("invalid_grant"));
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(300);
    let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap();
    vec![
        Row::retry("429", http("429 Too Many Requests", "", "")),
        Row::retry("429, Retry-After: 90", answer("90")).retry_after(80..=3600),
        Row::retry("429, Retry-After: in 5 minutes, as a date", answer(&date)).retry_after(270..=3600),
        Row::retry("429, Retry-After: a date long gone", answer("Wed, 21 Oct 2015 07:28:00 GMT")),
        Row::retry("429, Retry-After: 99999999", answer("99999999")).retry_after(1800..=3600),
        Row::retry("429, Retry-After: 99999999999999999999", answer("99999999999999999999")),
        Row::retry("429, Retry-After: -5", answer("-5")),
        Row::retry("429, Retry-After: soon", answer("soon")),
    ]
}

fn refusals() -> Vec<Row> {
    let say = |name, class: Class, status: &str, code: &str| Row::new(name, class, vec![Step::Send(http(status, AS_JSON, refused(code)))]);
    vec![
        say("400 invalid_grant", Reconnect, "400 Bad Request", "invalid_grant"),
        say("200 with invalid_grant inside", Reconnect, "200 OK", "invalid_grant"),
        say("401 invalid_grant", Reconnect, "401 Unauthorized", "invalid_grant"),
        say("401 invalid_client", Configuration, "401 Unauthorized", "invalid_client"),
        say("400 invalid_client", Configuration, "400 Bad Request", "invalid_client"),
        say("200 with invalid_client inside", Configuration, "200 OK", "invalid_client"),
        say("200 with server_error inside", Retry, "200 OK", "server_error"),
        say("400 temporarily_unavailable", Retry, "400 Bad Request", "temporarily_unavailable"),
        say("400 with a code nobody knows", Retry, "400 Bad Request", "flux_capacitor_low"),
        say("400 with a sentence for a code", Retry, "400 Bad Request", "Your bad-providers-old-refresh is not valid"),
        Row::retry("400 with an object for a code", http("400 Bad Request", AS_JSON, r#"{"error": {"code": "invalid_grant"}}"#)),
    ]
}

fn pages() -> Vec<Row> {
    vec![
        Row::retry("200 with a page", http("200 OK", AS_HTML, HTML)),
        Row::retry("200 with a page that says it is JSON", json(HTML)),
        Row::retry("204", b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
        Row::retry("400, empty", http("400 Bad Request", "", "")),
        Row::retry("401 with a page", http("401 Unauthorized", AS_HTML, HTML)),
        Row::retry("403 with a page", http("403 Forbidden", AS_HTML, HTML)),
        Row::retry("404 with a page", http("404 Not Found", AS_HTML, HTML)),
    ]
}

/// Followed nowhere: the way of a token is the one that the manifest says.
fn redirects() -> Vec<Row> {
    let to = |name, status: &str, location: &str| Row::retry(name, http(status, &format!("location: {location}\r\n"), ""));
    vec![
        to("301", "301 Moved Permanently", "/elsewhere"),
        to("302", "302 Found", "/elsewhere"),
        to("303", "303 See Other", "/elsewhere"),
        to("307", "307 Temporary Redirect", "/elsewhere"),
        to("308", "308 Permanent Redirect", "/elsewhere"),
        to("307 to a private address", "307 Temporary Redirect", "http://169.254.169.254/latest/meta-data/"),
        to("302 to itself", "302 Found", "/token"),
        to("302 to no address", "302 Found", "\u{7f}://"),
    ]
}
