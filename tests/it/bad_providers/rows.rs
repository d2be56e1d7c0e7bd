//! The rows: what a token endpoint does, and what that must mean.

mod answers;
mod statuses;
mod wire;

use super::server::Step;

/// What the answer to a refresh means for the grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// There is a new token.
    Ok,
    /// It will pass: the connection stays connected, and its refresh token is sent again.
    Retry,
    /// Only a person's consent helps.
    Reconnect,
    /// Only the organization can help: its client id or secret is refused.
    Configuration,
}

pub struct Row {
    pub name: &'static str,
    /// `None`: nobody listens.
    pub steps: Option<Vec<Step>>,
    pub class: Class,
    /// Of the token address, in which `PORT` is the server's; until it behaves.
    pub address: &'static str,
    /// The refresh token that the next request sends.
    pub sends_next: &'static str,
    /// Of a new token: seconds; `None`: it names no end.
    pub life_seconds: Option<i64>,
    /// Of the caller's Retry-After.
    pub retry_after_seconds: std::ops::RangeInclusive<i64>,
}

pub const OLD_REFRESH_TOKEN: &str = "bad-providers-old-refresh";
const NEW_REFRESH_TOKEN: &str = "bad-providers-new-refresh";

impl Row {
    fn new(name: &'static str, class: Class, steps: Vec<Step>) -> Self {
        Self {
            name,
            steps: Some(steps),
            class,
            address: "http://127.0.0.1:PORT/token",
            sends_next: OLD_REFRESH_TOKEN,
            life_seconds: None,
            retry_after_seconds: 1..=3600,
        }
    }

    fn retry(name: &'static str, answer: Vec<u8>) -> Self {
        Self::new(name, Class::Retry, vec![Step::Send(answer)])
    }

    fn ok(name: &'static str, answer: Vec<u8>) -> Self {
        Self::new(name, Class::Ok, vec![Step::Send(answer)])
    }

    fn at(self, address: &'static str) -> Self {
        Self { address, ..self }
    }

    fn lives(self, seconds: i64) -> Self {
        Self { life_seconds: Some(seconds), ..self }
    }

    fn sends_next(self, sends_next: &'static str) -> Self {
        Self { sends_next, ..self }
    }

    fn retry_after(self, seconds: std::ops::RangeInclusive<i64>) -> Self {
        Self { retry_after_seconds: seconds, ..self }
    }
}

pub fn all() -> Vec<Row> {
    let answers = [answers::unreadable(), answers::readable(), answers::lives(), answers::tokens()].into_iter().flatten();
    let wire = [wire::bodies(), wire::connections(), wire::heads()].into_iter().flatten();
    statuses::rows().into_iter().chain(answers).chain(wire).collect()
}

/// `headers`: whole lines. The length is the body's own.
fn http(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub fn json(body: impl AsRef<[u8]>) -> Vec<u8> {
    http("200 OK", "content-type: application/json\r\n", body)
}

/// An answer as it should be, but for `members`.
fn granted(members: &str) -> String {
    format!(r#"{{"access_token": "bad-providers-new", "refresh_token": "{NEW_REFRESH_TOKEN}", "token_type": "Bearer"{members}}}"#)
}

/// As every provider refuses, with a text that is nobody's business.
fn refused(code: &str) -> String {
    format!(r#"{{"error": "{code}", "error_description": "bad-providers-old-refresh is <b>no good</b>"}}"#)
}
