//! One secret in, one envelope out, bound to its place; and the check that the keys given are the keys that sealed.

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    KeyRing, Random,
    envelope::{self, Refusal},
    key_ring::MasterKey,
};
use crate::domain::{
    credential::{NotAnEnvelope, SealedSecret, SecretField, SecretPlace},
    ids::OrganizationId,
};

pub struct Vault {
    ring: KeyRing,
    organization: OrganizationId,
    random: Random,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("it was sealed with the master key {id}, which was not given")]
    UnknownKey { id: String },
    /// Another master key under the same id, a ciphertext from another place, or altered bytes: which one cannot be known.
    #[error("it does not open with the master key of this id: wrong key, altered, or moved from another place")]
    Refused,
    #[error(transparent)]
    NotAnEnvelope(#[from] NotAnEnvelope),
    #[error("a secret that its row speaks of is not there")]
    Incomplete,
}

impl Vault {
    pub fn new(ring: KeyRing, organization: OrganizationId, random: Random) -> Self {
        Self { ring, organization, random }
    }

    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// A place of this organization. `owner` is a customer's id, or nil for what is the organization's.
    pub fn place(&self, owner: Uuid, row: Uuid, field: SecretField, revision: i64) -> SecretPlace {
        SecretPlace { organization: self.organization, owner, row, field, revision }
    }

    pub fn seal(&self, place: SecretPlace, plaintext: &SecretString) -> SealedSecret {
        self.seal_with(self.ring.current(), &place, plaintext)
    }

    fn seal_with(&self, key: &MasterKey, place: &SecretPlace, plaintext: &SecretString) -> SealedSecret {
        let envelope = envelope::seal(key, &self.random, place, plaintext.expose_secret().as_bytes());
        SealedSecret::from_envelope(envelope, place.revision).expect("the envelope just made has an envelope's shape")
    }

    /// `place.revision` must be the sealed secret's own: `vault.place(…, sealed.revision())`.
    pub fn open(&self, place: &SecretPlace, sealed: &SealedSecret) -> Result<SecretString, OpenError> {
        if place.revision != sealed.revision() {
            return Err(OpenError::Refused);
        }
        let plaintext = envelope::open(&self.ring, place, sealed).map_err(|refusal| refused(refusal, sealed))?;
        let text = std::str::from_utf8(&plaintext).map_err(|_| OpenError::Refused)?;
        Ok(SecretString::from(text))
    }

    pub fn is_current(&self, sealed: &SealedSecret) -> bool {
        sealed.key_id() == self.ring.current_id()
    }

    /// The same secret under the current master key; its ciphertext stays as it is. `place` as for `open`.
    pub fn rewrap(&self, place: &SecretPlace, sealed: &SealedSecret) -> Result<SealedSecret, OpenError> {
        if place.revision != sealed.revision() {
            return Err(OpenError::Refused);
        }
        let envelope = envelope::rewrap(&self.ring, &self.random, place, sealed).map_err(|refusal| refused(refusal, sealed))?;
        Ok(SealedSecret::from_envelope(envelope, sealed.revision())?)
    }

    /// Kept with the organization: by it a start finds out which key is current, and whether it is the one under its id.
    pub fn key_check(&self) -> SealedSecret {
        self.seal(self.key_check_place(), &SecretString::from(KEY_CHECK))
    }

    /// As `key_check`, under the key that was given first.
    pub fn key_check_of_first(&self) -> SealedSecret {
        self.seal_with(self.ring.first(), &self.key_check_place(), &SecretString::from(KEY_CHECK))
    }

    pub fn verify_key_check(&self, envelope: &[u8]) -> Result<(), OpenError> {
        let sealed = SealedSecret::from_envelope(envelope.to_vec(), KEY_CHECK_REVISION)?;
        self.open(&self.key_check_place(), &sealed).map(drop)
    }

    /// As `verify_key_check`; and the key that the check is sealed with seals from now on.
    pub fn follow_key_check(&self, envelope: &[u8]) -> Result<(), OpenError> {
        self.verify_key_check(envelope)?;
        let id = key_id(envelope).ok_or(OpenError::NotAnEnvelope(NotAnEnvelope))?;
        if self.ring.make_current(&id) { Ok(()) } else { Err(OpenError::UnknownKey { id }) }
    }

    fn key_check_place(&self) -> SecretPlace {
        self.place(Uuid::nil(), self.organization.as_uuid(), SecretField::Definition(KEY_CHECK.to_owned()), KEY_CHECK_REVISION)
    }
}

/// The id of the master key that a key check names.
pub fn key_id(key_check: &[u8]) -> Option<String> {
    let sealed = SealedSecret::from_envelope(key_check.to_vec(), KEY_CHECK_REVISION).ok()?;
    Some(sealed.key_id().to_owned())
}

fn refused(refusal: Refusal, sealed: &SealedSecret) -> OpenError {
    match refusal {
        Refusal::UnknownKey => OpenError::UnknownKey { id: sealed.key_id().to_owned() },
        Refusal::Altered => OpenError::Refused,
    }
}

const KEY_CHECK: &str = "key check";
const KEY_CHECK_REVISION: i64 = 1;

#[cfg(test)]
mod tests;
