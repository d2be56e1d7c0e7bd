//! The connectors that ship with the binary: which of them are applied, and applying one.

use std::sync::Arc;

use super::{
    Broken, Context,
    apply::{self, Applied, Options},
};
use crate::{
    domain::{access::Actor, connector::Connector, key::Key},
    manifest::{Kind, ValidateOnly, catalogue},
};

pub struct Entry {
    pub connector: Arc<Connector>,
    pub state: EntryState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    New,
    Added,
    /// One of this key is applied, and says something else: an older edition of it, or the organization's own.
    Differs,
}

/// By name.
pub async fn list(context: &Context) -> Result<Vec<Entry>, Broken> {
    let applied = context.store().read().documents().list_current(Kind::Connector.as_str()).await?;
    let entry = |(connector, body): (Arc<Connector>, serde_json::Value)| {
        let state = match applied.iter().find(|document| document.key == connector.key.as_str()) {
            None => EntryState::New,
            Some(document) if document.body == body => EntryState::Added,
            Some(_) => EntryState::Differs,
        };
        Entry { connector, state }
    };
    Ok(catalogue::connectors().into_iter().map(entry).collect())
}

/// What is there of this key is replaced. `None`: the catalogue has no such connector.
pub async fn add(context: &Context, actor: &Actor, key: &Key) -> Result<Option<Arc<Connector>>, Broken> {
    let Some(source) = catalogue::source(key) else { return Ok(None) };
    match apply::apply(context, actor, &[source], &ValidateOnly, Options::default()).await? {
        Applied::Changes(_) => context.current_connector(key).await,
        Applied::Refused(errors) => {
            Err(Broken::Inconsistent(errors.first().map_or_else(|| "the catalogue".to_owned(), |error| error.message.clone())))
        }
    }
}
