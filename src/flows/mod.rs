//! What the product does, one file an intention. Composes domain, manifest, store, vault and providers; knows no HTTP.
//!
//! A flow is earned by two callers, or by a transaction across repositories; a plain list reads the store directly.
//! Outcomes are data: a closed enum a flow. `Broken` means that we are.

mod answers;
mod context;
mod equip;
mod events;
mod readiness;
mod reads;
mod registry;
mod requirement;
mod revoke;

pub mod apply;
pub mod audit;
pub mod check;
pub mod clock;
pub mod configure;
pub mod connect;
pub mod credentials;
pub mod customers;
pub mod disconnect;
pub mod due_checks;
pub mod export;
pub mod failures;
pub mod idempotency;
pub mod instances;
pub mod keys;
pub mod life;
pub mod links;
pub mod master_keys;
pub mod overview;
pub mod prefill;
pub mod refresh;
pub mod reusable;
pub mod secrets;
pub mod sign_in;
pub mod transfer;
pub mod webhooks;

pub use context::{AuditReads, Broken, Clock, Context, Organization, Parts, Random};
pub use readiness::{NotReady, readiness};
pub use registry::Published;
pub use requirement::{Asked, SlotState, SlotSummary};

/// What is kept of a session's key.
pub fn session_key_hash(key: &str) -> [u8; 32] {
    crate::vault::digest::hash(key.as_bytes())
}

/// Removes sessions that have expired.
pub async fn purge_sessions(context: &Context) -> Result<(), Broken> {
    let mut work = context.store().begin().await?;
    work.sessions().purge(context.now()).await?;
    Ok(work.commit().await?)
}
