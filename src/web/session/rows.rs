//! The rows of sessions, as the middleware wants them kept.

use std::{collections::HashMap, future::Future};

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{CUSTOMER, org_user};
use crate::{domain::access::CustomerSession, flows::Context, store::Whose};

/// Rows of `sessions`. An update never makes a row: a session revoked while a request was in flight stays revoked.
pub struct DatabaseSessions(pub Context);

pub(super) type State = HashMap<String, String>;

fn hash(key: &SessionKey) -> [u8; 32] {
    crate::flows::session_key_hash(key.as_ref())
}

fn whose(state: &State) -> Whose {
    let customer: Option<CustomerSession> = state.get(CUSTOMER).and_then(|json| serde_json::from_str(json).ok());
    Whose {
        org_user: org_user::id_in(state).map(|id| id.to_string()),
        customer_user: customer.and_then(|visit| visit.user_id).map(|id| id.to_string()),
    }
}

impl SessionStore for DatabaseSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let found = self.0.store().read().sessions().load(&hash(key), self.0.now()).await.map_err(|e| LoadError::Other(e.into()))?;
        found.map(|json| serde_json::from_str(&json)).transpose().map_err(|e| LoadError::Deserialization(e.into()))
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let text = URL_SAFE_NO_PAD.encode(self.0.random_bytes::<32>());
        let key = SessionKey::try_from(text).map_err(|e| SaveError::Other(e.into()))?;
        let json = serde_json::to_string(&state).map_err(|e| SaveError::Serialization(e.into()))?;
        let (now, whose) = (self.0.now(), whose(&state));
        let saved = async {
            let mut work = self.0.store().begin().await?;
            work.sessions().insert(&hash(&key), &json, &whose, now.plus_seconds(ttl.whole_seconds()), now).await?;
            work.commit().await
        };
        saved.await.map_err(|e| SaveError::Other(e.into()))?;
        Ok(key)
    }

    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        let json = serde_json::to_string(&state).map_err(|e| UpdateError::Serialization(e.into()))?;
        let whose = whose(&state);
        let saved = async {
            let mut work = self.0.store().begin().await?;
            let until = self.0.now().plus_seconds(ttl.whole_seconds());
            work.sessions().update(&hash(&key), &json, &whose, until).await?;
            work.commit().await
        };
        saved.await.map_err(|e| UpdateError::Other(e.into()))?;
        Ok(key)
    }

    fn update_ttl(&self, key: &SessionKey, ttl: &Duration) -> impl Future<Output = Result<(), Broken>> {
        let (hash, until) = (hash(key), self.0.now().plus_seconds(ttl.whole_seconds()));
        async move {
            let mut work = self.0.store().begin().await?;
            work.sessions().touch(&hash, until).await?;
            Ok(work.commit().await?)
        }
    }

    fn delete(&self, key: &SessionKey) -> impl Future<Output = Result<(), Broken>> {
        let hash = hash(key);
        async move {
            let mut work = self.0.store().begin().await?;
            work.sessions().delete(&hash).await?;
            Ok(work.commit().await?)
        }
    }
}

/// The error type that actix-session's trait asks for.
type Broken = anyhow::Error;
