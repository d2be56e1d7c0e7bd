//! Someone's sessions, as a page lists them.

use actix_session::Session;

use super::{
    org_user::{ORIGIN, Origin},
    rows::State,
};
use crate::{domain::time::Timestamp, flows::Context, web::errors::Failure};

#[derive(Clone, Debug)]
pub struct SessionLine {
    /// Names it in a form; opens nothing.
    pub id: String,
    /// As the browser called itself.
    pub agent: String,
    pub address: String,
    pub began_at: Timestamp,
    /// The one that asks.
    pub is_own: bool,
}

/// `whose`: the id of an org user or a customer user. Newest first.
pub async fn list(context: &Context, own: &Session, whose: &str) -> Result<Vec<SessionLine>, Failure> {
    let own = own.get::<Origin>(ORIGIN).ok().flatten().map(|origin| origin.id);
    let rows = context.store().read().sessions().list(whose, context.now()).await?;
    let line = |(_, state, began_at): ([u8; 32], String, Timestamp)| {
        let Origin { id, agent, address } = origin_in(&state).unwrap_or_default();
        SessionLine { is_own: own.as_ref() == Some(&id), id, agent, address, began_at }
    };
    Ok(rows.into_iter().map(line).collect())
}

/// The stored hash of the one that a form named. `None`: it is not theirs, or ended.
pub async fn key_hash_of(context: &Context, whose: &str, id: &str) -> Result<Option<[u8; 32]>, Failure> {
    let rows = context.store().read().sessions().list(whose, context.now()).await?;
    Ok(rows.into_iter().find(|(_, state, _)| origin_in(state).is_some_and(|origin| origin.id == id)).map(|(hash, ..)| hash))
}

fn origin_in(state: &str) -> Option<Origin> {
    let state: State = serde_json::from_str(state).ok()?;
    serde_json::from_str(state.get(ORIGIN)?).ok()
}
