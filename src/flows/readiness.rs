//! Whether this process can do its work: migrated, reading, writing, with the key that is current.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::{Broken, Context, master_keys};
use crate::{domain::time::Timestamp, store::Trouble};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReady {
    Database(Trouble),
    MigrationsWait,
    /// It is a standby, or was told to only read.
    ReadOnly,
    /// Another master key became current, and this process does not know it.
    Key,
}

const PROVEN_FOR_MILLIS: i64 = 1_000;

#[derive(Default)]
pub struct Writing {
    /// When a probe last succeeded. Who asks too often costs one write a second.
    proven_at_millis: AtomicI64,
    /// A save found no room since somebody last asked. A probe is small: it may still fit where no save does.
    has_no_room: AtomicBool,
}

impl Writing {
    /// A clock that was set back proves nothing.
    fn is_proven(&self, now: Timestamp) -> bool {
        (0..PROVEN_FOR_MILLIS).contains(&(now.as_millis() - self.proven_at_millis.load(Ordering::Relaxed)))
    }
}

impl Context {
    /// What a request failed of.
    pub fn note_failure(&self, broken: &Broken) {
        if broken.trouble() == Trouble::NoRoom {
            self.writing().has_no_room.store(true, Ordering::Relaxed);
        }
    }
}

pub async fn readiness(context: &Context) -> Result<(), NotReady> {
    let (now, writing) = (context.now(), context.writing());
    if writing.has_no_room.swap(false, Ordering::Relaxed) {
        return Err(NotReady::Database(Trouble::NoRoom));
    }
    if writing.is_proven(now) {
        return Ok(());
    }
    let pending = context.store().pending_migrations().await.map_err(|error| NotReady::Database(error.trouble()))?;
    if !pending.is_empty() {
        return Err(NotReady::MigrationsWait);
    }
    context.store().probe().await.map_err(|error| match error.is_read_only() {
        true => NotReady::ReadOnly,
        false => NotReady::Database(error.trouble()),
    })?;
    match master_keys::knows_current(context).await {
        Ok(true) => {}
        Ok(false) => return Err(NotReady::Key),
        Err(broken) => return Err(NotReady::Database(broken.trouble())),
    }
    writing.proven_at_millis.store(now.as_millis(), Ordering::Relaxed);
    Ok(())
}
