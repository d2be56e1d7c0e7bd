//! API keys: made once, told once, kept as a hash. And the count of what they read.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{Broken, Context, reads::Counts};
use crate::{
    domain::{
        access::{Actor, ApiKey, ApiScope, KeyReach},
        audit::AuditAction,
        customer::Customer,
        ids::{ApiKeyId, ConnectionId},
        time::Timestamp,
    },
    store::Trouble,
    vault::digest,
};

/// `scopes`: none means all.
pub async fn create(context: &Context, actor: &Actor, name: &str, scopes: BTreeSet<ApiScope>) -> Result<(ApiKey, SecretString), Broken> {
    let scopes = if scopes.is_empty() { ApiScope::OF_ORGANIZATION.into() } else { scopes };
    let (key, secret) = made(context, name, KeyReach::Organization, scopes, None);
    let mut work = context.store().begin().await?;
    work.api_keys().insert(&key).await?;
    context.record(&mut work, &context.event(actor, AuditAction::ApiKeyCreated, json!({"api_key": key.id, "name": name}))).await?;
    work.commit().await?;
    Ok((key, secret))
}

/// A token for a builder of this customer's workflows; `scopes`: of `ApiScope::OF_CUSTOMER`.
pub async fn create_token(
    context: &Context,
    actor: &Actor,
    customer: &Customer,
    scopes: BTreeSet<ApiScope>,
    expires_at: Timestamp,
) -> Result<SecretString, Broken> {
    let (key, secret) = made(context, "workflows", KeyReach::Workflows(customer.id), scopes, Some(expires_at));
    let mut work = context.store().begin().await?;
    work.api_keys().purge(context.now()).await?;
    work.api_keys().insert(&key).await?;
    let detail = json!({"api_key": key.id, "scopes": key.scopes, "expires_at": expires_at});
    context.record(&mut work, &context.customer_event(actor, AuditAction::ApiKeyCreated, customer.id, detail)).await?;
    work.commit().await?;
    Ok(secret)
}

fn made(
    context: &Context,
    name: &str,
    reach: KeyReach,
    scopes: BTreeSet<ApiScope>,
    expires_at: Option<Timestamp>,
) -> (ApiKey, SecretString) {
    let secret = SecretString::from(format!("jf_{}", context.random_token().expose_secret()));
    let key = ApiKey {
        id: context.new_api_key_id(),
        name: name.to_owned(),
        reach,
        key_hash: digest::hash(secret.expose_secret().as_bytes()),
        scopes,
        created_at: context.now(),
        revoked_at: None,
        expires_at,
        used_at: None,
    };
    (key, secret)
}

/// False: it is not there, or was revoked before. It works for a second more: see `KnownKeys`.
pub async fn revoke(context: &Context, actor: &Actor, id: ApiKeyId) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    if !work.api_keys().revoke(id, context.now()).await? {
        return Ok(false);
    }
    context.record(&mut work, &context.event(actor, AuditAction::ApiKeyRevoked, json!({"api_key": id}))).await?;
    work.commit().await?;
    Ok(true)
}

/// `None`: no such key, or one that was revoked or has ended.
pub async fn authenticate(context: &Context, presented: &str) -> Result<Option<Arc<ApiKey>>, Broken> {
    let hash = digest::hash(presented.as_bytes());
    let now = context.now();
    if let Some(key) = context.known_keys().find(&hash, now) {
        return Ok(Some(key).filter(|key| key.is_live(now)));
    }
    let found = context.store().read().api_keys().find_by_hash(&hash).await?.filter(|key| key.is_live(now)).map(Arc::new);
    if let Some(key) = &found {
        context.known_keys().keep(Arc::clone(key), now);
        context.reads().key_used(key.id, now);
    }
    Ok(found)
}

const KNOWN_FOR_MILLIS: i64 = 1_000;

/// Keys found within the last second, by hash, with the time they were found at. A revoked key works for that much longer at
/// most, and a step that reads credential after credential costs one look-up a second.
#[derive(Default)]
pub struct KnownKeys(Mutex<HashMap<[u8; 32], Found>>);

/// A key, and when it was found.
type Found = (Arc<ApiKey>, Timestamp);

impl KnownKeys {
    fn find(&self, hash: &[u8; 32], now: Timestamp) -> Option<Arc<ApiKey>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(hash).filter(|(_, found_at)| is_fresh(*found_at, now)).map(|(key, _)| Arc::clone(key))
    }

    fn keep(&self, key: Arc<ApiKey>, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, found_at)| is_fresh(*found_at, now));
        known.insert(key.key_hash, (key, now));
    }
}

/// A clock that was set back makes nothing fresh.
fn is_fresh(found_at: Timestamp, now: Timestamp) -> bool {
    (0..KNOWN_FOR_MILLIS).contains(&(now.as_millis() - found_at.as_millis()))
}

const MINUTE_MILLIS: i64 = 60_000;

impl Context {
    /// Summed by connection, key and minute, and written within a second: the read path itself writes nothing.
    pub(super) fn count_read(&self, connection_id: ConnectionId, api_key_id: ApiKeyId) {
        let minute = self.now().as_millis() / MINUTE_MILLIS;
        self.reads().add(connection_id, api_key_id, minute);
    }

    /// Writes the counted reads; called every half second, and once more at the end.
    pub async fn flush_reads(&self) -> Result<(), Broken> {
        let (counted, used) = (self.reads().take(), self.reads().take_used());
        if counted.is_empty() && used.is_empty() {
            return Ok(());
        }
        let written = self.write_reads(&counted, &used).await;
        // What can never be written is not kept.
        if written.as_ref().is_err_and(|broken| broken.trouble() != Trouble::Fault) {
            self.reads().put_back(counted);
        }
        written
    }

    async fn write_reads(&self, counted: &Counts, used: &HashMap<ApiKeyId, Timestamp>) -> Result<(), Broken> {
        let mut work = self.store().begin().await?;
        for (key, at) in used {
            work.api_keys().used(*key, *at).await?;
        }
        for ((connection_id, api_key_id, minute), count) in counted {
            work.credential_reads().add(*connection_id, *api_key_id, *minute, *count).await?;
        }
        Ok(work.commit().await?)
    }
}
