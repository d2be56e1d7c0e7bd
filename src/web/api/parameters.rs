//! What stands in paths, queries and headers of API calls.

use std::{fmt::Display, str::FromStr};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::QueryPayloadError,
    http::header::{self, HeaderName},
};
use futures_util::future::{Ready, ready};
use serde::Serialize;
use url::form_urlencoded;

use super::Listing;
use crate::{
    domain::{
        connection::{ConnectionOwner, ConnectionRef},
        customer::CustomerRef,
        customer_user::CustomerUserRef,
        ids::InstanceId,
        key::Key,
    },
    flows::idempotency::Once,
    web::{access::ApiCaller, errors::Failure},
};

/// An id that is none can only be one that does not exist.
pub fn instance_id(text: &str) -> Result<InstanceId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// The connection that a path names: `{instance}` and `{slot}`, with `?user=` where the slot is each user's own; `{connection}`, `{integration}` and `{slot}` for the test values
/// of a slot, `{definition}` for those of a reusable connection.
pub struct At(pub ConnectionRef);

impl FromRequest for At {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(named(request).map(Self).ok_or(Failure::NotFound))
    }
}

fn named(request: &HttpRequest) -> Option<ConnectionRef> {
    let part = |name| Some(percent_encoding::percent_decode_str(request.match_info().get(name)?).decode_utf8().ok()?.into_owned());
    let key = |name| Key::parse(part(name)?).ok();
    if let Some(id) = part("connection") {
        return id.parse().map(ConnectionRef::Id).ok();
    }
    if let Some(definition) = key("definition") {
        return Some(ConnectionRef::Of(ConnectionOwner::DefinitionTest { definition }));
    }
    if let Some(integration) = key("integration") {
        return Some(ConnectionRef::Of(ConnectionOwner::Test { integration, slot: key("slot")? }));
    }
    let (instance_id, slot) = (part("instance")?.parse().ok()?, part("slot")?);
    match form_urlencoded::parse(request.query_string().as_bytes()).find(|(name, _)| name == "user") {
        Some((_, user)) => Some(ConnectionRef::OfUser { instance_id, slot, user: CustomerUserRef::parse(&user)? }),
        None => Some(ConnectionRef::Slot { instance_id, slot }),
    }
}

/// An id of ours, or `external:{external_id}`.
pub fn customer_ref(text: &str) -> Result<CustomerRef, Failure> {
    CustomerRef::parse(text).ok_or(Failure::NotFound)
}

/// For `web::QueryConfig`.
pub fn refused(error: &QueryPayloadError) -> Failure {
    let QueryPayloadError::Deserialize(error) = error else {
        return Failure::BadRequest { code: "bad_query", detail: "The query could not be read.".into() };
    };
    Failure::BadRequest { code: "bad_query", detail: format!("The query could not be read: {error}") }
}

const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 200;

/// Which part of a list is wanted; `C` is what its rows are ordered by.
pub struct Page<C> {
    pub limit: i64,
    pub cursor: Option<C>,
}

impl<C: FromStr + Display> Page<C> {
    pub fn new(limit: Option<i64>, cursor: Option<&str>) -> Result<Self, Failure> {
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Failure::BadRequest { code: "bad_limit", detail: format!("`limit` is a number from 1 to {LIMIT_MAX}.") });
        }
        let cursor = cursor.map(str::parse).transpose();
        let cursor =
            cursor.map_err(|_| Failure::BadRequest { code: "bad_cursor", detail: "`cursor` is what `next_cursor` said.".into() })?;
        Ok(Self { limit, cursor })
    }

    /// One row more than wanted shows whether there is a next page.
    pub const fn rows_to_read(&self) -> i64 {
        self.limit + 1
    }

    /// Cuts the one row too many off, and says where the next page begins.
    pub fn cut<R>(&self, rows: &mut Vec<R>, cursor_of: impl Fn(&R) -> C) -> Option<String> {
        let wanted = usize::try_from(self.limit).unwrap_or_default();
        if rows.len() <= wanted {
            return None;
        }
        rows.truncate(wanted);
        rows.last().map(|row| cursor_of(row).to_string())
    }

    pub(super) fn listing<R, T: Serialize>(&self, mut rows: Vec<R>, cursor_of: impl Fn(&R) -> C, shape: impl Fn(R) -> T) -> Listing<T> {
        let next_cursor = self.cut(&mut rows, cursor_of);
        Listing { items: rows.into_iter().map(shape).collect(), next_cursor }
    }
}

/// The revision that `If-Match` names; `None` without one, and for `*`.
pub struct IfMatch(pub Option<i64>);

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(tag) = request.headers().get(header::IF_MATCH) else { return ready(Ok(Self(None))) };
        let tag = tag.to_str().unwrap_or_default().trim();
        let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|tag| tag.parse().ok());
        // A tag that none of ours can be matches nothing.
        ready(if tag == "*" { Ok(Self(None)) } else { revision.map(|r| Self(Some(r))).ok_or(Failure::PreconditionFailed) })
    }
}

/// `ETag` of a row.
pub fn etag(revision: i64) -> (HeaderName, String) {
    (header::ETAG, format!("\"{revision}\""))
}

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_KEY_MAX: usize = 255;

/// The `Idempotency-Key` of a POST, if it has one.
pub struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// `call`: what is asked for, such as `POST /customers`.
    pub fn once(self, caller: &ApiCaller, call: &str, body: &[u8]) -> Option<Once> {
        self.0.map(|key| Once::new(caller.key.id, key, call, body))
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(key) = request.headers().get(&IDEMPOTENCY_KEY) else { return ready(Ok(Self(None))) };
        let key = key.to_str().ok().filter(|key| (1..=IDEMPOTENCY_KEY_MAX).contains(&key.len()));
        let refused = || Failure::BadRequest {
            code: "bad_idempotency_key",
            detail: format!("`Idempotency-Key` has 1 to {IDEMPOTENCY_KEY_MAX} printable ASCII characters."),
        };
        ready(key.map(|key| Self(Some(key.to_owned()))).ok_or_else(refused))
    }
}

/// 422: the key was used for another request.
pub fn reused() -> Failure {
    Failure::Unprocessable {
        code: "idempotency_key_reused",
        detail: "This `Idempotency-Key` was used for another request. Use a new one.".into(),
        extra: serde_json::json!({}),
    }
}
