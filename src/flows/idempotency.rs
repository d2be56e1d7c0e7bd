//! A repeated request has one effect: what the first one made is noted under its `Idempotency-Key`, in the transaction that made it.
//!
//! Noted is the id, not the answer: a replay is answered from the row as it is now. Only successes are noted, so that a refused
//! request may be mended and sent again. Links are not noted: their address is a secret, told once and stored nowhere.

use super::{Broken, Context};
use crate::{
    domain::ids::ApiKeyId,
    store::{StoredAnswer, UnitOfWork},
    vault::digest,
};

/// A request that its caller named, with the hash of what it asked.
#[derive(Clone, Debug)]
pub struct Once {
    api_key_id: ApiKeyId,
    key: String,
    request_hash: [u8; 32],
}

/// What came of a request that may have been sent before.
pub enum Idempotent<T> {
    Now(T),
    /// It was done before; the id of what it made.
    Before(String),
    /// The key was used for another request.
    Reused,
}

impl Once {
    /// `call`: what was asked for (`POST /instances`); one key may not serve two calls.
    pub fn new(api_key_id: ApiKeyId, key: String, call: &str, body: &[u8]) -> Self {
        let request_hash = digest::hash([call.as_bytes(), b"\n", body].concat());
        Self { api_key_id, key, request_hash }
    }

    fn compare<T>(&self, noted: StoredAnswer) -> Idempotent<T> {
        if noted.request_hash == self.request_hash { Idempotent::Before(noted.body) } else { Idempotent::Reused }
    }
}

/// `None`: it was not done before, as far as can be seen outside of a transaction.
pub(super) async fn recall<T>(context: &Context, once: Option<&Once>) -> Result<Option<Idempotent<T>>, Broken> {
    let Some(once) = once else { return Ok(None) };
    let noted = context.store().read().idempotency().find(once.api_key_id, &once.key).await?;
    Ok(noted.map(|noted| once.compare(noted)))
}

const CREATED: u16 = 201;

/// `Some`: the same request ran beside this one, and came first. Then the work must be dropped.
pub(super) async fn note<T>(
    context: &Context,
    work: &mut UnitOfWork,
    once: Option<&Once>,
    made: String,
) -> Result<Option<Idempotent<T>>, Broken> {
    let Some(once) = once else { return Ok(None) };
    let answer = StoredAnswer { request_hash: once.request_hash, status: CREATED, body: made };
    if work.idempotency().insert(once.api_key_id, &once.key, &answer, context.now()).await?.is_inserted() {
        return Ok(None);
    }
    let noted = work.idempotency().find(once.api_key_id, &once.key).await?;
    let noted = noted.ok_or_else(|| Broken::Inconsistent("an idempotency key is taken and yet not there".into()))?;
    Ok(Some(once.compare(noted)))
}
