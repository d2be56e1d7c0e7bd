//! What the product does, one file an intention. Composes domain, manifest, store, vault and providers; knows no HTTP.
//!
//! A flow is earned by two callers, or by a transaction across repositories; a plain list reads the store directly.
//! Outcomes are data: a closed enum a flow. `Broken` means that we are. Whoever is to be written to: `mail::queue`.

mod answers;
mod context;
mod equip;
mod events;
mod passwords;
mod pauses;
mod readiness;
mod reads;
mod registry;
mod requirement;
mod revoke;

pub mod acting;
pub mod alerts;
pub mod applied;
pub mod activity;
pub mod apply;
pub mod audit;
pub mod bulk_checks;
pub mod catalogue;
pub mod check;
pub mod clock;
pub mod configure;
pub mod connect;
pub mod credentials;
pub mod customer_sso;
pub mod customer_users;
pub mod csv;
pub mod customers;
pub mod disconnect;
pub mod due_checks;
pub mod entered;
pub mod export;
pub mod failures;
pub mod funnel;
pub mod home;
pub mod idempotency;
pub mod import;
pub mod instances;
pub mod invitations;
pub mod keys;
pub mod life;
pub mod links;
pub mod mail;
pub mod master_keys;
pub mod org_users;
pub mod matrix;
pub mod prefill;
pub mod presets;
pub mod refresh;
pub mod repair;
pub mod replaced;
pub mod reusable;
pub mod secrets;
pub mod settings;
pub mod second_step;
pub mod sign_in;
pub mod slot_tests;
pub mod sso;
pub mod transfer;
pub mod user_connections;
pub mod webhooks;
pub mod workflows;

pub use context::{AuditReads, Broken, Clock, Context, Parts, Random};
pub use readiness::{NotReady, readiness};
pub use registry::Published;
pub use requirement::{Asked, Choice, Picker, SlotState, SlotSummary};
pub use settings::Organization;

/// What is kept of a session's key.
pub fn session_key_hash(key: &str) -> [u8; 32] {
    crate::vault::digest::hash(key.as_bytes())
}

/// Removes what signing in leaves behind: sessions, links and attempts that have expired, failures that no longer count.
pub async fn purge_sessions(context: &Context) -> Result<(), Broken> {
    let (mut work, now) = (context.store().begin().await?, context.now());
    work.sessions().purge(now).await?;
    work.sign_in_pauses().purge(now).await?;
    work.sso_attempts().purge(now).await?;
    work.password_resets().purge(now).await?;
    work.sign_in_links().purge(now).await?;
    Ok(work.commit().await?)
}
