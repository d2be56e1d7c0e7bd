//! The master keys. One seals, the first until it is told otherwise; every one of them opens, so that a new key can come before
//! the old one goes.

use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::{
    aead::{AES_256_GCM, LessSafeKey, UnboundKey},
    hmac,
};
use base64::{Engine, alphabet, engine};
use zeroize::Zeroizing;

use super::digest;

const KEY_LEN: usize = 32;
const STANDARD: engine::GeneralPurpose = engine::GeneralPurpose::new(
    &alphabet::STANDARD,
    engine::GeneralPurposeConfig::new().with_decode_padding_mode(engine::DecodePaddingMode::Indifferent),
);

pub struct KeyRing {
    keys: Vec<MasterKey>,
    /// The place of the one that seals.
    current: AtomicUsize,
}

pub(super) struct MasterKey {
    pub id: String,
    pub cipher: LessSafeKey,
    derivation: hmac::Key,
    fingerprint: String,
}

/// Names the key by its id or position, never by its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    #[error("there is no master key: give one as id:base64-of-32-random-bytes, for example 2026:$(openssl rand -base64 32)")]
    Missing,
    #[error("master key number {number} is not written as id:base64-of-32-bytes")]
    NoId { number: usize },
    #[error("the id of master key number {number} must be 1 to 64 letters, digits, dots, dashes or underscores")]
    BadId { number: usize },
    #[error("two master keys have the id {id}")]
    SameId { id: String },
    #[error("master key {id} is the same key as {other}")]
    SameKey { id: String, other: String },
    #[error("master key {id} is not base64")]
    NotBase64 { id: String },
    #[error("master key {id} holds {bytes} bytes; it must hold exactly 32")]
    WrongLength { id: String, bytes: usize },
    #[error("master key {id} {why}: make one with openssl rand -base64 32")]
    Weak { id: String, why: WeakKey },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakKey {
    #[error("is one byte repeated, a placeholder")]
    Repeated,
    #[error("counts up or down, a placeholder")]
    Sequence,
    #[error("is readable text, not random bytes")]
    Text,
    #[error("has too few different bytes to be random")]
    LowEntropy,
}

impl KeyRing {
    /// `id:base64-of-32-bytes`, comma separated; the first seals.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut ring = Self { keys: Vec::new(), current: AtomicUsize::new(0) };
        for (at, entry) in text.trim().split(',').map(str::trim).enumerate() {
            if entry.is_empty() && at == 0 {
                return Err(KeyRingError::Missing);
            }
            ring.add(entry, at + 1)?;
        }
        Ok(ring)
    }

    fn add(&mut self, entry: &str, number: usize) -> Result<(), KeyRingError> {
        let (id, encoded) = entry.split_once(':').ok_or(KeyRingError::NoId { number })?;
        if !(1..=64).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
            return Err(KeyRingError::BadId { number });
        }
        let id = id.to_owned();
        if self.find(&id).is_some() {
            return Err(KeyRingError::SameId { id });
        }
        let Ok(bytes) = STANDARD.decode(encoded).map(Zeroizing::new) else {
            return Err(KeyRingError::NotBase64 { id });
        };
        if bytes.len() != KEY_LEN {
            return Err(KeyRingError::WrongLength { id, bytes: bytes.len() });
        }
        if let Some(why) = weakness(&bytes) {
            return Err(KeyRingError::Weak { id, why });
        }
        let key = MasterKey {
            id,
            cipher: cipher(&bytes),
            derivation: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
            fingerprint: fingerprint(&bytes),
        };
        if let Some(other) = self.keys.iter().find(|other| other.fingerprint == key.fingerprint) {
            return Err(KeyRingError::SameKey { id: key.id, other: other.id.clone() });
        }
        self.keys.push(key);
        Ok(())
    }

    /// 16 hex digits that name the current key without telling anything of it.
    pub fn fingerprint(&self) -> &str {
        &self.current().fingerprint
    }

    pub fn current_id(&self) -> &str {
        &self.current().id
    }

    /// The one that was given first.
    pub fn first_id(&self) -> &str {
        &self.keys[0].id
    }

    /// This one seals from now on. False: it was not given.
    pub fn make_current(&self, id: &str) -> bool {
        let place = self.keys.iter().position(|key| key.id == id);
        place.inspect(|place| self.current.store(*place, Ordering::Release)).is_some()
    }

    /// As they were given.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// 64 bytes for another use than sealing; the same on every replica with the same keys. From the last key given.
    /// HMAC-SHA-256 as a PRF over `label` and a counter.
    pub fn derive(&self, label: &str) -> [u8; 64] {
        let oldest = self.keys.last().unwrap_or_else(|| self.current());
        let mut out = [0; 64];
        for (half, block) in out.chunks_exact_mut(32).zip(1u8..) {
            half.copy_from_slice(hmac::sign(&oldest.derivation, &[label.as_bytes(), &[block]].concat()).as_ref());
        }
        out
    }

    pub(super) fn first(&self) -> &MasterKey {
        &self.keys[0]
    }

    pub(super) fn current(&self) -> &MasterKey {
        &self.keys[self.current.load(Ordering::Acquire)]
    }

    pub(super) fn find(&self, id: &str) -> Option<&MasterKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| format!("{} {}", key.id, key.fingerprint))).finish()
    }
}

pub(super) fn cipher(key: &[u8]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a key of exactly 32 bytes"))
}

fn fingerprint(key: &[u8]) -> String {
    let labelled = Zeroizing::new([b"jackfield master key v1\0".as_slice(), key].concat());
    digest::hash(labelled.as_slice())[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Thirty-two random bytes hold thirty different ones on average, and fewer than 20 once in 10^13 keys.
fn weakness(key: &[u8]) -> Option<WeakKey> {
    let steps = || key.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    let mut different = Zeroizing::new(key.to_vec());
    different.sort_unstable();
    different.dedup();
    if different.len() == 1 {
        Some(WeakKey::Repeated)
    } else if steps().all(|step| step == 1) || steps().all(|step| step == 255) {
        Some(WeakKey::Sequence)
    } else if key.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        Some(WeakKey::Text)
    } else {
        (different.len() < 20).then_some(WeakKey::LowEntropy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, bytes: &[u8]) -> String {
        format!("{id}:{}", STANDARD.encode(bytes))
    }
    fn random_key() -> [u8; 32] {
        let mut key = [0; 32];
        crate::vault::system_random()(&mut key);
        key
    }

    #[test]
    fn the_first_key_is_current_and_padding_may_be_left_out() {
        let ring =
            KeyRing::parse(&format!(" {}, {} ", entry("b", &random_key()), entry("a", &random_key()).trim_end_matches('='))).unwrap();
        assert_eq!(ring.current_id(), "b");
        assert!(ring.find("a").is_some());
        assert_eq!(ring.fingerprint().len(), 16);
    }

    #[test]
    fn what_is_not_a_ring_is_refused_with_the_reason() {
        let good = random_key();
        let refused = |text: &str| KeyRing::parse(text).unwrap_err();
        assert_eq!(refused(""), KeyRingError::Missing);
        assert_eq!(refused("  "), KeyRingError::Missing);
        assert_eq!(refused("abc"), KeyRingError::NoId { number: 1 });
        assert_eq!(refused(&format!("{},", entry("a", &good))), KeyRingError::NoId { number: 2 });
        assert_eq!(refused(&entry("a b", &good)), KeyRingError::BadId { number: 1 });
        assert_eq!(refused(&entry("", &good)), KeyRingError::BadId { number: 1 });
        assert_eq!(refused("a:changeme!"), KeyRingError::NotBase64 { id: "a".into() });
        assert_eq!(refused("a:"), KeyRingError::WrongLength { id: "a".into(), bytes: 0 });
        assert_eq!(refused(&entry("a", &good[..31])), KeyRingError::WrongLength { id: "a".into(), bytes: 31 });
        assert_eq!(refused(&format!("{},{}", entry("a", &good), entry("a", &random_key()))), KeyRingError::SameId { id: "a".into() });
        let twice = refused(&format!("{},{}", entry("a", &good), entry("b", &good)));
        assert_eq!(twice, KeyRingError::SameKey { id: "b".into(), other: "a".into() });
    }

    #[test]
    fn placeholders_are_refused() {
        let counting: Vec<u8> = (0..32).collect();
        let sixteen = [random_key()[..16].to_vec(), vec![0; 16]].concat();
        for (bytes, why) in [
            (vec![0; 32], WeakKey::Repeated),
            (vec![0x41; 32], WeakKey::Repeated),
            (counting.iter().rev().copied().collect(), WeakKey::Sequence),
            (counting, WeakKey::Sequence),
            (b"changemechangemechangemechangeme".to_vec(), WeakKey::Text),
            (b"0123456789abcdef0123456789abcdef".to_vec(), WeakKey::Text),
            (sixteen, WeakKey::LowEntropy),
        ] {
            assert_eq!(KeyRing::parse(&entry("a", &bytes)).unwrap_err(), KeyRingError::Weak { id: "a".into(), why });
        }
    }

    #[test]
    fn neither_errors_nor_debug_show_a_key() {
        let key = random_key();
        let encoded = STANDARD.encode(key);
        assert!(!format!("{:?}", KeyRing::parse(&entry("a", &key))).contains(&encoded));
        assert!(!KeyRing::parse(&encoded).unwrap_err().to_string().contains(&encoded));
    }
}
