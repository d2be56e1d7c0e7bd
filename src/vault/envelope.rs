//! The bytes of an envelope: `version ‖ key id ‖ wrapped data key ‖ nonce ‖ ciphertext ‖ tag`, all AES-256-GCM.
//!
//! Each data key seals once, so a random nonce cannot repeat under it. The two layers have additional data of their own;
//! only the wrap's names the master key, so that a rotation re-wraps the data key and leaves the ciphertext alone.

use aws_lc_rs::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};
use zeroize::Zeroizing;

use super::{
    Random,
    key_ring::{KeyRing, MasterKey, cipher},
};
use crate::domain::credential::{SealedSecret, SecretPlace};

const DATA_KEY_LEN: usize = 32;
const TAG_LEN: usize = 16;
const WRAP_LEN: usize = NONCE_LEN + DATA_KEY_LEN + TAG_LEN;

pub(super) enum Refusal {
    UnknownKey,
    Altered,
}

pub(super) fn seal(master: &MasterKey, random: &Random, place: &SecretPlace, plaintext: &[u8]) -> Vec<u8> {
    let mut data_key = Zeroizing::new([0; DATA_KEY_LEN]);
    random(data_key.as_mut_slice());
    let mut envelope = header(master, NONCE_LEN + plaintext.len() + TAG_LEN);
    append(&mut envelope, &master.cipher, random, &wrap_data(place, &master.id), data_key.as_slice());
    append(&mut envelope, &cipher(data_key.as_slice()), random, &payload_data(place), plaintext);
    envelope
}

pub(super) fn open(ring: &KeyRing, place: &SecretPlace, sealed: &SealedSecret) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let master = ring.find(sealed.key_id()).ok_or(Refusal::UnknownKey)?;
    let body = sealed.envelope().get(2 + master.id.len()..).ok_or(Refusal::Altered)?;
    let (wrap, payload) = body.split_at_checked(WRAP_LEN).ok_or(Refusal::Altered)?;
    let data_key = decrypt(&master.cipher, &wrap_data(place, &master.id), wrap)?;
    decrypt(&cipher(&data_key), &payload_data(place), payload)
}

/// The same ciphertext, its data key under the current master key. It is not decrypted: a rotation sees no secret.
pub(super) fn rewrap(ring: &KeyRing, random: &Random, place: &SecretPlace, sealed: &SealedSecret) -> Result<Vec<u8>, Refusal> {
    let old = ring.find(sealed.key_id()).ok_or(Refusal::UnknownKey)?;
    let body = sealed.envelope().get(2 + old.id.len()..).ok_or(Refusal::Altered)?;
    let (wrap, payload) = body.split_at_checked(WRAP_LEN).ok_or(Refusal::Altered)?;
    let data_key = decrypt(&old.cipher, &wrap_data(place, &old.id), wrap)?;
    let new = ring.current();
    let mut envelope = header(new, payload.len());
    append(&mut envelope, &new.cipher, random, &wrap_data(place, &new.id), &data_key);
    envelope.extend_from_slice(payload);
    Ok(envelope)
}

/// `version ‖ key id`, with room for all that follows.
fn header(master: &MasterKey, payload_len: usize) -> Vec<u8> {
    let mut envelope = Vec::with_capacity(2 + master.id.len() + WRAP_LEN + payload_len);
    envelope.push(SealedSecret::VERSION);
    envelope.push(u8::try_from(master.id.len()).expect("key ids have at most 64 characters"));
    envelope.extend_from_slice(master.id.as_bytes());
    envelope
}

/// `nonce ‖ ciphertext ‖ tag`, encrypted where it lies: `envelope` has room for all of it, so no plaintext is left behind by a move.
fn append(envelope: &mut Vec<u8>, key: &LessSafeKey, random: &Random, additional: &[u8], plaintext: &[u8]) {
    let mut nonce = [0; NONCE_LEN];
    random(&mut nonce);
    envelope.extend_from_slice(&nonce);
    let start = envelope.len();
    envelope.extend_from_slice(plaintext);
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(additional), &mut envelope[start..])
        .expect("AES-GCM refuses only plaintexts of 64 GiB");
    envelope.extend_from_slice(tag.as_ref());
}

fn decrypt(key: &LessSafeKey, additional: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN).ok_or(Refusal::Altered)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Refusal::Altered)?;
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let plaintext_len = key.open_in_place(nonce, Aad::from(additional), &mut buffer).map_err(|_| Refusal::Altered)?.len();
    buffer.truncate(plaintext_len);
    Ok(buffer)
}

fn wrap_data(place: &SecretPlace, key_id: &str) -> Vec<u8> {
    additional_data(b"data key", key_id.as_bytes(), place)
}

fn payload_data(place: &SecretPlace) -> Vec<u8> {
    additional_data(b"secret", b"", place)
}

/// Every part behind its length: two different places cannot come to the same bytes.
fn additional_data(layer: &[u8], key_id: &[u8], place: &SecretPlace) -> Vec<u8> {
    let (organization, field) = (place.organization.as_uuid(), place.field.to_string());
    let parts: [&[u8]; 8] = [
        &[SealedSecret::VERSION],
        layer,
        key_id,
        organization.as_bytes(),
        place.owner.as_bytes(),
        place.row.as_bytes(),
        field.as_bytes(),
        &place.revision.to_be_bytes(),
    ];
    let mut data = Vec::with_capacity(160);
    for part in parts {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part);
    }
    data
}
