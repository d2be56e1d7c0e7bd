//! Counts tries to sign in, and tells who has to wait. A try counts as failed until it has succeeded.

use super::{Broken, Context};
use crate::{
    domain::pause::{OF_ACCOUNT, OF_PLACE, Pauses},
    store::UnitOfWork,
    vault::digest,
};

/// What one try is counted for.
pub(super) struct Tries<'a> {
    context: &'a Context,
    /// The narrowest first: where it has succeeded lately, the others do not count.
    counted: Vec<([u8; 32], Pauses)>,
}

fn key(parts: &[&str]) -> [u8; 32] {
    digest::hash(parts.join("\0"))
}

impl<'a> Tries<'a> {
    /// By account and network, and by account.
    pub fn of_password(context: &'a Context, kind: &str, email: &str, network: &str) -> Self {
        Self { context, counted: vec![(key(&[kind, email, network]), OF_PLACE), (key(&[kind, email]), OF_ACCOUNT)] }
    }

    pub fn of_one(context: &'a Context, pauses: Pauses, parts: &[&str]) -> Self {
        Self { context, counted: vec![(key(parts), pauses)] }
    }

    /// `Some`: seconds to wait; nothing is to be tried.
    pub async fn begin(&self) -> Result<Option<i64>, Broken> {
        let now = self.context.now();
        let mut work = self.context.store().begin().await?;
        let mut is_known = false;
        for (place, (key, pauses)) in self.counted.iter().enumerate() {
            if is_known {
                break;
            }
            if let Some(until) = work.sign_in_pauses().count(key, *pauses, now).await? {
                return Ok(Some(now.seconds_until(until).max(0) + 1));
            }
            is_known = place == 0 && work.sign_in_pauses().is_known(key, now).await?;
        }
        work.commit().await?;
        Ok(None)
    }

    pub async fn succeeded(&self, work: &mut UnitOfWork) -> Result<(), Broken> {
        for (key, _) in &self.counted {
            work.sign_in_pauses().succeed(key, self.context.now()).await?;
        }
        Ok(())
    }
}
