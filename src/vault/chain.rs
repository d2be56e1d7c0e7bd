//! The hash that holds the audit together: HMAC-SHA-256 under a secret of its own, so that whoever can write to the database, and has
//! not the master keys, cannot make one.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Random;

pub struct ChainKey(hmac::Key);

impl ChainKey {
    /// 256 random bits in Base64.
    pub fn new_secret(random: &Random) -> SecretString {
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut_slice());
        SecretString::from(STANDARD.encode(bytes.as_slice()))
    }

    pub fn of(secret: &SecretString) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes()))
    }

    pub fn hash(&self, bytes: &[u8]) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(hmac::sign(&self.0, bytes).as_ref());
        hash
    }
}
