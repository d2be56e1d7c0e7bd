//! Argon2id takes tens of milliseconds by design: not on a thread that serves requests.

use secrecy::SecretString;

use super::{Broken, Context};
use crate::vault::password;

/// Argon2id of a password nobody has: verified against when the address is unknown, so that it costs the same.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy10aGlz$VQCBX3OFJ8bTIC5mYlqJc5T0C6VCA1sW1B1VxlEQMfA";

pub(super) async fn hash(context: &Context, password: SecretString) -> Result<String, Broken> {
    let random = context.random();
    let hashed = tokio::task::spawn_blocking(move || password::hash(&password, &random)).await;
    hashed.map_err(|error| Broken::Inconsistent(format!("hashing ended early: {error}")))
}

/// `phc`: `None` takes as long, and is never right.
pub(super) async fn is_right(password: SecretString, phc: Option<&str>) -> bool {
    let there_is_one = phc.is_some();
    let phc = phc.unwrap_or(NOBODY).to_owned();
    tokio::task::spawn_blocking(move || password::verify(&password, &phc)).await.unwrap_or(false) && there_is_one
}
