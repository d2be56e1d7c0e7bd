//! Answers that the database would not take: sealed in memory and in the spool, until it does. Meanwhile nobody asks again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::persist::{self, Answer, Saved};
use crate::{
    domain::{
        credential::{SealedSecret, SecretField},
        ids::ConnectionId,
    },
    flows::{Broken, Context},
    store::Lease,
};

/// By connection, and by the fence under which each was obtained; that is also the revision it is sealed for.
#[derive(Default)]
pub struct Unsaved(Mutex<BTreeMap<(ConnectionId, i64), SealedSecret>>);

impl Unsaved {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(ConnectionId, i64), SealedSecret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, id: ConnectionId) -> Vec<SealedSecret> {
        self.lock().range((id, i64::MIN)..=(id, i64::MAX)).map(|(_, sealed)| sealed.clone()).collect()
    }

    pub fn holds(&self, id: ConnectionId) -> bool {
        self.lock().range((id, i64::MIN)..=(id, i64::MAX)).next().is_some()
    }
}

pub(super) async fn put(context: &Context, lease: Lease, answer: &Answer) {
    let Ok(text) = answer.write() else {
        tracing::error!(connection = %lease.id, "a new token could not be written down");
        return;
    };
    let sealed = context.vault().seal(place(context, lease.id, lease.fence), &text);
    context.unsaved().lock().insert((lease.id, lease.fence), sealed.clone());
    if let Err(error) = context.spool().put(lease.id, &sealed).await {
        tracing::error!(connection = %lease.id, %error, "a new token could not be spooled; it is in memory only");
    }
}

fn place(context: &Context, id: ConnectionId, fence: i64) -> crate::domain::credential::SecretPlace {
    context.vault().place(uuid::Uuid::nil(), id.as_uuid(), SecretField::Unsaved, fence)
}

/// Reads the spool, at start, before anything is refreshed.
pub async fn restore(context: &Context) -> std::io::Result<()> {
    if context.spool().is_nowhere() {
        tracing::warn!("JACKFIELD_SPOOL_DIR is not set: a new token that the database does not take is kept in memory only");
    }
    let spooled = context.spool().list().await?;
    context.unsaved().lock().extend(spooled.into_iter().map(|(id, sealed)| ((id, sealed.revision()), sealed)));
    settle(context).await;
    Ok(())
}

/// The ids of the master keys that what waits here is wrapped with.
pub fn key_ids(context: &Context) -> BTreeSet<String> {
    context.unsaved().lock().values().map(|sealed| sealed.key_id().to_owned()).collect()
}

/// What waits under another master key than the current one, in memory or in the spool, is wrapped with that. How many did.
pub async fn rewrap(context: &Context) -> Result<u64, Broken> {
    let mut waiting: BTreeMap<_, _> = spooled(context).await?.into_iter().collect();
    waiting.extend(context.unsaved().lock().iter().map(|(key, sealed)| (*key, sealed.clone())));
    waiting.retain(|_, sealed| !context.vault().is_current(sealed));
    for ((id, fence), sealed) in &waiting {
        let rewrapped = context.vault().rewrap(&place(context, *id, *fence), sealed)?;
        context.spool().put(*id, &rewrapped).await.map_err(|error| Broken::Inconsistent(format!("the spool: {error}")))?;
        context.unsaved().lock().entry((*id, *fence)).and_modify(|kept| *kept = rewrapped);
    }
    Ok(waiting.len() as u64)
}

/// What lies in the spool of this machine.
async fn spooled(context: &Context) -> Result<Vec<((ConnectionId, i64), SealedSecret)>, Broken> {
    let spooled = context.spool().list().await.map_err(|error| Broken::Inconsistent(format!("the spool: {error}")))?;
    Ok(spooled.into_iter().map(|(id, sealed)| ((id, sealed.revision()), sealed)).collect())
}

/// Tries to save everything that waits.
pub async fn settle(context: &Context) {
    let waiting: Vec<ConnectionId> = context.unsaved().lock().keys().map(|(id, _)| *id).collect();
    for id in waiting {
        settle_one(context, id).await;
    }
}

/// True: nothing of this connection waits any more.
pub(super) async fn settle_one(context: &Context, id: ConnectionId) -> bool {
    for sealed in context.unsaved().of(id) {
        let fence = sealed.revision();
        match try_again(context, id, &sealed).await {
            Ok(Saved::Whole | Saved::Overtaken) => {
                if let Err(error) = context.spool().remove(id, fence).await {
                    tracing::warn!(connection = %id, %error, "a spooled token that is saved could not be removed");
                }
                context.unsaved().lock().remove(&(id, fence));
            }
            Ok(Saved::NotYet) => {}
            Err(error) => tracing::warn!(connection = %id, %error, "a kept token still cannot be saved"),
        }
    }
    !context.unsaved().holds(id)
}

async fn try_again(context: &Context, id: ConnectionId, sealed: &SealedSecret) -> Result<Saved, Broken> {
    let text = match context.vault().open(&place(context, id, sealed.revision()), sealed) {
        Ok(text) => text,
        Err(error) => {
            // Its file stays for whoever has the key; but it must not stand in the way for ever.
            context.unsaved().lock().remove(&(id, sealed.revision()));
            return Err(error.into());
        }
    };
    let answer = Answer::read(&text).map_err(|_| Broken::Inconsistent("a spooled token is of another version".into()))?;
    persist::save(context, id, sealed.revision(), &answer).await
}
