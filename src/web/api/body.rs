//! A JSON body: its value, and its bytes for the hash of an idempotent request.

use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, dev::Payload, http::StatusCode, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{error::Category, json};

use crate::web::errors::Failure;

/// 415 for another media type, 413 beyond the limit, 400 for what is no JSON, 422 for JSON that says something else.
pub struct Body<T> {
    pub value: T,
    pub bytes: web::Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json =
            matches!(request.content_type().trim(), kind if kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json"));
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Failure::UnsupportedMediaType);
            }
            let bytes = bytes.await.map_err(|error| unread(&error))?;
            let value = serde_json::from_slice(&bytes).map_err(|error| mistake(&error))?;
            Ok(Self { value, bytes })
        })
    }
}

pub fn unread(error: &Error) -> Failure {
    match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::BadRequest { code: "unreadable_body", detail: "The body ended early, or its encoding is not known.".into() },
    }
}

fn mistake(error: &serde_json::Error) -> Failure {
    let at = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        Category::Data => Failure::Unprocessable { code: "unexpected_member", detail: format!("{} ({at})", what(error)), extra: json!({}) },
        Category::Syntax | Category::Eof | Category::Io => {
            Failure::BadRequest { code: "malformed_json", detail: format!("The body is not complete JSON: look at {at}.") }
        }
    }
}

/// The parser's own words where they name a member; where they would quote a value, which may be a secret, only what was expected.
fn what(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    if ["unknown field", "missing field", "duplicate field"].iter().any(|kind| said.starts_with(kind)) {
        return said.to_owned();
    }
    match said.rsplit_once(", expected ") {
        Some((_, expected)) => format!("a value of another kind was expected: {expected}"),
        None => "a value is not one that can be taken here".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        #[expect(dead_code, reason = "only its name and type are read")]
        count: i64,
    }

    fn refused(text: &str) -> Failure {
        mistake(&serde_json::from_str::<Asked>(text).unwrap_err())
    }

    #[test]
    fn an_unknown_member_is_named() {
        let Failure::Unprocessable { detail, .. } = refused(r#"{"count": 1, "colour": "red"}"#) else { panic!() };
        assert!(detail.contains("unknown field `colour`"), "{detail}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_not_repeated() {
        let Failure::Unprocessable { detail, .. } = refused(r#"{"count": "s3cret, expected nothing"}"#) else { panic!() };
        assert!(!detail.contains("s3cret") && detail.contains("i64"), "{detail}");
    }

    #[test]
    fn half_a_body_is_malformed() {
        assert!(matches!(refused(r#"{"count": "#), Failure::BadRequest { code: "malformed_json", .. }));
    }
}
