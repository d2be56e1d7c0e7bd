//! A process that serves: known to the others by the keys it has, from before its first request until after its last.

use std::time::Duration;

use uuid::Uuid;

use super::{Promotion, SILENT_SECONDS, load, promote};
use crate::{
    domain::time::Timestamp,
    flows::{Broken, Context, refresh},
    store::Replica,
};

/// This process among the replicas.
#[derive(Debug)]
pub struct Serving {
    id: Uuid,
    name: String,
    started_at: Timestamp,
}

/// How often each says that it is there: a few times before it would be thought gone.
pub const EVERY: Duration = Duration::from_secs(10);
const PURGED_SECONDS: i64 = 3600;

/// From now on no key becomes current that this process does not know. `Err`: one just did. `name`: for people.
pub async fn enter(context: &Context, name: &str) -> Result<Result<(), String>, Broken> {
    let serving = Serving { id: Uuid::from_bytes(context.random_bytes()), name: name.to_owned(), started_at: context.now() };
    let serving = context.serving().get_or_init(|| serving);
    let mut work = context.store().begin().await?;
    work.organization().lock().await?;
    let row = work.organization().load().await?;
    let current = row.and_then(|row| row.key_check).and_then(|check| crate::vault::key_id(&check)).unwrap_or_default();
    if !context.vault().ring().make_current(&current) {
        return Ok(Err(current));
    }
    work.replicas().purge(PURGED_SECONDS).await?;
    work.replicas().note(&replica(context, serving)).await?;
    work.commit().await?;
    prefer_the_first(context).await?;
    Ok(Ok(()))
}

/// Says that this process is there, and follows the current key if it is another by now.
pub async fn tell_alive(context: &Context) -> Result<(), Broken> {
    let Some(serving) = context.serving().get() else { return Ok(()) };
    follow(context).await?;
    prefer_the_first(context).await?;
    let mut work = context.store().begin().await?;
    work.replicas().note(&replica(context, serving)).await?;
    Ok(work.commit().await?)
}

/// After its last request.
pub async fn leave(context: &Context) -> Result<(), Broken> {
    let Some(serving) = context.serving().get() else { return Ok(()) };
    let mut work = context.store().begin().await?;
    work.replicas().forget(serving.id).await?;
    Ok(work.commit().await?)
}

async fn follow(context: &Context) -> Result<(), Broken> {
    let check = load(context.store()).await?.key_check.unwrap_or_default();
    let ring = context.vault().ring();
    let current = crate::vault::key_id(&check).unwrap_or_default();
    if current != ring.current_id() {
        context.vault().follow_key_check(&check)?;
        tracing::info!(key = current, "another master key is current");
    }
    // What waits for the database is wrapped anew as well, whenever it came.
    refresh::rewrap_unsaved(context).await.map(drop)
}

async fn prefer_the_first(context: &Context) -> Result<(), Broken> {
    let ring = context.vault().ring();
    if ring.first_id() == ring.current_id() {
        return Ok(());
    }
    match promote(context, false).await? {
        Promotion::Done { from } => {
            tracing::info!(key = ring.first_id(), from, "a new master key is current: `jackfield key rotate` re-wraps what was there")
        }
        Promotion::NotKnownTo(replicas) => {
            let names: Vec<_> = replicas.iter().map(|replica| replica.name.as_str()).collect();
            tracing::warn!(key = ring.first_id(), "the first master key is not current yet: not known to {}", names.join(", "));
        }
        Promotion::WasBefore => {
            tracing::warn!(key = ring.first_id(), current = ring.current_id(), "the first master key was current before; another one is")
        }
        Promotion::Already => {}
    }
    Ok(())
}

fn replica(context: &Context, serving: &Serving) -> Replica {
    let ring = context.vault().ring();
    Replica {
        id: serving.id,
        name: serving.name.clone(),
        opens_with: ring.ids().map(ToOwned::to_owned).collect(),
        seals_with: ring.current_id().to_owned(),
        waiting_key_ids: refresh::unsaved_key_ids(context).into_iter().collect(),
        started_at: serving.started_at,
        silent_seconds: 0,
    }
}

/// Those that serve now.
pub(super) async fn replicas(context: &Context) -> Result<Vec<Replica>, Broken> {
    Ok(context.store().read().replicas().alive(SILENT_SECONDS).await?)
}
