//! Sealing: envelope encryption under a ring of master keys, and the digests and password hashes kept beside it.
//!
//! The one place that turns a `Credential` into a `SealedCredential` and back. No I/O: keys and random bytes are given.

mod chain;
mod credential;
pub mod digest;
mod envelope;
mod key_ring;
pub mod password;
pub mod signature;
mod seal;
pub mod totp;

use std::sync::Arc;

pub use chain::ChainKey;
pub use key_ring::{KeyRing, KeyRingError, WeakKey};
pub use seal::{OpenError, Vault, key_id};

/// Fills a buffer with random bytes fit for keys.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The operating system's randomness, as the crypto library gives it.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the crypto library; all others are given it")]
pub fn system_random() -> Random {
    Arc::new(|bytes| aws_lc_rs::rand::fill(bytes).expect("the library's generator fails only on a machine that has no entropy at all"))
}
